"""The operator of the extractor: one of its commands on its host, by Systems Manager, its own words in the error."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.amazon.aws.hooks.ssm import SsmHook
from airflow.providers.common.compat.sdk import BaseOperator

from dags.provider.deferring import TellsWhatItsTriggerMet
from dags.provider.errors import AirflowException, AirflowFailException
from dags.provider.hooks import DEFAULT_CONNECTION, GemHook
from dags.provider.settings import ScheduleSettings
from dags.provider.triggers import CommandEndedTrigger

EXIT_TRANSIENT = 75
"""The extractor's code for what the same command may do later (EX_TEMPFAIL)."""
DELIVERY_SECONDS = 600
"""How long Systems Manager tries to reach the host."""


class RunExtractorOperator(TellsWhatItsTriggerMet, BaseOperator):
    """Runs `words` (`extract`, `backfill --aggregate contract …`) on the extractor's host, and waits in the triggerer.

    The host ends the command after `command_seconds`. Exit code 75, and a command that was lost, cancelled or timed
    out, are retried; another failure is not, since the same command would fail again. Safe to run twice, and beside the
    host's own timer.

    Not SsmRunCommandOperator: that takes a command that Systems Manager does not list yet for done, reports a time-out
    as a failure of the trigger, and quotes nothing of what the command said.
    """

    template_fields: Sequence[str] = ("words", "gem_conn_id", "aws_conn_id")

    def __init__(
        self,
        *,
        words: str,
        command_seconds: int = 21_600,
        poll_seconds: float = 5.0,
        gem_conn_id: str = DEFAULT_CONNECTION,
        aws_conn_id: str | None = "aws_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        # The host's bound is the one that counts; Airflow's own would cut the wait for it.
        self.execution_timeout = timedelta(seconds=command_seconds + 2 * DELIVERY_SECONDS)
        self.words = words
        self.command_seconds = command_seconds
        self.poll_seconds = poll_seconds
        self.gem_conn_id = gem_conn_id
        self.aws_conn_id = aws_conn_id

    def execute(self, context: Any) -> None:
        """Send the command; the triggerer waits for its end."""
        settings = GemHook(self.gem_conn_id, self.aws_conn_id).settings(ScheduleSettings)
        sent = self._ssm.send_command(
            DocumentName=settings.extractor_document,
            InstanceIds=[settings.extractor_instance_id],
            TimeoutSeconds=DELIVERY_SECONDS,
            Comment=f"airflow {context['run_id']}"[:100],
            Parameters={"words": [self.words], "executionTimeout": [str(self.command_seconds)]},
        )["Command"]
        self.log.info("extractor: %r is command %s", self.words, sent["CommandId"])
        trigger = CommandEndedTrigger(
            command_id=sent["CommandId"],
            instance_id=settings.extractor_instance_id,
            deadline=time.time() + self.command_seconds + DELIVERY_SECONDS,
            poll_seconds=self.poll_seconds,
            aws_conn_id=self.aws_conn_id,
        )
        self.defer(trigger=trigger, method_name="execute_complete")

    def execute_complete(self, context: Any, event: dict[str, Any]) -> dict[str, str]:
        """The command's id and when it was over, once it has succeeded; what it said is in the log."""
        command_id = str(event["command_id"])
        ended = self._ssm.get_command_invocation(CommandId=command_id, InstanceId=event["instance_id"])
        said = ended["StandardErrorContent"].strip()
        self.log.info("%s\n%s", said, ended["StandardOutputContent"].strip())
        if ended["Status"] == "Success":
            return {"command_id": command_id, "over_at": datetime.now(UTC).isoformat()}
        last_words = said.splitlines()[-1] if said else "it said nothing"
        failure = (
            f"extractor: {self.words!r}, command {command_id}: {ended['StatusDetails']}, "
            f"exit code {ended['ResponseCode']}: {last_words}"
        )
        if ended["Status"] == "Failed" and ended["ResponseCode"] not in (EXIT_TRANSIENT, -1):
            raise AirflowFailException(failure)
        raise AirflowException(failure)

    @property
    def _ssm(self) -> Any:
        return SsmHook(aws_conn_id=self.aws_conn_id).conn
