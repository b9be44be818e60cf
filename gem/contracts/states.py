"""The states of a batch, the moves allowed between them, and who makes each."""

from enum import StrEnum
from typing import NamedTuple

from gem.contracts.errors import IllegalMoveError


class State(StrEnum):
    """Where a batch stands."""

    EXTRACTED = "EXTRACTED"
    """Its raw manifest was accepted, or its step ended without a verdict: a step is to be submitted."""
    SUBMITTED = "SUBMITTED"
    """An EMR step carries it."""
    CURATED = "CURATED"
    """Its curated manifest passed; it may be loaded."""
    LOADED = "LOADED"
    """It is in the warehouse."""
    QUARANTINED = "QUARANTINED"
    """Too many rejects, or a failed audit: kept for a person, nothing loaded."""
    FAILED = "FAILED"
    """A terminal error, or attempts used up; the reason stands in the ledger."""


class Mover(StrEnum):
    """Who moves a batch."""

    ON_RAW_MANIFEST = "on_raw_manifest"
    ON_STEP_COMPLETED = "on_step_completed"
    ON_STEP_FAILED = "on_step_failed"
    ON_SCHEDULE = "on_schedule"
    OPERATOR = "operator"


class Move(NamedTuple):
    """One allowed move; `before` is None where the batch is new to the ledger."""

    before: State | None
    after: State
    movers: frozenset[Mover]


_SUBMIT = frozenset({Mover.ON_RAW_MANIFEST, Mover.ON_SCHEDULE})
_VERDICT = frozenset({Mover.ON_STEP_COMPLETED, Mover.ON_STEP_FAILED, Mover.ON_SCHEDULE})
_GIVE_BACK = frozenset({Mover.ON_STEP_FAILED, Mover.ON_SCHEDULE})
_LOAD = frozenset({Mover.ON_STEP_COMPLETED, Mover.ON_SCHEDULE})
_OPERATOR = frozenset({Mover.OPERATOR})

MOVES: tuple[Move, ...] = (
    Move(None, State.EXTRACTED, _SUBMIT),
    Move(None, State.FAILED, _SUBMIT),
    Move(State.EXTRACTED, State.SUBMITTED, _SUBMIT),
    Move(State.EXTRACTED, State.FAILED, _SUBMIT),
    Move(State.SUBMITTED, State.CURATED, _VERDICT),
    Move(State.SUBMITTED, State.QUARANTINED, _VERDICT),
    Move(State.SUBMITTED, State.FAILED, _VERDICT),
    Move(State.SUBMITTED, State.EXTRACTED, _GIVE_BACK),
    Move(State.CURATED, State.LOADED, _LOAD),
    Move(State.CURATED, State.QUARANTINED, _LOAD),
    Move(State.CURATED, State.FAILED, _LOAD),
    Move(State.CURATED, State.EXTRACTED, _OPERATOR),
    Move(State.QUARANTINED, State.CURATED, _OPERATOR),
    Move(State.QUARANTINED, State.EXTRACTED, _OPERATOR),
    Move(State.FAILED, State.CURATED, _OPERATOR),
    Move(State.FAILED, State.EXTRACTED, _OPERATOR),
    Move(State.LOADED, State.CURATED, _OPERATOR),
    Move(State.LOADED, State.EXTRACTED, _OPERATOR),
)

TERMINAL_STATES = frozenset({State.LOADED, State.QUARANTINED, State.FAILED})
"""States in which a batch waits for nobody but a person."""


def assert_move(before: State | None, after: State, mover: Mover) -> None:
    """Raises IllegalMoveError unless `mover` may take a batch from `before` to `after`."""
    allowed = [move for move in MOVES if (move.before, move.after) == (before, after)]
    if not allowed:
        raise IllegalMoveError(f"no move joins {before or 'a new batch'} to {after}")
    if mover not in allowed[0].movers:
        who = ", ".join(sorted(allowed[0].movers))
        raise IllegalMoveError(f"{mover} may not move a batch from {before or 'new'} to {after}; that is for {who}")
