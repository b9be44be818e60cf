"""The operators' page: hops against promises, freshness, failures and rejects; what nobody asked is not known."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.states import State
from gem.operations.reports import StatusLine
from gem.report.ledger_view import LedgerView
from gem.report.operators import NO_LEDGER, operators_page
from gem.report.views import Listing, PageView
from gem.sla import Breach
from gem.warehouse.connection import execute

DATABASE = "operated"
NOON = datetime(2026, 4, 1, 6, 30, tzinfo=UTC)
NOW = NOON.replace(tzinfo=None)
ROWS = (
    "insert into ops.load_log (batch_id, attempt, source_id, batch_seq, snapshot_at, loaded_at) values"
    " ('gem-0000000001', 1, 'gem', 1, '2026-03-31 04:00:00', '2026-03-31 04:02:05'),"
    " ('gem-0000000002', 1, 'gem', 2, '2026-04-01 04:00:00', '2026-04-01 05:40:00'),"
    " ('old-0000000001', 1, 'old', 1, '2026-03-30 04:00:00', '2026-03-30 04:01:00')",
    "insert into ops.load_rows (batch_id, attempt, table_name, row_count) values"
    " ('gem-0000000001', 1, 'fact_bid', 100000), ('gem-0000000002', 1, 'fact_rating', 7),"
    " ('old-0000000001', 1, 'fact_bid', 1)",
    "insert into ops.quality (batch_id, attempt, table_name, kind, reason, row_count) values"
    " ('gem-0000000001', 1, 'contract', 'reject', 'value_is_negative', 3),"
    " ('gem-0000000002', 1, 'contract', 'reject', 'value_is_negative', 2),"
    " ('gem-0000000002', 1, 'fact_order_line', 'warn', 'is_above_mrp', 9)",
    "insert into ops.rejected_root (source_id, aggregate, root_id, source_table, reason, rejected_rows, batch_seq,"
    " attempt) values ('gem', 'contract', 5, 'contract', 'value_is_negative', 2, 2, 1)",
)


def line(number: int, state: State, age: float, **hops: float) -> StatusLine:
    return StatusLine(
        batch_id=f"gem-{number:010}",
        state=state,
        attempt=1,
        rows=1,
        age_seconds=age,
        hop_seconds={State(name): seconds for name, seconds in hops.items()},
        error="",
    )


LEDGER = LedgerView(
    NOON,
    (
        line(3, State.FAILED, 60, SUBMITTED=5),
        line(2, State.LOADED, 3_000, SUBMITTED=4, CURATED=300, LOADED=4_000),
        line(1, State.LOADED, 90_000, SUBMITTED=6, CURATED=100, LOADED=20),
    ),
    (Breach(subject="stopped/gem-0000000003", since=NOON - timedelta(minutes=1), message="it waits for <you>"),),
)


@pytest.fixture(scope="module")
def of_nothing(migrated: Any) -> PageView:
    return operators_page(migrated, LedgerView(NOON, (), ()), NOW)


@pytest.fixture(scope="module")
def loaded(migrated: Any, of_nothing: PageView) -> Iterator[Any]:
    """The rows stand in a transaction that is rolled back."""
    for statement in ROWS:
        execute(migrated, statement)
    yield migrated
    migrated.rollback()


@pytest.fixture(scope="module")
def page(loaded: Any) -> PageView:
    return operators_page(loaded, LEDGER, NOW)


def listing(page: PageView, title: str) -> Listing:
    [found] = [each for each in page.listings if each.title.startswith(title)]
    return found


def cards(page: PageView) -> dict[str, str]:
    return {card.name: card.texts["*|*"] for card in page.cards}


def test_hops_are_judged_by_what_is_promised(page: PageView) -> None:
    assert listing(page, "Hops").rows == (
        ("to SUBMITTED", "3", "5.0 s", "6.0 s", "5.0 s", "20 min 0 s", "yes"),
        ("to CURATED", "2", "1 min 40 s", "5 min 0 s", "5 min 0 s", "2 h 0 min", "yes"),
        ("to LOADED", "2", "20.0 s", "66 min 40 s", "66 min 40 s", "60 min 0 s", "no"),
    )
    trends = {chart.title: [point.value for point in chart.points] for chart in page.charts}
    assert trends["To LOADED"] == [20, 4_000], "the oldest first"
    assert trends["From the snapshot to the warehouse"] == [60, 125, 6_000]


def test_every_table_of_every_source_is_held_against_its_promise(page: PageView) -> None:
    rows = listing(page, "Freshness").rows
    assert len(rows) == 2 * len(CURATED_TABLES)
    assert {(row[1], row[5]) for row in rows} == {("gem", "yes"), ("old", "no")}
    assert rows[0][1] == "old", "what is broken stands first"
    by_table = {row[0]: row for row in rows if row[1] == "gem"}
    assert by_table["fact_bid"][2:4] == ("01 Apr 2026, 09:30 IST", "2 h 30 min"), "nothing had changed in it since"
    assert by_table["fact_bid"][6] == "31 Mar 2026, 09:30 IST"
    assert by_table["dim_seller"][6] == "never"


def test_failures_and_rejects_are_listed_by_what_they_are(page: PageView) -> None:
    assert listing(page, "Late or stopped").rows == (("01 Apr 2026, 11:59 IST", "it waits for <you>"),)
    assert listing(page, "Rejects").rows == (("contract", "value_is_negative", "gem", "5", "2", "gem-0000000002", "1"),)
    assert cards(page) == {
        "On their way": "0",
        "Late or stopped": "1",
        "Age of the data": "50 h 30 min",
        "Stale tables": str(len(CURATED_TABLES)),
        "Rejected roots": "1",
    }


def test_without_a_ledger_what_it_knows_is_not_known(loaded: Any) -> None:
    page = operators_page(loaded, None, NOW)
    assert [listing(page, title).nothing for title in ("Late or stopped", "Hops")] == [NO_LEDGER, NO_LEDGER]
    assert cards(page)["On their way"] == cards(page)["Late or stopped"] == "not known"
    assert [chart.title for chart in page.charts] == ["From the snapshot to the warehouse"]


def test_of_an_empty_warehouse_nothing_is_claimed(of_nothing: PageView) -> None:
    assert cards(of_nothing)["Age of the data"] == cards(of_nothing)["Stale tables"] == "not known"
    assert listing(of_nothing, "Hops").nothing == "The ledger knows no batch."
    assert listing(of_nothing, "Freshness").nothing == "No batch is loaded."
    assert not any(each.rows for each in of_nothing.listings)
