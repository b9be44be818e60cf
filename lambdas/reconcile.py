"""Does what a lost event would have done: compares the ledger with S3 and EMR, and re-drives what stayed behind."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from gem.cluster import Cluster, Step
from gem.contracts.errors import GemError
from gem.contracts.keys import BatchId, RawManifestKey
from gem.contracts.states import State
from gem.lake import folders, raw_folders, written_at
from gem.ledger import BatchRecord, Ledger, utc_now
from lambdas.publish import Publisher
from lambdas.runtime import LOGGER
from lambdas.submit import Submitter
from lambdas.verdict import Judge

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED", "INTERRUPTED"})
"""States of a step that EMR will not leave."""

LOOK_BACK = timedelta(days=7)
"""A batch must be extracted within this time of the batches of its seq, or its lost event is not repaired by itself."""

T = TypeVar("T")


@dataclass(frozen=True)
class Reconciler:
    """One pass; level-triggered: it acts on what is, not on what was announced; any number of them may run at once.

    A batch is touched when it has stood where it is for `stale_after`: until then its event may still come.
    """

    s3: "S3Client"
    ledger: Ledger
    cluster: Cluster
    submitter: Submitter
    judge: Judge
    publisher: Publisher
    lake_bucket: str
    stale_after: timedelta
    clock: Callable[[], datetime] = utc_now
    done: Counter[str] = field(default_factory=Counter)
    settled: list[BatchId] = field(default_factory=list)
    listed: dict[str, dict[str, Step]] = field(default_factory=dict)

    def reconcile(self, remaining_seconds: Callable[[], float]) -> Counter[str]:
        """One pass over every batch that is behind; counts by kind. An error of one batch does not stop the others."""
        self._each("accepted", self._unknown(), self.submitter.accept)
        self._each("submitted", self._stale(State.EXTRACTED), lambda record: self.submitter.submit(record.id))
        self._each("followed", self._stale(State.SUBMITTED), self._follow_step)
        self._each("load_runs", ["all"], lambda _: self._publish(remaining_seconds))
        return self.done

    def _each(self, kind: str, items: Iterable[T], act: Callable[[T], None]) -> None:
        iterator = iter(items)
        while True:
            try:
                item = next(iterator)
            except StopIteration:
                return
            except GemError as error:
                self._failed(kind, error)
                return
            try:
                act(item)
            except GemError as error:
                self._failed(kind, error)
            else:
                self.done[kind] += 1

    def _failed(self, kind: str, error: GemError) -> None:
        self.done["failed"] += 1
        LOGGER.warning("not %s: %s", kind, error)

    def _stale(self, state: State) -> Iterator[BatchRecord]:
        limit = self.clock() - self.stale_after
        return (record for record in self.ledger.in_state(state) if record.moved_at <= limit)

    def _follow_step(self, record: BatchRecord) -> None:
        step = self._steps(record.cluster_id).get(record.step_name)
        if step is None:
            # The cluster may be forgotten: its work is not, where a manifest stands.
            self._settle(record, "UNKNOWN", f"cluster {record.cluster_id or '(none)'} knows no such step")
        elif step.state in ENDED:
            self._settle(record, step.state, step.reason)

    def _settle(self, record: BatchRecord, step_state: str, message: str) -> None:
        after = self.judge.settle(record.newest_attempt, step_state, message)
        self.settled.append(record.id)
        if after is State.EXTRACTED:
            self.submitter.submit(record.id)

    def _steps(self, cluster_id: str) -> dict[str, Step]:
        if cluster_id and cluster_id not in self.listed:
            self.listed[cluster_id] = {step.name: step for step in self.cluster.steps(cluster_id)}
        return self.listed.get(cluster_id, {})

    def _publish(self, remaining_seconds: Callable[[], float]) -> None:
        # Not only what is stale: of a batch that was settled just now, nobody else will be told.
        self.done["loaded"] += len(self.publisher.publish(self.settled, remaining_seconds))

    def _unknown(self) -> Iterator[RawManifestKey]:
        """Manifests that lie in the lake for a while and that the ledger does not know."""
        for source_id in self._sources():
            position = self.ledger.reconciled_seq(source_id)
            for key in self._batches(source_id, position):
                record = self.ledger.get(key.batch_id)
                if record is None and self._is_complete(key):
                    yield key
                elif record and record.created_at <= self.clock() - LOOK_BACK:
                    position = max(position, record.batch_seq)
            self.ledger.mark_reconciled(source_id, position)

    def _sources(self) -> list[str]:
        return [prefix.split("/")[1] for prefix in folders(self.s3, self.lake_bucket, "raw/")]

    def _batches(self, source_id: str, after_seq: int) -> Iterator[RawManifestKey]:
        for folder in raw_folders(self.s3, self.lake_bucket, source_id, after_seq):
            try:
                yield RawManifestKey.parse(f"{folder}_manifest.json")
            except GemError:
                LOGGER.warning("a folder that is no batch: s3://%s/%s", self.lake_bucket, folder)

    def _is_complete(self, key: RawManifestKey) -> bool:
        written = written_at(self.s3, self.lake_bucket, str(key))
        return written is not None and written <= self.clock() - self.stale_after
