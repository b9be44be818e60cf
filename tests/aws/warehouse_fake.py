"""A warehouse that remembers what was loaded, written by hand; the real load has its own tests on a real wire."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gem.contracts.errors import GemError
from gem.contracts.manifest import CuratedManifest
from gem.lease import Backend


@dataclass(frozen=True)
class FakeReport:
    batch_id: str
    outcome: str
    rows: dict[str, int]
    error: str = ""


@dataclass
class FakeWarehouse:
    """Loads what it is given, except the batches that were named bad; each transaction is one entry."""

    transactions: list[list[str]] = field(default_factory=list)
    ended: list[Backend] = field(default_factory=list)
    errors: dict[str, GemError] = field(default_factory=dict)
    """What a transaction raises that holds the batch."""
    quarantined: dict[str, str] = field(default_factory=dict)
    before_load: Callable[[], object] = lambda: None
    time_for: int | None = None
    """How many batches a transaction has time for."""
    unreachable: GemError | None = None
    """What it raises before any session."""
    asked: int = 0

    def load(
        self,
        manifests: Sequence[CuratedManifest],
        on_session: Callable[[Backend], None],
        remaining_seconds: Callable[[], float],
    ) -> list[FakeReport]:
        assert remaining_seconds() > 0
        self.asked += 1
        if self.unreachable:
            raise self.unreachable
        on_session(Backend(4711, "2026-04-01 03:30:00"))
        self.before_load()
        for manifest in manifests:
            if manifest.batch_id in self.errors:
                raise self.errors[manifest.batch_id]
        manifests = manifests[: self.time_for]
        known = {batch_id for transaction in self.transactions for batch_id in transaction}
        self.transactions.append([manifest.batch_id for manifest in manifests])
        return [self._report(manifest.batch_id, known) for manifest in manifests]

    def end(self, backend: Backend) -> None:
        self.ended.append(backend)

    def _report(self, batch_id: str, known: set[str]) -> FakeReport:
        if batch_id in self.quarantined:
            return FakeReport(batch_id, "quarantined", {}, self.quarantined[batch_id])
        outcome = "already_loaded" if batch_id in known else "loaded"
        return FakeReport(batch_id, outcome, {"fact_order_line": 3})

    def __call__(self, *_settings_and_clients: Any) -> "FakeWarehouse":
        """Stands in for the constructor of lambdas.warehouse.Redshift."""
        return self
