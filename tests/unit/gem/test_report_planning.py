"""What the preview asks: every figure once, by as few statements as the warehouse allows; and how it calls things."""

from datetime import date

import pytest

from gem.contracts.measures.registry import MEASURE_BY_KEY
from gem.powerbi.pages import Axis
from gem.report.ledger_view import in_words
from gem.report.planning import MINISTRY, Question, planned
from gem.report.quality import called
from gem.report.views import Point, short_names

DAY = date(2026, 3, 31)
YEAR = "contract_date.financial_year"


def question(key: str, axis: Axis | None = None) -> Question:
    return Question(MEASURE_BY_KEY[key], axis)


def test_what_one_query_answers_no_other_asks() -> None:
    """By ministry, or by year, is what stands in the answers to the filters already."""
    everything = [question("net_gmv"), question("net_gmv", Axis.MINISTRY), question("net_gmv", Axis.YEAR)]
    [query] = planned(everything, DAY)
    assert {*query.cuts} == {frozenset(), frozenset({YEAR}), frozenset({MINISTRY}), frozenset({YEAR, MINISTRY})}


def test_sums_over_the_same_rows_are_one_pass_for_all_their_filters() -> None:
    [query] = planned([question("net_gmv"), question("gross_gmv"), question("cancellation_rate")], DAY)
    assert query.is_of_sets
    assert [measure.key for measure in query.measures] == ["net_gmv", "gross_gmv", "cancellation_rate"]
    assert query.sql.count("from mart.fact_order_line") == 1


def test_distinct_counts_are_asked_together_filter_by_filter() -> None:
    queries = planned([question("orders"), question("active_sellers")], DAY)
    assert [len(query.measures) for query in queries] == [2, 2, 2, 2]
    assert not any("grouping sets" in query.sql for query in queries)


def test_quantiles_and_two_steps_are_asked_alone() -> None:
    keys = ("bid_to_award_days", "bid_to_award_days_p90", "hhi")
    queries = planned([Question(MEASURE_BY_KEY[key], None, is_filtered=False) for key in keys], DAY)
    assert [[measure.key for measure in query.measures] for query in queries] == [[key] for key in keys]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (("Overdue payables, to 30 days", "Overdue payables, over 90 days"), ["To 30 days", "Over 90 days"]),
        (("MSE mandate gap", "Women mandate gap"), ["MSE", "Women"]),
        (("Net GMV",), ["Net GMV"]),
        (("Bids", "Bids won"), ["Bids", "Bids won"]),
    ],
)
def test_bars_are_called_by_what_tells_them_apart(names: tuple[str, ...], short: list[str]) -> None:
    assert short_names(names) == short


@pytest.mark.parametrize(
    ("member", "label"),
    [
        ("2025-06", "Jun 2025"),
        ("2026-11-29T01:09:00Z", "29 Nov 2026, 01:09 IST"),
        ("2025-26 Delhi", "2025-26 Delhi"),
    ],
)
def test_months_and_moments_are_written_for_people(member: str, label: str) -> None:
    assert Point(member, "*", "*", 1.0, "1").label == label


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0, "0.0 s"), (99.94, "99.9 s"), (200, "3 min 20 s"), (7_500, "2 h 5 min")]
)
def test_durations_are_said_in_two_units(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_tables_are_called_as_power_bi_calls_them() -> None:
    assert [called(name) for name in ("fact_order_line", "dim_brand", "contract_item")] == [
        "Order lines",
        "Brands",
        "Contract item",
    ]
