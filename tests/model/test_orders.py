"""The small-model check (DESIGN 1): every order, repetition and grouping of a few batches gives the oracle's warehouse.

A load is a function of the warehouse and the batches. So it is enough to look at each *set* of loaded batches once: if
from every set, by every batch (those it holds already, too), all that loads decide comes out the same whichever way a
set was reached, then by induction every sequence of any length ends in the state of its set. The state compared is the
whole mart and all that the load remembers in schema ops, without the columns of the clock.
"""

import pytest

from tests.model.history import HISTORY
from tests.model.oracle import expected_mart
from tests.model.states import Loaded, Model, in_order, mart, names, subsets


@pytest.mark.parametrize("loaded", subsets(), ids=names)
def test_each_set_of_batches_gives_the_warehouse_of_the_oracle(model: Model, loaded: Loaded) -> None:
    assert mart(model.contents(loaded)) == in_order(expected_mart(loaded))


@pytest.mark.parametrize("loaded", subsets(), ids=names)
def test_in_each_set_the_digests_are_those_of_the_rows(model: Model, loaded: Loaded) -> None:
    assert model.lab.wrong_digests(model.database(loaded)) == []


@pytest.mark.parametrize("loaded", subsets(), ids=names)
def test_from_each_set_every_batch_leads_to_the_one_state_of_the_larger_set(model: Model, loaded: Loaded) -> None:
    for batch in HISTORY:
        assert model.after(loaded, batch) == model.contents(loaded | {batch}), f"{names(loaded)}, then {batch.name}"


@pytest.mark.parametrize("batches", [s for s in subsets() if len(s) > 1], ids=names)
def test_batches_loaded_in_one_transaction_give_what_they_give_one_by_one(model: Model, batches: Loaded) -> None:
    assert model.after(frozenset(), *batches) == model.contents(batches)


@pytest.mark.parametrize("loaded", [s for s in subsets() if len(s) == 1], ids=names)
def test_all_batches_on_top_of_one_of_them_give_the_final_state(model: Model, loaded: Loaded) -> None:
    assert model.after(loaded, *HISTORY) == model.contents(frozenset(HISTORY))
