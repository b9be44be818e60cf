"""The small-model check (DESIGN 1): every order, repetition and grouping of a few batches gives the oracle's warehouse.

A load is a function of the warehouse and the batches. So it is enough to look at each *set* of loaded batches once: if
from every set, by every batch (those it holds already, too), all that loads decide comes out the same whichever way a
set was reached, then by induction every sequence of any length ends in the state of its set. The state compared is the
whole mart and all that the load remembers in schema ops, without the columns of the clock.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import pytest

from gem.contracts.manifest import CuratedManifest
from tests.model.curated import write_batch
from tests.model.history import HISTORY, Batch
from tests.model.lab import MIGRATED, Contents, Lab
from tests.model.oracle import SKIPPED, Mart, expected_mart

Loaded = frozenset[Batch]


class Model:
    """The states of the model, each reached once and kept as a database to start from."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.manifest: dict[Batch, CuratedManifest] = {}
        for batch in HISTORY:
            self.manifest[batch] = write_batch(lab.s3, batch.seq, batch.tables, attempt=batch.attempt)
        self.database = cache(self._database)
        self.contents = cache(lambda loaded: lab.contents(self.database(loaded)))

    def after(self, loaded: Loaded, *batches: Batch) -> Contents:
        """What stands in the warehouse when the batches are loaded on top in one transaction."""
        database = self._loaded(loaded, *batches)
        try:
            return self.lab.contents(database)
        finally:
            self.lab.drop(database)

    def _database(self, loaded: Loaded) -> str:
        if not loaded:
            return MIGRATED
        newest = max(loaded, key=HISTORY.index)
        return self._loaded(loaded - {newest}, newest)

    def _loaded(self, loaded: Loaded, *batches: Batch) -> str:
        database = self.lab.copy(self.database(loaded))
        reports = self.lab.load(database, *(self.manifest[batch] for batch in batches))
        assert not [report.error for report in reports if report.error]
        return database


@pytest.fixture(scope="module")
def model(lab: Lab) -> Iterator[Model]:
    return Model(lab)


def subsets() -> list[Loaded]:
    return [frozenset(chosen) for size in range(len(HISTORY) + 1) for chosen in combinations(HISTORY, size)]


def names(loaded: Loaded) -> str:
    return "+".join(batch.name for batch in sorted(loaded, key=HISTORY.index)) or "nothing"


def mart(contents: Contents) -> Mart:
    """The mart's rows as the oracle has them."""
    return {
        name.removeprefix("mart."): sorted(
            ({k: v for k, v in sorted(row.items()) if k not in SKIPPED} for row in rows if row["source_id"] != "-1"),
            key=repr,
        )
        for name, rows in contents.items()
        if name.startswith("mart.")
    }


def in_order(expected: Mart) -> Mart:
    return {name: sorted((dict(sorted(row.items())) for row in rows), key=repr) for name, rows in expected.items()}


@pytest.mark.parametrize("loaded", subsets(), ids=names)
def test_each_set_of_batches_gives_the_warehouse_of_the_oracle(model: Model, loaded: Loaded) -> None:
    assert mart(model.contents(loaded)) == in_order(expected_mart(loaded))


@pytest.mark.parametrize("loaded", subsets(), ids=names)
def test_from_each_set_every_batch_leads_to_the_one_state_of_the_larger_set(model: Model, loaded: Loaded) -> None:
    for batch in HISTORY:
        assert model.after(loaded, batch) == model.contents(loaded | {batch}), f"{names(loaded)}, then {batch.name}"


@pytest.mark.parametrize("batches", [s for s in subsets() if len(s) > 1], ids=names)
def test_batches_loaded_in_one_transaction_give_what_they_give_one_by_one(model: Model, batches: Loaded) -> None:
    assert model.after(frozenset(), *batches) == model.contents(batches)


@pytest.mark.parametrize("loaded", [s for s in subsets() if 0 < len(s) < len(HISTORY)], ids=names)
def test_all_batches_on_top_of_some_of_them_give_the_final_state(model: Model, loaded: Loaded) -> None:
    assert model.after(loaded, *HISTORY) == model.contents(frozenset(HISTORY))
