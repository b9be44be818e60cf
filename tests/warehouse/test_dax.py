"""Every measure in DAX means what it means in SQL: both are computed over the same rows, in all and by group.

No engine of Microsoft's runs here: tests.powerbi.dax_engine computes the DAX by its documented semantics.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from gem.contracts.measures.registry import FREE_DAX, MEASURE_BY_KEY, MEASURES
from gem.contracts.measures.spec import Measure
from gem.powerbi.comparing import AGREEMENT, BY_MODEL, DIFFERENCE, DIFFERING, TOTALS
from gem.powerbi.dax import dax_of
from gem.powerbi.tables import DATES, table_of_relation
from gem.warehouse.connection import execute
from tests.powerbi.dax_engine import Data, computed, where
from tests.powerbi.model_rows import exact, model_data
from tests.warehouse.measured_rows import put_all
from tests.warehouse.test_measures import DAY, FIGURES

DATABASE = "dax"
OTHER_DAYS = (date(2025, 5, 3), date(2026, 1, 12), date(2026, 2, 12))
GROUPS = {
    "buyer_org.ministry_name": ("Buyers", "Ministry name"),
    "category.category_name": ("Categories", "Category name"),
    "seller.seller_name": ("Sellers", "Seller name"),
}
MIDNIGHT = time.min
STEADY = [measure for measure in MEASURES if measure.relation != "bi.v_freshness"]


@pytest.fixture(scope="module")
def filled(migrated: Any) -> Any:
    put_all(migrated)
    return migrated


@pytest.fixture(scope="module")
def data(filled: Any) -> Data:
    return model_data(partial(execute, filled), DAY)


def by_sql(connection: Any, measure: Measure, *groups: str, day: date = DAY) -> dict[Any, Decimal | None]:
    """The answers of the warehouse by the group, or by () alone."""
    rows = execute(connection, measure.sql(*groups, as_of=day))
    return {group[0] if group else (): None if value is None else Decimal(str(value)) for *group, value in rows}


@pytest.mark.parametrize("measure", STEADY, ids=lambda measure: measure.key)
def test_a_measure_in_dax_is_the_figure_computed_by_hand(data: Data, measure: Measure) -> None:
    if measure.key == "hhi":
        pytest.skip("asked by category")
    expected = FIGURES[measure.key]
    assert exact(computed(data, dax_of(measure)), measure) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("day", OTHER_DAYS, ids=str)
def test_measures_of_another_day_d_are_those_of_sql(filled: Any, data: Data, day: date) -> None:
    chosen = where("As of", "Calendar date", datetime.combine(day, MIDNIGHT))
    for measure in STEADY:
        if measure.as_of_rule:
            found = exact(computed(data, dax_of(measure), chosen), measure)
            assert found == by_sql(filled, measure, day=day)[()], measure.key


@pytest.mark.parametrize("group", GROUPS)
def test_measures_by_what_they_are_looked_at_by_are_those_of_sql(filled: Any, data: Data, group: str) -> None:
    compared = 0
    for measure in STEADY:
        try:
            asked = by_sql(filled, measure, group)
        except KeyError:
            continue
        for member, expected in asked.items():
            if member is not None:
                found = exact(computed(data, dax_of(measure), where(*GROUPS[group], member)), measure)
                assert found == expected, (measure.key, member)
                compared += 1
    assert compared > 30


def test_measures_by_financial_year_are_those_of_sql(filled: Any, data: Data) -> None:
    """Also those that fall into periods by another day than their table's."""
    compared = 0
    for measure in STEADY:
        if measure.year is None or measure.source.own_year:
            continue
        for year, expected in by_sql(filled, measure, measure.year).items():
            if year is not None:
                found = exact(computed(data, dax_of(measure), where(DATES, "Financial year", year)), measure)
                assert found == expected, (measure.key, year)
                compared += 1
    assert compared > 100


def test_the_age_of_the_data_is_that_of_its_newest_snapshot(data: Data) -> None:
    [row] = [{("Freshness", "Snapshot at"): datetime.combine(DAY, MIDNIGHT), ("Freshness", "Table name"): "fact_bid"}]
    aged = Data({**data.tables, "Freshness": [row]}, data.ways, data.measures, data.present)
    assert computed(aged, dax_of(MEASURE_BY_KEY["data_age_hours"])) == 6
    assert computed(data, dax_of(MEASURE_BY_KEY["data_age_hours"])) is None


SWAPPED = (
    ("buyer_score", "'Buyer promptness'[Done]", "'Buyer promptness'[Owed]"),
    ("buyer_score", '"CLOSURE"', '"PAYMENT"'),
    ("buyer_score", "BUYER_SCORE_CLOSURE_PCT", "BUYER_SCORE_ACCEPTANCE_PCT"),
    ("buyer_score", "'Policy'[Until day] > AsOf", "'Policy'[Until day] < AsOf"),
    ("seller_rating", "'Ratings'[Ratee type] == \"SELLER\"", "'Ratings'[Ratee type] == \"BUYER\""),
    ("seller_rating", ">= Needed", "< Needed"),
    (
        "seller_rating",
        "SUMX ( Counted, 'Ratings'[Score] ), COUNTROWS ( Counted )",
        "COUNTROWS ( Counted ), SUMX ( Counted, 'Ratings'[Score] )",
    ),
    ("hhi", "Whole * Whole", "Whole"),
    ("hhi", "'Order lines'[Seller id]", "'Order lines'[Org id]"),
    ("data_age_hours", "DATEDIFF ( Newest, UTCNOW (), SECOND )", "DATEDIFF ( UTCNOW (), Newest, SECOND )"),
    ("data_age_hours", "3600", "60"),
)


@pytest.mark.parametrize(("key", "term", "swapped"), SWAPPED, ids=[f"{key}: {term[:24]}" for key, term, _ in SWAPPED])
def test_a_swapped_term_of_a_free_measure_is_caught(filled: Any, data: Data, key: str, term: str, swapped: str) -> None:
    """What the tests above compare differs once a term is another one."""
    measure, dax = MEASURE_BY_KEY[key], dax_of(MEASURE_BY_KEY[key])
    assert term in dax
    table = table_of_relation(measure.relation).name
    if key == "data_age_hours":
        row = {("Freshness", "Snapshot at"): datetime.combine(DAY, MIDNIGHT)}
        data = Data({**data.tables, table: [row]}, data.ways, data.measures, data.present)
    category = where("Categories", "Category name", "Category 33") if key == "hhi" else None
    filters = [category] if category else []
    assert computed(data, dax.replace(term, swapped), *filters) != computed(data, dax, *filters)


def test_every_free_measure_has_swapped_terms() -> None:
    assert {measure.key for measure in FREE_DAX} == {key for key, _, _ in SWAPPED}


def test_every_swap_of_true_and_false_in_the_generated_dax_is_seen(data: Data) -> None:
    """A condition that is turned about changes the figure of every ratio that has one: the engine is not blind."""
    seen = []
    for key in ("services_share", "mse_share", "bid_cancellation_rate", "on_time_delivery", "paid_in_time"):
        measure = MEASURE_BY_KEY[key]
        dax = dax_of(measure)
        turned = dax.replace("== TRUE ()", "== FALSE ()").replace('== "SERVICE"', '<> "SERVICE"').replace("<=", ">")
        turned = turned.replace("IF ( 'Bids'[Is cancelled], 1, 0 )", "IF ( 'Bids'[Is cancelled], 0, 1 )")
        seen.append(computed(data, turned) != computed(data, dax))
    assert all(seen)


CHOSEN = (where("Buyers", "Ministry name", "Railways"), where(DATES, "Financial year", "2024-25"))
CHOSEN_DAY = where("As of", "Calendar date", datetime.combine(OTHER_DAYS[0], MIDNIGHT))


def asked_of(data: Data, name: str, measure: str, *filters: Any) -> Any:
    """What a measure of the comparison says of a measure of the registry."""
    return computed(data, f"[{name}]", where(TOTALS, "Measure", measure), *filters)


def with_measures(data: Data, planted: Mapping[str, str]) -> Data:
    """The same rows where some measures have other DAX."""
    return Data(data.tables, data.ways, {**data.measures, **planted}, data.present)


def test_the_warehouse_states_every_measure_in_all(filled: Any) -> None:
    rows = execute(filled, "select measure, unit, as_of, total from bi.v_measure_totals order by place")
    assert [name for name, *_ in rows] == [measure.name for measure in STEADY]
    for measure, (_, unit, day, total) in zip(STEADY, rows, strict=True):
        assert (day is not None) == bool(measure.as_of_rule), measure.key
        value = by_sql(filled, measure, day=day or DAY)[()]
        if not measure.as_of_rule and measure.key != "hhi":
            assert value == (None if FIGURES[measure.key] is None else Decimal(str(FIGURES[measure.key])))
        if measure.unit.is_of_shares and value is not None:
            value *= 100
        assert unit == ("percent" if measure.unit.is_of_shares else measure.unit)
        assert total == (None if value is None else round(value, 4)), measure.key


def test_the_model_says_what_the_warehouse_does_of_every_measure_whatever_is_chosen(data: Data) -> None:
    totals = {row[TOTALS, "Measure"]: row[TOTALS, "Total"] for row in data.tables[TOTALS]}
    assert sum(map(bool, totals.values())) > 50, "most totals are neither unknown nor 0"
    assert 0 < computed(data, "[Net GMV]", *CHOSEN) < totals["Net GMV"], "a choice reaches the measure itself"
    assert {name: asked_of(data, BY_MODEL, name, *CHOSEN, CHOSEN_DAY) for name in totals} == totals


def test_a_swapped_term_is_a_difference_on_the_page(data: Data) -> None:
    term, swapped = "'Order lines'[Current value]", "'Order lines'[Line value]"
    assert term in data.measures["Net GMV"]
    wrong = with_measures(data, {"Net GMV": data.measures["Net GMV"].replace(term, swapped)})
    assert asked_of(wrong, AGREEMENT, "Net GMV", *CHOSEN) == "differs"
    assert asked_of(wrong, DIFFERENCE, "Net GMV", *CHOSEN) == 300_000, "2,420,000.01 less 2,120,000.01"
    assert computed(wrong, f"[{DIFFERING}]") == 1, "all others agree"
    assert computed(wrong, f"[{AGREEMENT}]") is None, "the row of totals says nothing"


@pytest.mark.parametrize(
    ("name", "planted", "agreement"),
    [
        ("Gross GMV", "{} + 0.01", "differs"),
        ("Average order value", "{} + 0.01", "same"),
        ("Average order value", "{} + 0.02", "differs"),
        ("MSE share", "{} + 0.000001", "same"),
        ("MSE share", "{} + 0.000002", "differs"),
        ("MSE share", "IF ( FALSE (), {} )", "differs"),
        ("Gross GMV", "IF ( FALSE (), {} )", "differs"),
    ],
)
def test_what_is_more_than_rounding_is_a_difference(data: Data, name: str, planted: str, agreement: str) -> None:
    """Sums and counts are exact, of quotients the last digit may be another; and unknown is not 0."""
    dax = data.measures[name]
    changed = with_measures(data, {"Whole": dax, name: planted.format("[Whole]")})
    assert asked_of(changed, AGREEMENT, name) == agreement


@pytest.mark.parametrize(
    ("name", "total", "agreement"), [("MSE share", None, "same"), ("Orders", 0, "same"), ("MSE share", 0, "differs")]
)
def test_blank_is_0_of_what_adds_up_and_unknown_of_all_else(data: Data, name: str, total: Any, agreement: str) -> None:
    rows = [{**row, (TOTALS, "Total"): total} for row in data.tables[TOTALS]]
    tables = {table: [] if table == "Order lines" else own for table, own in data.tables.items()} | {TOTALS: rows}
    assert asked_of(Data(tables, data.ways, data.measures, data.present), AGREEMENT, name) == agreement
