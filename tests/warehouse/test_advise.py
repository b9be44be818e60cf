"""`gem warehouse advise`: each bad sign of svv_table_info leads to its remedy, and a table that is well to none."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gem.warehouse.advise import TableState, advice_on, advise
from gem.warehouse.migrate import migrate

WELL = TableState(
    name="mart.fact_bid",
    dist_style="KEY(bid_id)",
    sort_key="published_date_key",
    sort_key_encoding="none",
    rows=40_000_000,
    skew=Decimal("1.02"),
    unsorted_percent=Decimal("3.5"),
    stale_percent=Decimal(0),
)


def actions(**changes: Any) -> list[str]:
    return [advice.action for advice in advice_on(replace(WELL, **changes))]


def test_a_table_that_is_well_needs_nothing() -> None:
    assert actions() == []
    assert actions(skew=None, unsorted_percent=None, stale_percent=None, sort_key_encoding=None) == []


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({"stale_percent": Decimal("10.01")}, "analyze mart.fact_bid"),
        ({"unsorted_percent": Decimal("20.5")}, "vacuum sort only mart.fact_bid"),
        ({"skew": Decimal("4.1")}, "alter distkey"),
        ({"dist_style": "ALL"}, "alter distkey"),
        ({"dist_style": "AUTO(ALL)"}, "alter distkey"),
        ({"sort_key_encoding": "az64"}, "alter column published_date_key encode raw"),
    ],
)
def test_each_bad_sign_has_its_remedy(changes: dict[str, Any], action: str) -> None:
    (found,) = actions(**changes)
    assert action in found


def test_a_small_table_needs_no_sorting_and_may_be_on_every_node() -> None:
    assert actions(rows=1_000, unsorted_percent=Decimal(90), dist_style="ALL") == []


def test_a_new_warehouse_is_read_and_gets_no_advice_but_to_analyse(connect: Callable[[], Any]) -> None:
    connection = connect()
    migrate(connection)
    assert [advice for advice in advise(connection) if not advice.action.startswith("analyze")] == []
