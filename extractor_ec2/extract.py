"""One run of the extractor, in the order that makes batch_seq the order of snapshots (DESIGN 4)."""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from extractor_ec2.batch import BatchWriter, Content
from extractor_ec2.detector import ChangelogDetector
from extractor_ec2.lake import Lake
from extractor_ec2.plan import Plan, plan_batch
from extractor_ec2.postgres import Source
from extractor_ec2.snapshot import Snapshot, open_snapshot
from extractor_ec2.state import Held, StateStore, stale_state
from gem.contracts.errors import LostRaceError, TerminalError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import BatchKind, PartKind, RawManifest, manifest_body
from gem.contracts.spec import Aggregate

logger = logging.getLogger(__name__)

RACE_ATTEMPTS = 10
RACE_SECONDS = 0.5


@dataclass
class Summary:
    """What a run did; `batch_id` is None where nothing was published."""

    batch_id: str | None = None
    aggregates: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    sweep_due: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The summary that the command prints."""
        return {
            "batch_id": self.batch_id,
            "aggregates": {name: {"changed_roots": count} for name, count in self.aggregates.items()},
            "rows": self.rows,
            "failed": self.failed,
            "sweep_due": self.sweep_due,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Extractor:
    """Publishes what changed at a source since its last batches as one new batch."""

    source: Source
    lake: Lake
    aggregates: Sequence[Aggregate]
    part_rows: int
    hash_key: bytes | None = None

    def extract(self) -> Summary:
        """One batch, or none where nothing changed.

        Read state, take snapshot, reserve the seq, write parts, create the manifest, move the windows: stopped between
        any two, nothing of the batch is visible, or all of it is and is read again under a newer seq. An aggregate that
        cannot be read stands in the summary's `failed`, and its window where it was. Raises TerminalError or
        TransientError where no aggregate could be read at all.
        """
        began = time.monotonic()
        for attempt in range(1, RACE_ATTEMPTS + 1):
            try:
                summary = self._extract_once()
            except _SeqTakenError:
                # Our snapshot is older than the seq that somebody else has just taken: it must not be used.
                logger.info("another extractor reserved the next batch; starting again (attempt %d)", attempt)
                time.sleep(random.uniform(0, RACE_SECONDS * attempt))  # noqa: S311  (jitter, not a secret)
            else:
                summary.seconds = time.monotonic() - began
                return summary
        raise LostRaceError(
            f"other extractors of source {self.source.source_id!r} were faster {RACE_ATTEMPTS} times in a row"
        )

    def _extract_once(self) -> Summary:
        store = StateStore(self.lake, self.source.source_id)
        held = store.read()
        with open_snapshot(self.source) as snapshot:
            held = Held(held.state.belongs_to(snapshot.identity), held.etag)
            detector = ChangelogDetector(snapshot)
            plan = plan_batch(snapshot, detector, held.state, self.aggregates)
            if not plan.changed:
                return _summary(plan, None, Content())
            batch_id, held = _reserve(store, held)
            logger.info("%s: snapshot %s, changed: %s", batch_id, snapshot.text, ", ".join(plan.changed))
            content = self._write(snapshot, batch_id, plan)
        if not content.aggregates:
            return _summary(plan, None, content)
        self._publish(snapshot, batch_id, content)
        store.advance(
            held, plan.windows(held.state, detector.position(), batch_id.batch_seq, failed=set(content.failures))
        )
        return _summary(plan, batch_id, content)

    def _write(self, snapshot: Snapshot, batch_id: BatchId, plan: Plan) -> Content:
        writer = BatchWriter(self.source, snapshot, self.lake, batch_id, self.part_rows, self.hash_key)
        return writer.write(self.aggregates, {name: found.roots for name, found in plan.changed.items()})

    def _publish(self, snapshot: Snapshot, batch_id: BatchId, content: Content) -> None:
        manifest = RawManifest(
            batch_id=str(batch_id),
            source_id=batch_id.source_id,
            batch_seq=batch_id.batch_seq,
            kind=BatchKind.LIVE,
            snapshot=snapshot.text,
            snapshot_at=snapshot.taken_at,
            created_at=datetime.now(UTC),
            bucket=self.lake.bucket,
            aggregates=tuple(content.aggregates),
            parts=tuple(content.parts),
        )
        key, body = str(manifest.key), manifest_body(manifest)
        try:
            self.lake.create(key, body)
        except LostRaceError as error:
            stored = self.lake.read(key)
            if stored is None:
                # S3 answers a conflict with 409 though nobody came first: nothing is published, so begin again.
                raise
            # A put whose answer was lost is repeated by the SDK, and then meets itself.
            if stored.body != body:
                raise TerminalError(stale_state(batch_id, self.lake.uri(key))) from error
        logger.info("%s: published %s", batch_id, self.lake.uri(key))


class _SeqTakenError(Exception):
    """The reservation was overtaken."""


def _reserve(store: StateStore, held: Held) -> tuple[BatchId, Held]:
    try:
        return store.reserve(held)
    except LostRaceError as error:
        raise _SeqTakenError from error


def _summary(plan: Plan, batch_id: BatchId | None, content: Content) -> Summary:
    summary = Summary(
        batch_id=str(batch_id) if batch_id else None,
        failed={**plan.failures, **content.failures},
        sweep_due=[name for name, detection in plan.detections.items() if detection.sweep_due],
    )
    if batch_id is not None:
        summary.aggregates = {aggregate.name: aggregate.changed_roots for aggregate in content.aggregates}
        for part in content.parts:
            if part.kind is PartKind.ROWS:
                summary.rows[part.table] = summary.rows.get(part.table, 0) + part.rows
    return summary
