"""What the ledger says to operators: how long batches take hop by hop, and which of them stand or have stopped."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from gem.contracts.sla import HOP_SECONDS
from gem.contracts.states import State
from gem.ledger import Ledger
from gem.operations.reports import StatusLine, status
from gem.sla import Breach, Promises, standing

BATCHES = 50
"""Newest batches of each source by which hops are judged."""


@dataclass(frozen=True)
class HopTimes:
    """How long one hop took in those batches that made it, in seconds."""

    state: State
    seconds: tuple[float, ...]
    """By batch, the oldest first."""
    moments: tuple[datetime, ...]
    """When each batch last moved, in UTC."""

    @property
    def promised(self) -> int | None:
        """The most seconds that it may take; None where nothing is promised."""
        return HOP_SECONDS.get(self.state)

    def percentile(self, share: float) -> float:
        """The least time within which that share of the batches made it: a time that was measured, none between."""
        return sorted(self.seconds)[ceil(share * len(self.seconds)) - 1]


@dataclass(frozen=True)
class LedgerView:
    """The newest batches, the newest first, and what breaks a promise or waits for a person at that moment."""

    seen_at: datetime
    batches: tuple[StatusLine, ...]
    breaches: tuple[Breach, ...]

    @property
    def on_their_way(self) -> int:
        """Batches that move by themselves."""
        return sum(line.state in (State.EXTRACTED, State.SUBMITTED, State.CURATED) for line in self.batches)

    @property
    def hops(self) -> tuple[HopTimes, ...]:
        """Every hop that a batch made, in the order of the way."""
        return tuple(self._hop(state) for state in State if any(state in line.hop_seconds for line in self.batches))

    def _hop(self, state: State) -> HopTimes:
        made = sorted((line for line in self.batches if state in line.hop_seconds), key=self._moved_at)
        return HopTimes(state, tuple(line.hop_seconds[state] for line in made), tuple(map(self._moved_at, made)))

    def _moved_at(self, line: StatusLine) -> datetime:
        return self.seen_at - timedelta(seconds=line.age_seconds)


def ledger_view(ledger: Ledger) -> LedgerView:
    """What the ledger says now; it only reads."""
    now = datetime.now(UTC)
    breaches = sorted(standing(ledger, Promises.declared(), now), key=lambda breach: breach.since)
    return LedgerView(now, tuple(status(ledger, now, BATCHES)), tuple(breaches))


def in_words(seconds: float) -> str:
    """A duration as people say it: `42.0 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
