"""The last task of a run: what it brought, how long each hop took, and what was proved."""

import itertools
from typing import Any

from airflow.providers.common.compat.sdk import task

from dags.provider.errors import task_errors
from dags.provider.hooks import GemHook


@task(trigger_rule="none_failed")
def summary(batch_ids: list[str], checked: Any, reconciled: Any, jobs: Any, exported: Any) -> dict[str, Any]:
    """The run in one document: batches with rows and seconds per hop by the ledger, checks, tables compared, jobs."""
    ledger = GemHook().ledger
    with task_errors():
        records = [record for batch_id in batch_ids if (record := ledger.get(batch_id))]
    batches = {record.batch_id: _batch(record) for record in records}
    return {
        "batches": batches,
        **checked,
        "tables_compared": reconciled["tables"],
        "awaited": reconciled["awaited"],
        "jobs": list(jobs),
        "export": exported,
    }


def _batch(record: Any) -> dict[str, Any]:
    moves = record.history
    seconds = {str(b.state): (b.at - a.at).total_seconds() for a, b in itertools.pairwise(moves)}
    return {"state": str(record.state), "rows": sum(record.loaded_rows.values()), "seconds": seconds}
