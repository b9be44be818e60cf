"""The model goes red for the classic mistakes: each is planted in the load SQL and must show (FACTS P1f)."""

from collections.abc import Mapping

import pytest

import gem.warehouse.publish
import gem.warehouse.staging
from gem.warehouse.scripts import load_steps
from tests.model.history import FIRST, SECOND_REPLAYED, THIRD
from tests.model.oracle import expected_mart
from tests.model.planted import MISTAKES, OF_DIGESTS, Mistake
from tests.model.states import Model, in_order, mart


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_planted_mistake_shows(model: Model, monkeypatch: pytest.MonkeyPatch, mistake: Mistake) -> None:
    plant(mistake, monkeypatch)
    database = model.lab.copy()
    for batch in mistake.order:
        model.lab.load(database, model.manifest[batch])
    contents = model.lab.contents(database)
    model.lab.drop(database)
    assert mart(contents) != in_order(expected_mart(mistake.order))


@pytest.mark.parametrize("mistake", OF_DIGESTS, ids=lambda mistake: mistake.name)
def test_a_planted_mistake_shows_in_the_digests(
    model: Model, monkeypatch: pytest.MonkeyPatch, mistake: Mistake
) -> None:
    plant(mistake, monkeypatch)
    database = model.lab.copy()
    for batch in mistake.order:
        model.lab.load(database, model.manifest[batch])
    contents, wrong = model.lab.contents(database), model.lab.wrong_digests(database)
    model.lab.drop(database)
    assert mart(contents) == in_order(expected_mart(mistake.order))
    assert [one.split(".")[0] for one in wrong] == [mistake.table]


AUDITED = (
    (
        Mistake(
            "a contract of several categories is an order in each",
            "agg_gmv_daily",
            "count(case when f.orders_turn = 1 then 1 end)",
            "count(distinct f.contract_id)",
            (THIRD,),
        ),
        "table agg_gmv_daily: its cells do not add up to the rows of fact_order_line: "
        "source_id=gem contract_date_key=20260104",
    ),
    (
        Mistake(
            "every version is current",
            "dim_seller",
            "version.next_from is null as is_current",
            "true as is_current",
            (SECOND_REPLAYED,),
        ),
        "table dim_seller: the versions leave a gap, overlap or have no single current one: source_id=gem seller_id=1",
    ),
    (
        Mistake(
            "a key is resolved to every version",
            "fact_bid_participation",
            "    and seller.valid_from <= staged.submitted_at\n",
            "",
            (THIRD,),
        ),
        "table fact_bid_participation: the key stands twice: source_id=gem bid_id=11 participation_id=100",
    ),
    (
        Mistake(
            "a key is made up",
            "fact_bid_participation",
            "coalesce(seller.seller_key, -1)",
            "coalesce(seller.seller_key, -7)",
            (FIRST,),
        ),
        "table fact_bid_participation: seller_key is not in dim_seller: source_id=gem bid_id=10 participation_id=101",
    ),
)


@pytest.mark.parametrize(("mistake", "message"), AUDITED, ids=[mistake.name for mistake, _ in AUDITED])
def test_a_planted_mistake_is_stopped_by_the_audit(
    model: Model, monkeypatch: pytest.MonkeyPatch, mistake: Mistake, message: str
) -> None:
    plant(mistake, monkeypatch)
    database = model.lab.copy()
    (report,) = model.lab.load(database, *(model.manifest[batch] for batch in mistake.order))
    assert report.outcome == "quarantined"
    assert message in report.error
    assert model.lab.contents(database) == model.contents(frozenset())
    model.lab.drop(database)


def plant(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(table: str) -> Mapping[str, tuple[str, ...]]:
        steps = load_steps(table)
        if table != mistake.table:
            return steps
        assert any(mistake.text in text for step in steps.values() for text in step), "the SQL has changed: plant anew"
        return {name: tuple(text.replace(mistake.text, mistake.wrong) for text in step) for name, step in steps.items()}

    monkeypatch.setattr(gem.warehouse.staging, "load_steps", mistaken)
    monkeypatch.setattr(gem.warehouse.publish, "load_steps", mistaken)
