"""One run of the extractor, in the order that makes batch_seq the order of snapshots (DESIGN 4)."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor_ec2.batch import Content
from extractor_ec2.detector import ChangelogDetector
from extractor_ec2.lake import Lake
from extractor_ec2.plan import Plan, plan_batch
from extractor_ec2.postgres import Source
from extractor_ec2.publication import Publisher, until_reserved
from extractor_ec2.snapshot import open_snapshot
from extractor_ec2.state import Held
from gem.contracts.keys import BatchId
from gem.contracts.manifest import BatchKind, PartKind
from gem.contracts.source_spec import Aggregate
from gem.settings import BATCH_ROWS

logger = logging.getLogger(__name__)


@dataclass
class Summary:
    """What a run did; `batch_id` is the last of `batches`, None where nothing was published."""

    batches: list[str] = field(default_factory=list)
    aggregates: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    sweep_due: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def batch_id(self) -> str | None:
        """The last batch."""
        return self.batches[-1] if self.batches else None

    def add_plan(self, plan: Plan) -> None:
        """Notes what was found out before anything was read."""
        self.failed |= plan.failures
        self.sweep_due += [n for n, step in plan.steps.items() if step.sweep_due and n not in self.sweep_due]

    def add_batch(self, batch_id: BatchId, content: Content) -> None:
        """Notes a published batch."""
        self.batches.append(str(batch_id))
        for aggregate in content.aggregates:
            self.aggregates[aggregate.name] = self.aggregates.get(aggregate.name, 0) + aggregate.changed_roots
        for part in content.parts:
            if part.kind is PartKind.ROWS:
                self.rows[part.table] = self.rows.get(part.table, 0) + part.rows

    def as_json(self) -> dict[str, Any]:
        """The summary that the command prints."""
        return {
            "batch_id": self.batch_id,
            "batches": self.batches,
            "aggregates": {name: {"changed_roots": count} for name, count in self.aggregates.items()},
            "rows": self.rows,
            "failed": self.failed,
            "sweep_due": self.sweep_due,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Extractor:
    """Publishes what changed at a source since its last batches, in batches of about `max_rows` rows at most."""

    source: Source
    lake: Lake
    aggregates: Sequence[Aggregate]
    part_rows: int
    hash_key: bytes | None = None
    max_rows: int = BATCH_ROWS

    @property
    def publisher(self) -> Publisher:
        """What makes batches of what this one finds."""
        return Publisher(self.source, self.lake, self.part_rows, self.hash_key)

    def extract(self) -> Summary:
        """One batch, or as many as the row limit makes of the window of each aggregate; none where nothing changed.

        Of a run that read every aggregate's window and found nothing, a quiet sign is left in the lake.

        Of each batch: read state, take snapshot, reserve the seq, write parts, create the manifest, move the windows.
        Stopped between any two, nothing of it is visible, or all of it is and is read again under a newer seq; the next
        run goes on where the state says. A window that is cut counts from the snapshot of its first batch once it is
        finished, so what changed meanwhile is read again by the next one. An aggregate that cannot be read stands in
        the summary's `failed`, and its window where it was. Raises TerminalError or TransientError where no aggregate
        could be read at all.
        """
        began, summary = time.monotonic(), Summary()
        pending = list(self.aggregates)
        while pending:
            waiting = pending
            plan, failed = until_reserved(self.source.source_id, lambda: self._next_batch(waiting, summary))  # noqa: B023 (called at once)
            pending = [a for a in pending if a.name not in failed and plan.has_more(a.name)]
        summary.seconds = time.monotonic() - began
        return summary

    def resync(self) -> Summary:
        """Binds the state to the database cluster that answers now, and reads every root of every aggregate again.

        From the moment the state says so, the next `extract` goes on with it, whoever was stopped. Roots that exist in
        the warehouse only are none of this source's: a comparison of both sides finds them.
        """
        store = self.publisher.store
        held = store.read()
        with open_snapshot(self.source) as snapshot:
            identity = snapshot.identity
        logger.info("resync: source %s is bound to %s from now on", self.source.source_id, identity or "no identity")
        store.change(held, lambda state: state.resynced(identity, [a.name for a in self.aggregates]))
        return self.extract()

    def _next_batch(self, pending: Sequence[Aggregate], summary: Summary) -> tuple[Plan, set[str]]:
        """Publishes one batch, if there is anything to read; what was planned, and which aggregates failed."""
        publisher = self.publisher
        held = publisher.store.read()
        with open_snapshot(self.source) as snapshot:
            held = Held(held.state.belongs_to(snapshot.identity), held.etag)
            plan = plan_batch(snapshot, ChangelogDetector(snapshot), held.state, pending, self.max_rows)
            if not plan.changed:
                summary.add_plan(plan)
                if len(pending) == len(self.aggregates) and not plan.failures:
                    publisher.store.note_quiet(held, snapshot.taken_at)
                return plan, set(plan.failures)
            batch_id, held = publisher.reserve(held, snapshot)
            summary.add_plan(plan)
            logger.info("%s: snapshot %s, changed: %s", batch_id, snapshot.text, ", ".join(plan.changed))
            content = publisher.write(snapshot, batch_id, pending, plan.changed)
        summary.failed |= content.failures
        failed = {*plan.failures, *content.failures}
        if content.aggregates:
            publisher.publish(snapshot, batch_id, BatchKind.RESYNC if plan.is_resync else BatchKind.LIVE, content)
            publisher.store.advance(held, plan.windows(batch_id.batch_seq, failed))
            summary.add_batch(batch_id, content)
        return plan, failed
