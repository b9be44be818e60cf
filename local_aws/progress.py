"""What the local cloud tells whoever watches a run."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where a piece of work stands."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """One piece of work that started or ended: a function's call or an EMR step. `seconds` is None at the start."""

    actor: str
    """The mapping's logical id, or `emr`."""
    subject: str
    """The step's name, or how many messages of which queue."""
    phase: Phase
    seconds: float | None = None
    error: str = ""

    def __str__(self) -> str:
        took = "" if self.seconds is None else f" in {self.seconds:.1f} s"
        return f"{self.actor}: {self.subject} {self.phase}{took}" + (f": {self.error}" if self.error else "")


OnProgress = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """Nobody watches."""
