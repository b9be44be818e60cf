"""The refresh of a Power BI dataset after a load: optional, by `powerbi_dataset_id` of the connection."""

from importlib.util import find_spec
from typing import Any

from airflow.providers.common.compat.sdk import chain, task, task_group

from dags.provider.errors import AirflowFailException
from dags.provider.hooks import DEFAULT_CONNECTION, GemHook
from dags.provider.settings import ScheduleSettings

HAS_PROVIDER = find_spec("airflow.providers.microsoft") is not None
REFRESH_SECONDS = 3 * 3600
"""Its own bound is a week."""
EXTRA = f"conn.{DEFAULT_CONNECTION}.extra_dejson"


@task.short_circuit(ignore_downstream_trigger_rules=False)
def has_dataset() -> bool:
    """Whether the connection names a dataset; it needs the provider of Microsoft Azure then."""
    is_named = GemHook().settings(ScheduleSettings).powerbi_dataset_id is not None
    if is_named and not HAS_PROVIDER:
        raise AirflowFailException("powerbi_dataset_id is set: install apache-airflow-providers-microsoft-azure")
    return is_named


@task_group
def power_bi() -> None:
    """Refresh the dataset by the stock operator, where its provider is installed, and wait in the triggerer."""
    named: Any = has_dataset()
    if HAS_PROVIDER:
        from airflow.providers.microsoft.azure.operators.powerbi import (  # noqa: PLC0415
            PowerBIDatasetRefreshOperator,
        )

        refresh = PowerBIDatasetRefreshOperator(
            task_id="refresh_dataset",
            conn_id="powerbi_default",
            dataset_id=f"{{{{ {EXTRA}.powerbi_dataset_id }}}}",
            group_id=f"{{{{ {EXTRA}.powerbi_group_id }}}}",
            check_interval=30,
            timeout=REFRESH_SECONDS,
        )
        chain(named, refresh)
