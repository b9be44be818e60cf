"""The small-model check with pruning as a further transition: whenever it runs, every later load does what it did.

A state is a set of loaded batches and a mark. From each state each batch, and each step of the mark, leads to the one
state of the larger set and the higher mark, the memory included. So by induction the order of loads and of prunings is
of no consequence, and the mart of every state is the oracle's (test_orders has those without a mark). A batch that
comes at or below the mark without being there is refused, and leaves all as it was.
"""

import itertools

import pytest

from gem.contracts.errors import TransientError
from tests.model.fragile import FragileConnection
from tests.model.history import FIRST, HISTORY, SECOND, SECOND_REPLAYED, THIRD
from tests.model.lab import MEMORY
from tests.model.oracle import expected_mart
from tests.model.states import Loaded, Model, in_order, marks, mart, names, subsets

PENS = 5
"""A category that says the same in every batch; the second says so later than the first, the third does not."""

State = tuple[Loaded, int]
MARKED: list[State] = [(loaded, mark) for loaded in subsets() for mark in marks(loaded) if mark]


def described(state: object) -> str:
    return f"{names(state[0])}, mark {state[1]}" if isinstance(state, tuple) else str(state)


@pytest.mark.parametrize("state", MARKED, ids=described)
def test_pruning_leaves_the_mart_and_what_is_above_the_mark_as_they_were(model: Model, state: State) -> None:
    loaded, mark = state
    before, after = model.contents(loaded), model.contents(loaded, mark)
    assert mart(after) == in_order(expected_mart(loaded))
    for memory in MEMORY[:-1]:
        above = [row for row in before[f"ops.{memory}"] if row["batch_seq"] > mark]
        assert [row for row in after[f"ops.{memory}"] if row["batch_seq"] > mark] == above, memory


@pytest.mark.parametrize("state", MARKED, ids=described)
def test_below_the_mark_nothing_is_remembered_but_two_observations_of_a_run(model: Model, state: State) -> None:
    loaded, mark = state
    for memory in ("root_version", "dim_state_version"):
        assert not [row for row in model.contents(loaded, mark)[f"ops.{memory}"] if row["batch_seq"] <= mark], memory
    pens = [r for r in model.contents(loaded, mark)["ops.dim_category_version"] if r["category_id"] == PENS]
    assert [row["batch_seq"] for row in pens if row["batch_seq"] <= mark] == [1, 2][:mark]


@pytest.mark.slow
@pytest.mark.parametrize("state", MARKED, ids=described)
def test_from_each_marked_state_every_batch_leads_to_the_one_state_of_the_larger_set(
    model: Model, state: State
) -> None:
    loaded, mark = state
    for batch in HISTORY:
        if batch.seq > mark or batch in loaded:
            assert model.after(loaded, batch, mark=mark) == model.contents(loaded | {batch}, mark), batch.name
        else:
            assert model.after_refusal(loaded, mark, batch) == model.contents(loaded, mark), batch.name


@pytest.mark.slow
@pytest.mark.parametrize("state", MARKED, ids=described)
def test_from_each_marked_state_the_mark_leads_to_the_one_state_of_the_higher_mark(model: Model, state: State) -> None:
    loaded, mark = state
    for higher in marks(loaded):
        assert model.after_prune(loaded, mark, higher) == model.contents(loaded, max(mark, higher)), higher


def test_a_late_replay_is_refused_alone_and_the_batch_beside_it_is_loaded(model: Model) -> None:
    loaded: Loaded = frozenset({FIRST, SECOND})
    database = model.lab.copy(model.database(loaded, 2))
    reports = model.lab.load(database, model.manifest[SECOND_REPLAYED], model.manifest[THIRD])
    assert [report.outcome for report in reports] == ["quarantined", "loaded"]
    assert "attempt 2 comes too late: the low-water mark of its source is gem-0000000002" in reports[0].error
    assert "gem backfill" in reports[0].error
    assert model.lab.contents(database) == model.contents(loaded | {THIRD}, 2)
    model.lab.drop(database)


def test_a_wire_cut_before_any_statement_of_pruning_leaves_the_memory_as_it_was(model: Model) -> None:
    loaded: Loaded = frozenset({FIRST, SECOND, THIRD})
    database = model.lab.copy(model.database(loaded))
    for point in itertools.count(1):
        fragile = FragileConnection(model.lab.connect(database), cut_before=point)
        try:
            model.lab.prune(database, 3, connect=lambda fragile=fragile: fragile)
        except TransientError:
            assert model.lab.contents(database) == model.contents(loaded), f"cut before statement {point}"
        else:
            break
    assert fragile.statements > len(MEMORY), "every table is pruned"
    assert model.lab.contents(database) == model.contents(loaded, 3)
    model.lab.drop(database)
