"""The wire is cut before every single statement of a load, and at the answer to COMMIT."""

from collections.abc import Callable
from typing import Any

import pytest

from gem.warehouse.load import load_curated
from tests.model.fragile import FragileConnection
from tests.model.history import FIRST, FOURTH, SECOND, SECOND_REPLAYED
from tests.model.lab import SETTINGS
from tests.model.states import Model

BEFORE = frozenset({FIRST, SECOND})
AFTER = BEFORE | {FOURTH}
RETRIED_POINTS = 6


class GaveUpError(Exception):
    """Instead of the pause before another try."""


def fragile_then_whole(model: Model, database: str, **how: Any) -> Callable[[], Any]:
    """A factory whose first connection breaks and whose next ones do not."""
    connections = iter([FragileConnection(model.lab.connect(database), **how)])
    return lambda: next(connections, None) or model.lab.connect(database)


def statements_of_a_load(model: Model) -> int:
    database = model.lab.copy(model.database(BEFORE))
    counted = FragileConnection(model.lab.connect(database))
    model.lab.load(database, model.manifest[FOURTH], connect=lambda: counted)
    model.lab.drop(database)
    return counted.statements


@pytest.mark.slow
def test_a_wire_cut_before_any_statement_leaves_the_warehouse_as_it_was(model: Model) -> None:
    def give_up(_: float) -> None:
        raise GaveUpError

    database = model.lab.copy(model.database(BEFORE))
    for point in range(1, statements_of_a_load(model) + 1):
        broken = FragileConnection(model.lab.connect(database), cut_before=point)
        with pytest.raises(GaveUpError):
            load_curated(lambda c=broken: c, model.lab.s3, SETTINGS, [model.manifest[FOURTH]], sleep=give_up)
        assert broken.statements == point
        assert model.lab.contents(database) == model.contents(BEFORE), f"cut before statement {point}"
    model.lab.load(database, model.manifest[FOURTH])
    assert model.lab.contents(database) == model.contents(AFTER)
    model.lab.drop(database)


@pytest.mark.slow
def test_a_load_that_was_cut_is_completed_by_its_own_retry(model: Model) -> None:
    total = statements_of_a_load(model)
    for point in range(1, total + 1, total // RETRIED_POINTS):
        database = model.lab.copy(model.database(BEFORE))
        connect = fragile_then_whole(model, database, cut_before=point)
        (report,) = model.lab.load(database, model.manifest[FOURTH], connect=connect)
        assert report.outcome == "loaded"
        assert model.lab.contents(database) == model.contents(AFTER), f"cut before statement {point}, then retried"
        model.lab.drop(database)


@pytest.mark.parametrize("batch", [SECOND, SECOND_REPLAYED], ids=lambda batch: batch.name)
def test_a_commit_whose_answer_is_lost_is_found_in_the_load_log(model: Model, batch: Any) -> None:
    database = model.lab.copy()
    connect = fragile_then_whole(model, database, lose_commit=True)
    (report,) = model.lab.load(database, model.manifest[batch], connect=connect)
    assert report.outcome == "already_loaded"
    assert model.lab.contents(database) == model.contents(frozenset({batch}))
    model.lab.drop(database)
