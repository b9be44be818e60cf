"""How a batch comes to be, whatever it holds: number reserved, parts written, manifest created last."""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from extractor_ec2.batch import BatchWriter, Content
from extractor_ec2.lake import Lake
from extractor_ec2.postgres import Source
from extractor_ec2.roots import ChangedRoots
from extractor_ec2.snapshot import Snapshot, is_older
from extractor_ec2.state import Held, StateStore, stale_state
from gem.contracts.errors import LostRaceError, TerminalError, TransientError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import BatchKind, RawManifest, manifest_body
from gem.contracts.source_spec import Aggregate

logger = logging.getLogger(__name__)

RACE_ATTEMPTS = 10
RACE_SECONDS = 0.5
NO_SNAPSHOT = "1:1:"

T = TypeVar("T")


@dataclass(frozen=True)
class Publisher:
    """Reads aggregates of a source and publishes them in a lake."""

    source: Source
    lake: Lake
    part_rows: int
    hash_key: bytes | None = None

    @property
    def store(self) -> StateStore:
        """The state from which every batch of the source takes its number."""
        return StateStore(self.lake, self.source.source_id)

    def reserve(self, held: Held, snapshot: Snapshot) -> tuple[BatchId, Held]:
        """The number of the batch to be read in `snapshot`, which was taken after `held` was read.

        Raises SeqTakenError where somebody was faster, TransientError or TerminalError where the snapshot is older than
        that of an earlier number.
        """
        if held.state.snapshot is not None and is_older(snapshot.text, held.state.snapshot):
            older = f"snapshot {snapshot.text} is older than {held.state.snapshot}, which an earlier batch has read"
            if snapshot.is_standby:
                raise TransientError(f"{older}: this standby lags behind the server that was read then")
            raise TerminalError(f"{older}: the source was put back in time; read every root again with `gem resync`")
        return reserved(self.store, held, snapshot.text)

    def write(
        self,
        snapshot: Snapshot,
        batch_id: BatchId,
        aggregates: Sequence[Aggregate],
        changed: Mapping[str, ChangedRoots],
    ) -> Content:
        """Writes the parts of every changed aggregate, read in the snapshot."""
        writer = BatchWriter(self.source, snapshot, self.lake, batch_id, self.part_rows, self.hash_key)
        return writer.write(aggregates, changed)

    def publish(self, snapshot: Snapshot, batch_id: BatchId, kind: BatchKind, content: Content) -> None:
        """Creates the manifest, by which the batch becomes visible."""
        publish(self.lake, batch_id, kind, content, snapshot=snapshot.text, taken_at=snapshot.taken_at)


def publish(
    lake: Lake, batch_id: BatchId, kind: BatchKind, content: Content, *, snapshot: str, taken_at: datetime
) -> None:
    """Creates the manifest of what was written; it is created once, and then an event."""
    manifest = RawManifest(
        batch_id=str(batch_id),
        source_id=batch_id.source_id,
        batch_seq=batch_id.batch_seq,
        kind=kind,
        snapshot=snapshot,
        snapshot_at=taken_at,
        created_at=datetime.now(UTC),
        bucket=lake.bucket,
        aggregates=tuple(content.aggregates),
        parts=tuple(content.parts),
    )
    key, body = str(manifest.key), manifest_body(manifest)
    try:
        lake.create(key, body)
    except LostRaceError as error:
        stored = lake.read(key)
        if stored is None:
            # S3 answers a conflict with 409 though nobody came first: nothing is published, so begin again.
            raise
        # A put whose answer was lost is repeated by the SDK, and then meets itself.
        if stored.body != body:
            raise TerminalError(stale_state(batch_id, lake.uri(key))) from error
    logger.info("%s: published %s", batch_id, lake.uri(key))


class SeqTakenError(Exception):
    """The reservation was overtaken: what was read before it must not be used."""


def reserved(store: StateStore, held: Held, snapshot: str | None) -> tuple[BatchId, Held]:
    """The next number; SeqTakenError where somebody was faster."""
    try:
        return store.reserve(held, snapshot)
    except LostRaceError as error:
        raise SeqTakenError from error


def until_reserved(source_id: str, attempt: Callable[[], T]) -> T:
    """What `attempt` returns, begun again from a new state and snapshot as long as somebody else takes its number."""
    for number in range(1, RACE_ATTEMPTS + 1):
        try:
            return attempt()
        except SeqTakenError:
            logger.info("another extractor reserved the next batch; starting again (attempt %d)", number)
            time.sleep(random.uniform(0, RACE_SECONDS * number))  # noqa: S311  (jitter, not a secret)
    raise LostRaceError(f"other extractors of source {source_id!r} were faster {RACE_ATTEMPTS} times in a row")
