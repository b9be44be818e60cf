"""What the pipeline promises in time, beside `fresh_within_hours` of each warehouse table: how long a hop may take."""

from gem.contracts.states import State

HOP_SECONDS: dict[State, int] = {
    # The event, and a cluster that has to be launched first.
    State.SUBMITTED: 20 * 60,
    State.CURATED: 2 * 3600,
    # Behind the load that runs, and a publish hold.
    State.LOADED: 3600,
}
"""State → most seconds for a batch to reach it from the one before."""

AWAITED: dict[State, State] = {
    State.EXTRACTED: State.SUBMITTED,
    State.SUBMITTED: State.CURATED,
    State.CURATED: State.LOADED,
}
"""Where a batch stands → the state that it has to reach next."""
