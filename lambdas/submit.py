"""Hop 1: a raw batch becomes one EMR step per attempt."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gem.cluster import Cluster
from gem.contracts.errors import LostRaceError, TerminalError
from gem.contracts.keys import Attempt, BatchId, RawManifestKey
from gem.contracts.manifest import PartKind, RawManifest
from gem.contracts.states import Mover, State
from gem.ledger import BatchRecord, Ledger
from lambdas.manifests import complete_batch

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True)
class Submitter:
    """Accepts raw batches into the ledger and runs their steps, in the name of `by`; `owner` is this invocation."""

    s3: "S3Client"
    ledger: Ledger
    cluster: Cluster
    lake_bucket: str
    by: Mover
    owner: str

    def accept(self, key: RawManifestKey) -> None:
        """Brings the batch of a raw manifest to SUBMITTED; without effect where it is there or further on.

        A batch whose manifest or parts cannot be used becomes FAILED with the reason, and each delivery of its event
        raises TerminalError, so that the message ends in its dead-letter queue.
        """
        record = self.ledger.get(key.batch_id) or self._create(key)
        if record.state is State.FAILED and record.attempt == 0:
            raise TerminalError(record.error)
        if record.state is State.EXTRACTED:
            self.submit(key.batch_id)

    def submit(self, batch_id: BatchId) -> None:
        """Submits the step of an EXTRACTED batch: the planned one, or the next attempt; else without effect.

        Raises LeaseHeldError while another is at it, and TransientError where EMR refuses.
        """
        with self.ledger.lease(batch_id, self.owner) as record:
            if record.state is not State.EXTRACTED:
                return
            try:
                self._run(record, record.attempt if record.is_planned else record.attempt + 1)
            except TerminalError as error:
                self.ledger.move(record, State.FAILED, self.by, error=str(error))
                raise

    def _create(self, key: RawManifestKey) -> BatchRecord:
        try:
            manifest = complete_batch(self.s3, self.lake_bucket, key)
        except TerminalError as error:
            return self._created(key.batch_id, State.FAILED, error=str(error))
        return self._created(key.batch_id, State.EXTRACTED, rows=_rows(manifest))

    def _created(
        self, batch_id: BatchId, state: State, error: str = "", rows: dict[str, int] | None = None
    ) -> BatchRecord:
        try:
            return self.ledger.create(batch_id, state, self.by, error=error, raw_rows=rows or {})
        except LostRaceError:
            record = self.ledger.get(batch_id)
            if record is None:
                raise
            return record

    def _run(self, record: BatchRecord, number: int) -> None:
        attempt = Attempt(record.id, number)
        name = self.cluster.step_name(attempt)
        cluster_id = self._cluster_of_planned(record, name) or self.cluster.live_or_launched(self.owner)
        # EMR has no client token: the step's name stands in the ledger before the step can stand in EMR.
        planned = self.ledger.note(record, attempt=number, step_name=name, cluster_id=cluster_id, step_id="")
        step_id = self.cluster.submit(cluster_id, attempt)
        self.ledger.move(planned, State.SUBMITTED, self.by, step_id=step_id)

    def _cluster_of_planned(self, record: BatchRecord, step_name: str) -> str | None:
        """The cluster that already has the planned step, though it may have ended since."""
        if not record.is_planned or not record.cluster_id:
            return None
        return record.cluster_id if self.cluster.step_named(record.cluster_id, step_name) else None


def _rows(manifest: RawManifest) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for part in manifest.parts:
        if part.kind is PartKind.ROWS:
            rows[part.table] += part.rows
    return dict(rows)
