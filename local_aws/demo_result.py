"""What a demo shows: its batches with their hops, what changed between them, how both sides compare, and answers."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from gem.contracts.states import State
from gem.reconcile import TableReport
from gem.settings import Sink
from local_aws.questions import Answers, SellerVersion
from local_aws.source.evolve import Change

REPORT, EXPORT = "report.html", "export"
"""What a demo leaves in its folder for people to open."""


@dataclass(frozen=True)
class Hop:
    """One stage of a batch as the final table shows it."""

    name: str
    description: str
    rows: int | None
    seconds: float


@dataclass(frozen=True)
class Arrival:
    """What one extraction brought, in one batch or in several, and what the warehouse said then."""

    title: str
    batch_ids: list[str]
    state: State
    hops: list[Hop]
    answers: Answers


@dataclass(frozen=True)
class DemoResult:
    """All that a run shows, for tables and for --json."""

    arrivals: list[Arrival]
    """The first load, then the batch of what changed."""
    changes: list[Change]
    """What happened at the source in between."""
    reconciled: list[TableReport]
    """Source against warehouse at the end."""
    grown_seller: list[SellerVersion]
    """The history of one seller whose class changed in between; empty where none was."""
    seconds: float
    peak_memory_bytes: int | None
    """The source, the warehouse, Spark, the functions and this process together; None where it cannot be known."""
    work_dir: str
    sink: Sink = Sink.S3
    """Who loaded the batches."""

    @property
    def agrees(self) -> bool:
        """Whether source and warehouse held the same at the end."""
        return not any(report.differing_buckets for report in self.reconciled)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, the last answers on top; figures are strings, so that no paisa is lost."""
        document = asdict(self)
        document |= {**document["arrivals"][-1]["answers"], "agrees": self.agrees}
        return json.loads(json.dumps(document, default=str, ensure_ascii=False))  # type: ignore[no-any-return]
