"""The sensor of batches: waits, in the triggerer, until the warehouse holds every one of them."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.common.compat.sdk import BaseSensorOperator

from dags.provider.deferring import TellsWhatItsTriggerMet
from dags.provider.errors import AirflowFailException
from dags.provider.hooks import DEFAULT_CONNECTION, GemHook
from dags.provider.standing import Standing, are_loaded, in_words, requests, standing, stopped
from dags.provider.triggers import BatchesLoadedTrigger
from gem.settings import LedgerSettings

MARGIN_SECONDS = 600
"""For the task itself, before and after the wait."""


class BatchesLoadedSensor(TellsWhatItsTriggerMet, BaseSensorOperator):
    """Succeeds when every batch is LOADED, at once where there is none; its result is their ids.

    A FAILED or QUARANTINED batch ends it without a retry, with what to do. Asks the ledger once per `poke_interval` for
    all batches together, between tries in the triggerer alone; `timeout` seconds after its start it fails and says
    where each batch stands.
    """

    template_fields = ("batch_ids", "gem_conn_id", "aws_conn_id")

    def __init__(
        self,
        *,
        batch_ids: Sequence[str],
        gem_conn_id: str = DEFAULT_CONNECTION,
        aws_conn_id: str | None = "aws_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.execution_timeout = timedelta(seconds=self.timeout + MARGIN_SECONDS)
        self.batch_ids = batch_ids
        self.gem_conn_id = gem_conn_id
        self.aws_conn_id = aws_conn_id

    def execute(self, context: Any) -> list[str]:
        """Look once; what is not loaded by then is waited for in the triggerer."""
        wanted = list(self.batch_ids)
        if not wanted:
            return []
        hook = GemHook(self.gem_conn_id, self.aws_conn_id)
        table = hook.settings(LedgerSettings).ledger_table
        found = self._standing(hook, table, wanted)
        if stopped(found) or are_loaded(found, wanted):
            return self._judged(found, wanted)
        self.log.info("waiting in the triggerer: %s", in_words(found, wanted))
        trigger = BatchesLoadedTrigger(wanted, table, time.time() + self.timeout, self.poke_interval, self.aws_conn_id)
        self.defer(trigger=trigger, method_name="execute_complete")
        raise AssertionError("defer raises")

    def execute_complete(self, context: Any, event: dict[str, Any]) -> list[str]:
        """What the trigger found."""
        wanted = list(self.batch_ids)
        if event["status"] == "late":
            where = in_words(event["standing"], wanted)
            raise AirflowFailException(
                f'not loaded within {self.timeout:.0f} s: {where}. The runbook, "stuck", says why'
            )
        return self._judged(event["standing"], wanted)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        """What the provider of OpenLineage asks once the batches are loaded."""
        from dags.provider.lineage import lineage_of  # noqa: PLC0415

        return lineage_of(GemHook(self.gem_conn_id, self.aws_conn_id), list(self.batch_ids))

    def _standing(self, hook: GemHook, table: str, batch_ids: Sequence[str]) -> Standing:
        client, found = hook.client("dynamodb"), Standing()
        for request in requests(table, batch_ids):
            found |= standing(client.batch_get_item(**request), table)
        return found

    def _judged(self, found: Standing, batch_ids: Sequence[str]) -> list[str]:
        if waiting := stopped(found):
            advice = ", ".join(f"gem batch {batch_id}" for batch_id in waiting)
            raise AirflowFailException(f"{in_words(found, waiting)}: {advice} says why, and the runbook what to do")
        return list(batch_ids)
