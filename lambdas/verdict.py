"""Hop 2, first half: what became of a step decides where its batch stands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gem.contracts.errors import ManifestError, TerminalError, TransientError
from gem.contracts.keys import Attempt
from gem.contracts.manifest import CuratedManifest, Verdict
from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.states import Mover, State
from gem.lake import curated_manifest
from gem.ledger import BatchRecord, Ledger
from lambdas.runtime import LOGGER

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

STATE_OF_VERDICT = {
    Verdict.PASSED: State.CURATED,
    Verdict.QUARANTINED: State.QUARANTINED,
    Verdict.FAILED: State.FAILED,
}


class Decision(NamedTuple):
    """Where a batch goes, and why."""

    state: State
    error: str
    rows: dict[str, int]


@dataclass(frozen=True)
class Judge:
    """Moves SUBMITTED batches on by the verdict of their step, in the name of `by`; `owner` is this invocation.

    After `max_attempts` steps without a verdict a batch is FAILED.
    """

    s3: "S3Client"
    ledger: Ledger
    lake_bucket: str
    max_attempts: int
    by: Mover
    owner: str

    def settle(self, attempt: Attempt, step_state: str, message: str = "") -> State | None:
        """Moves the attempt's batch on and says where it is now; None, without effect, for an attempt that is settled.

        The curated manifest decides, because it is written last: a step may end badly after it. Without one nobody
        judged the rows, so whatever ended the step may have passed (a lost cluster, a refused read): the batch goes
        back to EXTRACTED for another attempt, and is FAILED, with EMR's message, once these are used up. Raises
        TerminalError where the ledger does not know the batch, TransientError while the submitter has not yet put down
        that the step runs.
        """
        record = self.ledger.get(attempt.batch_id)
        if record is None:
            raise TerminalError(f"{attempt.step_name}: the ledger knows no batch {attempt.batch_id}")
        if not _is_awaited(record, attempt):
            return None
        found = self._found(attempt, step_state)
        with self.ledger.lease(attempt.batch_id, self.owner) as held:
            if not _is_awaited(held, attempt):
                return None
            decision = found or self._without_verdict(held, step_state, message)
            self.ledger.move(held, decision.state, self.by, error=decision.error, curated_rows=decision.rows)
        if decision.state is State.EXTRACTED:
            LOGGER.warning("to be tried again: %s", decision.error)
        return decision.state

    def _found(self, attempt: Attempt, step_state: str) -> Decision | None:
        """What the attempt left; None where it left nothing that decides."""
        try:
            manifest = curated_manifest(self.s3, self.lake_bucket, attempt)
        except ManifestError as error:
            return Decision(State.FAILED, str(error), {})
        if manifest:
            return _by_manifest(manifest)
        if step_state == "COMPLETED":
            # It says that it is done: to run it again would say the same.
            missing = f"s3://{self.lake_bucket}/{attempt.curated_manifest_key}"
            return Decision(State.FAILED, f"{attempt.step_name}: step completed without manifest {missing}", {})
        return None

    def _without_verdict(self, record: BatchRecord, step_state: str, message: str) -> Decision:
        error = f"{record.newest_attempt.step_name}: step {step_state}: {message or 'EMR gives no reason'}"
        if record.tries < self.max_attempts:
            return Decision(State.EXTRACTED, error, {})
        used = f"{record.tries} of {self.max_attempts} attempts are used: look at the step's logs"
        return Decision(State.FAILED, f"{error}; {used}", {})


def _by_manifest(manifest: CuratedManifest) -> Decision:
    rows = {table.name: table.rows for table in manifest.tables if table.name in MART_TABLE_BY_NAME}
    return Decision(STATE_OF_VERDICT[manifest.verdict], manifest.error, rows)


def _is_awaited(record: BatchRecord, attempt: Attempt) -> bool:
    if record.attempt != attempt.number:
        return False
    if record.state is State.EXTRACTED and record.is_planned:
        raise TransientError(f"{attempt.step_name}: its submission is not yet in the ledger")
    return record.state is State.SUBMITTED
