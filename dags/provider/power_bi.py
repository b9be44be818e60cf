"""The refresh of a Power BI dataset after a load: optional, by `powerbi_dataset_id` of the connection."""

from airflow.providers.common.compat.sdk import (
    AirflowNotFoundException,
    AirflowSkipException,
    chain,
    task,
    task_group,
)

from dags.provider.errors import AirflowFailException
from dags.provider.hooks import DEFAULT_CONNECTION, GemHook
from dags.provider.settings import ScheduleSettings

lacking = ""
try:
    from dags.provider.refresh import RefreshDatasetOperator
except ImportError as error:
    lacking = str(error)

CONNECTION = "powerbi_default"
REFRESH_SECONDS = 3 * 3600
"""Its own bound is a week."""
RETRIES = 4
"""An hour for a refresh that runs already, and with the first try fewer than the eight a day of a shared capacity."""
EXTRA = f"conn.{DEFAULT_CONNECTION}.extra_dejson"


@task
def has_dataset() -> None:
    """Skip the refresh where no dataset is named; where one is, fail at once for what a refresh would lack."""
    hook = GemHook()
    settings = hook.settings(ScheduleSettings)
    if settings.powerbi_dataset_id is None:
        raise AirflowSkipException(f"{DEFAULT_CONNECTION} names no powerbi_dataset_id: nothing to refresh")
    if lacking:
        raise AirflowFailException(
            f"powerbi_dataset_id is set: install apache-airflow-providers-microsoft-azure ({lacking})"
        )
    if settings.powerbi_group_id is None:
        raise AirflowFailException("powerbi_dataset_id is set: its workspace is missing, powerbi_group_id")
    try:
        hook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        raise AirflowFailException(f"powerbi_dataset_id is set: there is no connection {CONNECTION}") from None


@task_group
def power_bi() -> None:
    """Refresh the dataset by the stock operator, where its provider is installed, and wait in the triggerer."""
    named = has_dataset()
    if not lacking:
        refresh = RefreshDatasetOperator(
            task_id="refresh_dataset",
            conn_id=CONNECTION,
            dataset_id=f"{{{{ {EXTRA}.powerbi_dataset_id }}}}",
            group_id=f"{{{{ {EXTRA}.powerbi_group_id }}}}",
            deferrable=True,
            check_interval=30,
            timeout=REFRESH_SECONDS,
            retries=RETRIES,
        )
        chain(named, refresh)
