"""A batch moves only as the table of moves says."""

import pytest

from gem.contracts.errors import IllegalMoveError
from gem.contracts.states import MOVES, TERMINAL_STATES, Mover, State, assert_move


def test_every_move_of_the_table_is_allowed_to_its_movers_only() -> None:
    for move in MOVES:
        for mover in Mover:
            if mover in move.movers:
                assert_move(move.before, move.after, mover)
            else:
                with pytest.raises(IllegalMoveError, match="that is for"):
                    assert_move(move.before, move.after, mover)


def test_a_batch_cannot_skip_curation() -> None:
    with pytest.raises(IllegalMoveError, match="no move joins EXTRACTED to LOADED"):
        assert_move(State.EXTRACTED, State.LOADED, Mover.ON_STEP_COMPLETED)


def test_only_a_person_takes_a_batch_out_of_a_terminal_state() -> None:
    leaving = [move for move in MOVES if move.before in TERMINAL_STATES]
    assert leaving
    assert all(move.movers == {Mover.OPERATOR} for move in leaving)


def test_every_state_can_be_reached() -> None:
    assert {move.after for move in MOVES} == set(State)
