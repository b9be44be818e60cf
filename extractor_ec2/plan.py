"""What a batch will hold: each aggregate's changed roots, found in one snapshot before anything is read."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor_ec2.cutting import Candidates, Slice, next_slice, whole_slice
from extractor_ec2.detector import Detection, Detector
from extractor_ec2.personal import hashed_columns
from extractor_ec2.roots import ChangedRoots, SomeRoots, ids_array
from extractor_ec2.schema_contract import undeclared_columns
from extractor_ec2.snapshot import Snapshot
from extractor_ec2.state import Cut, ExtractorState, Window
from gem.contracts.errors import TerminalError
from gem.contracts.source_spec import Aggregate

logger = logging.getLogger(__name__)

NO_ROOTS = SomeRoots(ids_array())


@dataclass(frozen=True)
class Step:
    """What the batch reads of an aggregate, and where its window stands once that is published."""

    slice: Slice
    window: Window
    is_resync: bool
    sweep_due: bool


@dataclass(frozen=True)
class Plan:
    """The aggregates looked at, with what changed; those in `failures` are left as they are, and say why.

    Aggregates that stand in neither had no room in the batch.
    """

    steps: dict[str, Step] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> dict[str, ChangedRoots]:
        """The roots of the aggregates that a batch must carry."""
        return {name: step.slice.roots for name, step in self.steps.items() if step.slice.roots}

    @property
    def is_resync(self) -> bool:
        """Whether the batch reads roots because of a resync."""
        return any(self.steps[name].is_resync for name in self.changed)

    def windows(self, batch_seq: int, failed: set[str]) -> dict[str, Window]:
        """The window of every aggregate that did not fail, changed or not, behind this batch's snapshot."""
        return {
            name: step.window.model_copy(
                update={
                    "batch_seq": batch_seq,
                    "sweep_due_seq": batch_seq if step.sweep_due else step.window.sweep_due_seq,
                }
            )
            for name, step in self.steps.items()
            if name not in failed
        }

    def has_more(self, name: str) -> bool:
        """Whether another batch must go on with that aggregate."""
        if name in self.failures:
            return False
        return name not in self.steps or self.steps[name].window.cut is not None


def plan_batch(
    snapshot: Snapshot, detector: Detector, state: ExtractorState, aggregates: Sequence[Aggregate], max_rows: int
) -> Plan:
    """Finds what the next batch reads, aggregate by aggregate until it is full; a terminal error fails only its own.

    The rows of the batch reach `max_rows` where there is so much to read, and exceed it by one root at most.
    """
    plan, left = Plan(), max_rows
    for aggregate in aggregates:
        if left <= 0:
            break
        window = state.windows.get(aggregate.name, Window())
        try:
            with snapshot.savepoint():
                refuse_drift(snapshot, aggregate)
                detector.refuse(aggregate, window.newest_position)
                step = _step(snapshot, detector, aggregate, window, left)
        except TerminalError as error:
            logger.warning("%s: not read: %s", aggregate.name, error)
            plan.failures[aggregate.name] = str(error)
        else:
            if step.sweep_due:
                logger.warning("%s: a table was truncated or its log interrupted; a sweep is due", aggregate.name)
            plan.steps[aggregate.name] = step
            left -= step.slice.rows
    return plan


def refuse_drift(snapshot: Snapshot, aggregate: Aggregate) -> None:
    """Raises TerminalError where the source is not as declared; names in the log what is not declared."""
    undeclared = undeclared_columns(snapshot.connection, aggregate)
    for table in aggregate.tables:
        hashed_columns(table)
    for column in undeclared:
        logger.warning("%s: column %s is not declared and not read", aggregate.name, column)


def _step(snapshot: Snapshot, detector: Detector, aggregate: Aggregate, window: Window, max_rows: int) -> Step:
    """The next range of a window that was cut, else the window since the last one, as far as it fits."""
    if window.cut:
        until, detection = window.cut.position, Detection(is_changed=True, every_root=window.cut.every_root)
    else:
        until = detector.position()
        detection = detector.detection(aggregate, window.position, until)
    if not detection.is_changed:
        found = Slice(NO_ROOTS, rows=0)
    elif aggregate.travels_whole:
        found = whole_slice(snapshot.connection, aggregate)
    else:
        logged = detector.window_query(aggregate, window.position, until) if window.position else None
        candidates = Candidates(every_root=detection.every_root, logged=logged)
        after_root = window.cut.after if window.cut else None
        found = next_slice(snapshot.connection, aggregate, candidates, after_root, max_rows)
    if window.cut and not found.roots:
        # What was left is gone: nobody need read it, and the next window begins at once.
        return _step(snapshot, detector, aggregate, window.completed(until), max_rows)
    return Step(found, _moved(window, found, until, detection), window.is_resync, detection.sweep_due)


def _moved(window: Window, found: Slice, until: str, detection: Detection) -> Window:
    if found.cut_after is None:
        moved = window.completed(until)
    else:
        cut = Cut(after=found.cut_after, position=until, every_root=detection.every_root)
        moved = window.model_copy(update={"cut": cut})
    return moved.model_copy(update={"sweep_due": True}) if detection.sweep_due else moved
