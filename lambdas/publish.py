"""Hop 2, second half: every curated batch goes into the warehouse, in order of seq, in transactions of bounded size."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Unpack

from gem.contracts.errors import GemError, PublishHeldError, TerminalError
from gem.contracts.keys import BatchId, S3Uri
from gem.contracts.manifest import CuratedManifest, Verdict
from gem.contracts.states import Mover, State
from gem.lake import curated_manifest
from gem.lease import Backend, Claim, Lease
from gem.ledger import BatchRecord, Facts, Ledger
from lambdas.runtime import LOGGER
from lambdas.warehouse import Report, Warehouse

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MIN_SECONDS_FOR_LOAD = 180
"""A further transaction is begun only while the function has this long to live: publishing a few batches takes a minute
or two, and what is not committed in time is done for nothing."""

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

    @property
    def copies(self) -> int:
        """Tables of it that are copied, each with a COPY of its own."""
        return sum(table.is_copied for table in self.manifest.tables)


@dataclass
class Pass:
    """One way through all that waits, under the lease."""

    claim: Claim
    remaining_seconds: Callable[[], float]
    session: Backend | None
    """Of the load that runs, or failed last: it may live on and keep the mutex."""
    errors: list[GemError] = field(default_factory=list)
    """Of loads that had a session: other batches may do better."""


@dataclass(frozen=True)
class Publisher:
    """Loads CURATED batches under the warehouse's lease, in the name of `by`; `owner` is this invocation.

    The budgets bound a transaction of several batches. What a load did not finish, whatever ended it, is suspect until
    it waits no longer: it is loaded after all else, each batch alone, what failed last at the end. So one that outlasts
    the function's time delays others and stops none, however many of them there are.
    """

    s3: "S3Client"
    ledger: Ledger
    lease: Lease
    warehouse: Warehouse
    lake_bucket: str
    row_budget: int
    copy_budget: int
    by: Mover
    owner: str

    def publish(self, settled: Collection[BatchId], remaining_seconds: Callable[[], float]) -> list[str]:
        """Loads every CURATED batch while time remains; returns the ids of those that are now LOADED.

        `settled` names batches that may be CURATED but not yet in the index. Nothing to load takes no lease. Raises
        LeaseHeldError while another loads, TransientError where the warehouse is out of reach, TerminalError for what
        no batch is guilty of: the batches stay CURATED then, and the next publish finds what is done already. The first
        error of a load that had got as far as a session is raised in the end, when the others were tried.
        """
        waiting = self._waiting(settled)
        if not waiting:
            return []
        with self.lease.held(self.owner) as claim:
            current = Pass(claim, remaining_seconds, claim.abandoned)
            self._end_session(current)
            loaded = self._load_all(waiting, current)
            if current.errors:
                raise current.errors[0]
        return loaded

    def _load_all(self, waiting: Sequence[BatchRecord], current: Pass) -> list[str]:
        loaded: list[str] = []
        for batches in self._transactions(waiting, current.claim):
            try:
                loaded += self._load(batches, current)
            except PublishHeldError as error:
                # No failure of the event that brought us here: the reconciler loads what waits when it is over.
                LOGGER.info("nothing more is loaded: %s", error)
                break
            except GemError as error:
                self._go_on_after(error, current)
            if current.remaining_seconds() < MIN_SECONDS_FOR_LOAD:
                break
        return loaded

    def _go_on_after(self, error: GemError, current: Pass) -> None:
        """Keeps the error for the end; raises it where no load had a session, since none would have one."""
        if current.session is None:
            raise error
        LOGGER.warning("not loaded: %s", error)
        current.errors.append(error)

    def _end_session(self, current: Pass) -> None:
        lost, current.session = current.session, None
        if lost:
            self.warehouse.end(lost)

    def _waiting(self, settled: Collection[BatchId]) -> list[BatchRecord]:
        found = {record.batch_id: record for record in self.ledger.in_state(State.CURATED)}
        # The index lags a moment behind the table, in both directions.
        current = (self.ledger.get(batch_id) for batch_id in {*found, *map(str, settled)})
        waiting = [record for record in current if record and record.state is State.CURATED]
        return sorted(waiting, key=lambda record: (record.batch_seq, record.source_id))

    def _transactions(self, waiting: Sequence[BatchRecord], claim: Claim) -> Iterator[list[Curated]]:
        found = {record.batch_id: record for record in waiting}
        claim.done([name for name in claim.unfinished if name not in found])
        # As of now: what fails in this pass is suspect in the next.
        suspects = {name: found[name] for name in claim.unfinished}
        if suspects:
            LOGGER.warning(
                "%s: a load of them did not end, perhaps for want of time: each is loaded last, and alone. One that "
                "stays here outlasts a Lambda: deploy with Sink=redshift, where no Lambda's time limits a load, then "
                "gem replay ID --recurate",
                ", ".join(suspects),
            )
        yield from self._cut(record for record in waiting if record.batch_id not in suspects)
        for record in suspects.values():
            yield from self._cut([record])

    def _cut(self, records: Iterable[BatchRecord]) -> Iterator[list[Curated]]:
        """The batches in their order, cut where one transaction would exceed a budget."""
        chosen: list[Curated] = []
        for record in records:
            batch = self._curated(record)
            if batch is None:
                continue
            if chosen and self._exceeds([*chosen, batch]):
                yield chosen
                chosen = []
            chosen.append(batch)
        if chosen:
            yield chosen

    def _exceeds(self, batches: Sequence[Curated]) -> bool:
        rows, copies = sum(batch.rows for batch in batches), sum(batch.copies for batch in batches)
        return rows > self.row_budget or copies > self.copy_budget

    def _curated(self, record: BatchRecord) -> Curated | None:
        uri = S3Uri(self.lake_bucket, record.newest_attempt.curated_manifest_key)
        try:
            manifest = curated_manifest(self.s3, self.lake_bucket, record.newest_attempt)
        except TerminalError as error:
            self._move(record, State.FAILED, error=str(error))
            return None
        if manifest and manifest.verdict is Verdict.QUARANTINED and record.released_attempt == manifest.attempt:
            # A person has overruled the verdict, for which the load asks once more.
            manifest = manifest.model_copy(update={"verdict": Verdict.PASSED})
        if manifest and manifest.verdict is Verdict.PASSED:
            return Curated(record, manifest)
        error_text = f"{uri}: its verdict is {manifest.verdict}" if manifest else f"{uri} is gone"
        self._move(record, State.QUARANTINED, error=f"{error_text}; only a batch that passed or was released is loaded")
        return None

    def _load(self, batches: Sequence[Curated], current: Pass) -> list[str]:
        """The ids of the batches that the warehouse holds now; what there was no time for stays CURATED.

        gem.warehouse quarantines a batch that is guilty itself; any other TerminalError condemns nobody. It may still
        be of one batch only: the others are loaded alone then.
        """
        try:
            reports = self._reports(batches, current)
        except TerminalError:
            if len(batches) == 1 or current.session is None:
                raise
            return self._load_each(batches, current)
        records = {batch.record.batch_id: batch.record for batch in batches}
        loaded = [report.batch_id for report in reports if self._settled(records[report.batch_id], report)]
        current.claim.done([report.batch_id for report in reports])
        return loaded

    def _reports(self, batches: Sequence[Curated], current: Pass) -> Sequence[Report]:
        """What the warehouse says of the load; where it fails in a session, the batches are suspect."""
        self._end_session(current)
        manifests = [batch.manifest for batch in batches]
        names = [manifest.batch_id for manifest in manifests]

        def on_session(backend: Backend) -> None:
            self.lease.name_backend(current.claim, backend, names)
            current.session = backend

        try:
            reports = self.warehouse.load(manifests, on_session, current.remaining_seconds)
        except PublishHeldError:
            raise
        except GemError:
            if current.session:
                current.claim.failed(names)
            raise
        current.session = None
        return reports

    def _load_each(self, batches: Sequence[Curated], current: Pass) -> list[str]:
        current.claim.done([batch.record.batch_id for batch in batches])
        loaded: list[str] = []
        for batch in batches:
            try:
                loaded += self._load([batch], current)
            except TerminalError as error:
                self._go_on_after(error, current)
        return loaded

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
