"""Deadline Alerts of Airflow, experimental, from 3.1 on: people are told of a run that takes too long while it runs.

The service levels of record are the ledger's (gem_sla); before 3.1, and so on MWAA, they stand alone.
"""

from datetime import timedelta
from typing import Any

from dags.provider.hooks import GemHook

try:
    from airflow.sdk import AsyncCallback, DeadlineAlert, DeadlineReference
except ImportError:
    DeadlineAlert = None


def deadline(within: timedelta) -> dict[str, Any]:
    """The argument of a DAG by which people are told where a run has not ended so long after it was queued."""
    if DeadlineAlert is None:
        return {}
    callback = AsyncCallback(alert_of_deadline, kwargs={"hours": within / timedelta(hours=1)})
    return {"deadline": DeadlineAlert(DeadlineReference.DAGRUN_QUEUED_AT, within, callback)}


async def alert_of_deadline(hours: float, context: dict[str, Any]) -> None:
    """One alert for the run, which goes on; called by the triggerer."""
    from asgiref.sync import sync_to_async  # noqa: PLC0415

    run = context["dag_run"]
    dag_id, run_id = run["dag_id"], run["dag_run_id"]
    message = f"{dag_id}, run {run_id}, was to end within {hours:g} hours and still runs: look which task waits"
    # A connection is asked for, and SNS: nothing that the triggerer's loop may wait for.
    await sync_to_async(GemHook().alert)(f"{dag_id} is late", message, kind="run_late", dag_id=dag_id)
