"""Hop 2, second half: every curated batch goes into the warehouse, in order of seq, one transaction per row budget."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Unpack

from gem.contracts.errors import TerminalError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedManifest
from gem.contracts.states import Mover, State
from gem.lease import Claim, Lease
from gem.ledger import BatchRecord, Facts, Ledger
from lambdas.manifests import curated_manifest
from lambdas.warehouse import Report, Warehouse

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MIN_SECONDS_FOR_LOAD = 60
"""A further transaction is begun only while the function has this long to live."""

IN_WAREHOUSE = frozenset({"loaded", "already_loaded", "superseded"})
"""Outcomes of a load after which the warehouse holds the batch, or a newer attempt of it."""


class Curated(NamedTuple):
    """A batch that waits to be loaded, with what its attempt wrote."""

    record: BatchRecord
    manifest: CuratedManifest

    @property
    def rows(self) -> int:
        """Rows of all its tables."""
        return sum(table.rows for table in self.manifest.tables)


@dataclass(frozen=True)
class Publisher:
    """Loads CURATED batches under the warehouse's lease, in the name of `by`; `owner` is this invocation."""

    s3: "S3Client"
    ledger: Ledger
    lease: Lease
    warehouse: Warehouse
    lake_bucket: str
    row_budget: int
    by: Mover
    owner: str

    def publish(self, settled: Collection[BatchId], remaining_seconds: Callable[[], float]) -> list[str]:
        """Loads every CURATED batch while time remains; returns the ids of those that are now LOADED.

        `settled` names batches that may be CURATED but not yet in the index. Nothing to load takes no lease. Raises
        LeaseHeldError while another loads, TransientError where the warehouse is out of reach: nothing has changed
        then, or the next publish finds it done. A batch that cannot be loaded alone is QUARANTINED or FAILED.
        """
        waiting = self._waiting(settled)
        if not waiting:
            return []
        loaded: list[str] = []
        with self.lease.held(self.owner) as claim:
            if claim.abandoned:
                self.warehouse.end(claim.abandoned)
            for batches in self._transactions(waiting):
                loaded += self._load(batches, claim)
                if remaining_seconds() < MIN_SECONDS_FOR_LOAD:
                    break
        return loaded

    def _waiting(self, settled: Collection[BatchId]) -> list[BatchRecord]:
        found = {record.batch_id: record for record in self.ledger.in_state(State.CURATED)}
        # The index lags a moment behind the table, in both directions.
        current = (self.ledger.get(batch_id) for batch_id in {*found, *map(str, settled)})
        waiting = [record for record in current if record and record.state is State.CURATED]
        return sorted(waiting, key=lambda record: (record.batch_seq, record.source_id))

    def _transactions(self, waiting: Sequence[BatchRecord]) -> Iterator[list[Curated]]:
        chosen: list[Curated] = []
        for record in waiting:
            batch = self._curated(record)
            if batch is None:
                continue
            if chosen and sum(each.rows for each in chosen) + batch.rows > self.row_budget:
                yield chosen
                chosen = []
            chosen.append(batch)
        if chosen:
            yield chosen

    def _curated(self, record: BatchRecord) -> Curated | None:
        attempt = record.newest_attempt
        try:
            manifest = curated_manifest(self.s3, self.lake_bucket, attempt)
        except TerminalError as error:
            self._move(record, State.FAILED, error=str(error))
            return None
        if manifest is None:
            error_text = f"s3://{self.lake_bucket}/{attempt.curated_manifest_key} is gone since the batch was curated"
            self._move(record, State.FAILED, error=error_text)
            return None
        return Curated(record, manifest)

    def _load(self, batches: Sequence[Curated], claim: Claim) -> list[str]:
        try:
            reports = self.warehouse.load(
                [batch.manifest for batch in batches], lambda backend: self.lease.name_backend(claim, backend)
            )
        except TerminalError as error:
            if len(batches) > 1:
                # One of them is to blame; the others must not wait for it.
                return [batch_id for batch in batches for batch_id in self._load([batch], claim)]
            self._move(batches[0].record, State.FAILED, error=str(error))
            return []
        records = {batch.record.batch_id: batch.record for batch in batches}
        return [report.batch_id for report in reports if self._settled(records[report.batch_id], report)]

    def _settled(self, record: BatchRecord, report: Report) -> bool:
        if report.outcome in IN_WAREHOUSE:
            self._move(record, State.LOADED, loaded_rows=dict(report.rows))
            return True
        self._move(record, State.QUARANTINED, error=report.error)
        return False

    def _move(self, record: BatchRecord, after: State, **facts: Unpack[Facts]) -> None:
        with self.ledger.lease(record.batch_id, self.owner) as held:
            if (held.state, held.attempt) == (State.CURATED, record.attempt):
                self.ledger.move(held, after, self.by, **facts)
