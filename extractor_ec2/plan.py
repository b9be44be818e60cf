"""What a batch will hold: each aggregate's changed roots, found in one snapshot before anything is read."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor_ec2.detector import Detection, Detector
from extractor_ec2.personal import hashed_columns
from extractor_ec2.schema_contract import undeclared_columns
from extractor_ec2.snapshot import Snapshot
from extractor_ec2.state import ExtractorState, Window
from gem.contracts.errors import TerminalError
from gem.contracts.spec import Aggregate

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """The aggregates looked at, with what changed; those in `failures` are left as they are, and say why."""

    detections: dict[str, Detection] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> dict[str, Detection]:
        """The aggregates that a batch must carry."""
        return {name: detection for name, detection in self.detections.items() if detection.roots}

    def windows(self, state: ExtractorState, position: str, batch_seq: int, failed: set[str]) -> dict[str, Window]:
        """The window of every aggregate that did not fail, changed or not, behind this batch's snapshot."""
        return {
            name: Window(
                position=position,
                batch_seq=batch_seq,
                sweep_due=detection.sweep_due or (name in state.windows and state.windows[name].sweep_due),
            )
            for name, detection in self.detections.items()
            if name not in failed
        }


def plan_batch(snapshot: Snapshot, detector: Detector, state: ExtractorState, aggregates: Sequence[Aggregate]) -> Plan:
    """Compares the catalog and finds the changed roots, aggregate by aggregate; a terminal error fails only its own."""
    plan = Plan()
    for aggregate in aggregates:
        window = state.windows.get(aggregate.name)
        try:
            with snapshot.savepoint():
                undeclared = undeclared_columns(snapshot.connection, aggregate)
                for table in aggregate.tables:
                    hashed_columns(table)
                detection = detector.changed_roots(aggregate, window.position if window else None)
        except TerminalError as error:
            logger.warning("%s: not read: %s", aggregate.name, error)
            plan.failures[aggregate.name] = str(error)
        else:
            for column in undeclared:
                logger.warning("%s: column %s is not declared and not read", aggregate.name, column)
            if detection.sweep_due:
                logger.warning("%s: a table was truncated or its log interrupted; a sweep is due", aggregate.name)
            plan.detections[aggregate.name] = detection
    return plan
