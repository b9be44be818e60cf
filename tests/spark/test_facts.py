"""fact_bid, fact_bid_participation and fact_order_line: hand-made rows, hand-computed measures."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame

from emr_jobs.transforms.fact_bid import fact_bid
from emr_jobs.transforms.fact_bid_participation import fact_bid_participation
from emr_jobs.transforms.fact_order_line import fact_order_line

D = Decimal
Row = dict[str, Any]
Frame = Callable[..., DataFrame]
RowsOf = Callable[[DataFrame], list[Row]]

CLOSING = datetime(2025, 5, 10, 9, 0, tzinfo=UTC)
BEFORE, AFTER = CLOSING - timedelta(hours=1), CLOSING + timedelta(hours=1)
LAST_SECOND_OF_FY = datetime(2026, 3, 31, 18, 29, 59, tzinfo=UTC)
FIRST_SECOND_OF_FY = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)

QUALIFIED, DISQUALIFIED = {"tech_status": "QUALIFIED"}, {"tech_status": "DISQUALIFIED"}

BIDS: dict[str, tuple[Row, list[Row]]] = {
    "nobody answered": ({"status": "PUBLISHED"}, []),
    "one seller offers twice": ({"closes_at": CLOSING}, [{"seller_id": 5}, {"seller_id": 5}]),
    "withdrawals": (
        {"closes_at": CLOSING, "tech_evaluated_at": AFTER},
        [
            QUALIFIED,
            QUALIFIED | {"withdrawn_at": BEFORE},
            DISQUALIFIED | {"withdrawn_at": CLOSING},
            {"tech_status": "PENDING"},
        ],
    ),
    "two qualified": ({"tech_evaluated_at": AFTER}, [QUALIFIED, QUALIFIED]),
    "none qualified": ({"tech_evaluated_at": AFTER}, [DISQUALIFIED]),
    "one qualified, not evaluated": ({}, [QUALIFIED]),
    "evaluated": ({"tech_evaluated_at": CLOSING}, []),
    "awarded": ({"awarded_at": CLOSING}, []),
    "cancelled before evaluation": ({"tech_evaluated_at": CLOSING, "cancelled_at": BEFORE}, []),
    "cancelled after evaluation": ({"tech_evaluated_at": CLOSING, "cancelled_at": AFTER}, []),
    "cancelled between": ({"tech_evaluated_at": BEFORE, "awarded_at": AFTER, "cancelled_at": CLOSING}, []),
    "cancelled only": ({"cancelled_at": CLOSING}, []),
    "cancelled by status": ({"status": "CANCELLED"}, []),
    "awarded to three": (
        {},
        [
            {"is_awarded": True, "final_value": D("10.10")},
            {"is_awarded": True},
            {"is_awarded": True, "final_value": D("0.05")},
            {"is_awarded": False, "final_value": D(99)},
            {"final_value": D(99)},
        ],
    ),
    "awarded without a value": ({}, [{"is_awarded": True}]),
    "36 hours": ({"published_at": CLOSING, "awarded_at": CLOSING + timedelta(hours=36, minutes=20)}, []),
    "last second of FY 2025-26": ({"published_at": LAST_SECOND_OF_FY}, []),
    "first second of FY 2026-27": ({"published_at": FIRST_SECOND_OF_FY}, []),
    "prices": (
        {"closes_at": CLOSING, "org_id": 8, "category_id": 9},
        [
            QUALIFIED | {"final_value": D(100)},
            QUALIFIED | {"final_value": D("120.50")},
            DISQUALIFIED | {"final_value": D(90)},
            QUALIFIED | {"final_value": D(80), "withdrawn_at": BEFORE},
            QUALIFIED,
        ],
    ),
    "price without a qualified offer": ({}, [{"final_value": D(90), "tech_status": "PENDING"}]),
    "withdrawn, closing unknown": ({}, [{"withdrawn_at": BEFORE}]),
}


@pytest.fixture(scope="module")
def bid_frames(frame: Frame) -> dict[str, DataFrame]:
    bids = [{"bid_id": n, **bid} for n, (bid, _) in enumerate(BIDS.values())]
    offers = [
        {"participation_id": n * 100 + k, "bid_id": n, **offer}
        for n, (_, rows) in enumerate(BIDS.values())
        for k, offer in enumerate(rows)
    ]
    items = [{"bid_item_id": n, "bid_id": list(BIDS).index("one seller offers twice")} for n in range(3)]
    return {
        "bid": frame("bid", *bids),
        "bid_item": frame("bid_item", *items),
        "bid_participation": frame("bid_participation", *offers),
        "reverse_auction": frame("reverse_auction"),
        "ra_offer": frame("ra_offer"),
    }


@pytest.fixture(scope="module")
def bids(bid_frames: dict[str, DataFrame], rows_of: RowsOf) -> dict[str, Row]:
    made = {row["bid_id"]: row for row in rows_of(fact_bid(**bid_frames))}
    assert len(made) == len(BIDS)
    return {name: made[n] for n, name in enumerate(BIDS)}


@pytest.fixture(scope="module")
def offers(bid_frames: dict[str, DataFrame], rows_of: RowsOf) -> dict[str, list[Row]]:
    made = rows_of(fact_bid_participation(bid_frames["bid"], bid_frames["bid_participation"]))
    in_order = sorted(made, key=lambda row: row["participation_id"])
    return {name: [row for row in in_order if row["bid_id"] == n] for n, name in enumerate(BIDS)}


def test_a_bid_nobody_answered_counts_zero_and_knows_no_award(bids: dict[str, Row]) -> None:
    row = bids["nobody answered"]
    assert (row["item_count"], row["participants"], row["tech_qualified"], row["awards"]) == (0, 0, 0, 0)
    assert (row["awarded_value"], row["cycle_hours"], row["awarded_date_key"]) == (None, None, -1)
    assert (row["is_evaluated"], row["is_single_bid"], row["is_cancelled"]) == (False, False, False)


def test_items_and_offers_are_counted_each_for_itself(bids: dict[str, Row]) -> None:
    row = bids["one seller offers twice"]
    assert (row["item_count"], row["participants"]) == (3, 2)


def test_an_offer_withdrawn_before_closing_neither_participates_nor_qualifies(bids: dict[str, Row]) -> None:
    row = bids["withdrawals"]
    assert (row["participants"], row["tech_qualified"], row["is_single_bid"]) == (3, 1, True)


@pytest.mark.parametrize("case", ["two qualified", "none qualified", "one qualified, not evaluated"])
def test_only_one_qualified_offer_of_an_evaluated_bid_makes_a_single_bid(bids: dict[str, Row], case: str) -> None:
    assert bids[case]["is_single_bid"] is False


@pytest.mark.parametrize(
    ("case", "is_evaluated", "is_cancelled"),
    [
        ("evaluated", True, False),
        ("awarded", True, False),
        ("cancelled before evaluation", False, True),
        ("cancelled after evaluation", True, True),
        ("cancelled between", True, True),
        ("cancelled only", False, True),
        ("cancelled by status", False, True),
    ],
)
def test_a_bid_is_evaluated_unless_it_was_cancelled_before(
    bids: dict[str, Row], case: str, is_evaluated: bool, is_cancelled: bool
) -> None:
    assert (bids[case]["is_evaluated"], bids[case]["is_cancelled"]) == (is_evaluated, is_cancelled)


def test_the_awarded_value_sums_awarded_offers_and_stays_unknown_where_none_has_a_value(bids: dict[str, Row]) -> None:
    some, none = bids["awarded to three"], bids["awarded without a value"]
    assert (some["awards"], some["awarded_value"]) == (3, D("10.15"))
    assert (none["awards"], none["awarded_value"]) == (1, None)


def test_cycle_hours_run_from_publication_to_award(bids: dict[str, Row]) -> None:
    assert bids["36 hours"]["cycle_hours"] == D("36.33")


def test_the_gap_is_counted_from_the_lowest_offer_that_qualified_and_stayed(offers: dict[str, list[Row]]) -> None:
    rows = offers["prices"]
    assert [row["l1_gap_value"] for row in rows] == [D(0), D("20.50"), D(-10), D(-20), None]
    assert [row["is_withdrawn"] for row in rows] == [False, False, False, True, False]
    assert [row["is_disqualified"] for row in rows] == [False, False, True, False, False]
    assert {(row["org_id"], row["category_id"]) for row in rows} == {(8, 9)}


def test_without_a_qualified_offer_there_is_no_gap(offers: dict[str, list[Row]]) -> None:
    (row,) = offers["price without a qualified offer"]
    assert (row["l1_gap_value"], row["is_awarded"], row["submitted_date_key"]) == (None, False, -1)


def test_a_withdrawal_from_a_bid_of_unknown_closing_counts_as_one(
    bids: dict[str, Row], offers: dict[str, list[Row]]
) -> None:
    assert offers["withdrawn, closing unknown"][0]["is_withdrawn"] is True
    assert bids["withdrawn, closing unknown"]["participants"] == 0


ORDERS: dict[str, tuple[Row, Row]] = {
    "priced": (
        {"status": "PLACED", "seller_gstin": "18AABCU9603R1ZM", "contract_at": CLOSING},
        {
            "qty": D("2.500"),
            "unit_price": D("99.99"),
            "line_value": D("249.98"),
            "mrp_at_order": D("110.01"),
            "reference_unit_price": D(100),
            "delivery_due_on": date(2025, 8, 1),
        },
    ),
    "hardly known": ({"contract_number": "", "payment_mode": None}, {"qty": D(1)}),
    "status cancelled": ({"status": "CANCELLED"}, {"line_value": D(500)}),
    "status rejected": ({"status": "REJECTED"}, {"line_value": D(500)}),
    "time of cancellation": ({"cancelled_at": CLOSING}, {"line_value": D(500)}),
    "time of rejection": ({"rejected_at": CLOSING}, {"line_value": D(500)}),
    "terminated": ({"status": "TERMINATED"}, {"line_value": D(500)}),
    "rate contract": ({}, {"unit_price": D("1.00")}),
    "last second of FY 2025-26": ({"contract_at": LAST_SECOND_OF_FY}, {}),
    "first second of FY 2026-27": ({"contract_at": FIRST_SECOND_OF_FY}, {}),
}


@pytest.fixture(scope="module")
def orders(frame: Frame, rows_of: RowsOf) -> dict[str, Row]:
    contracts = [{"contract_id": n, **contract} for n, (contract, _) in enumerate(ORDERS.values())]
    items = [{"contract_item_id": n, "contract_id": n, **item} for n, (_, item) in enumerate(ORDERS.values())]
    members = (frame(name) for name in ("contract_amendment", "shipment", "receipt_certificate"))
    made = rows_of(fact_order_line(frame("contract", *contracts), frame("contract_item", *items), *members))
    by_id = {row["contract_id"]: row for row in made}
    return {name: by_id[n] for n, name in enumerate(ORDERS)}


def test_a_line_carries_its_value_and_what_derives_from_price_and_quantity(orders: dict[str, Row]) -> None:
    row = orders["priced"]
    assert (row["ordered_qty"], row["line_value"], row["current_value"]) == (D("2.500"), D("249.98"), D("249.98"))
    assert (row["mrp_value"], row["reference_value"]) == (D("275.03"), D("250.00")), "275.025 rounds half up"
    assert (row["seller_state_code"], row["contract_date_key"], row["is_rate_contract"]) == ("18", 20250510, False)
    assert row["delivery_due_on"] == date(2025, 8, 1)


def test_what_is_not_known_stays_null_and_empty_text_stays_empty(orders: dict[str, Row]) -> None:
    row = orders["hardly known"]
    assert (row["contract_number"], row["payment_mode"]) == ("", None)
    assert (row["current_value"], row["mrp_value"], row["seller_state_code"]) == (None, None, None)
    assert (row["contract_date_key"], row["is_rate_contract"]) == (-1, False)


@pytest.mark.parametrize("case", ["status cancelled", "status rejected", "time of cancellation", "time of rejection"])
def test_a_void_order_keeps_its_line_value_and_is_worth_nothing_now(orders: dict[str, Row], case: str) -> None:
    assert (orders[case]["line_value"], orders[case]["current_value"]) == (D(500), D(0))


def test_a_terminated_order_keeps_its_value(orders: dict[str, Row]) -> None:
    assert orders["terminated"]["current_value"] == D(500)


def test_a_rate_contract_has_a_rate_and_no_rupees(orders: dict[str, Row]) -> None:
    row = orders["rate contract"]
    assert (row["is_rate_contract"], row["unit_price"]) == (True, D(1))
    assert (row["line_value"], row["current_value"]) == (None, None)


def test_the_financial_year_turns_at_midnight_in_india(orders: dict[str, Row], bids: dict[str, Row]) -> None:
    for case, key in (("last second of FY 2025-26", 20260331), ("first second of FY 2026-27", 20260401)):
        assert orders[case]["contract_date_key"] == key
        assert bids[case]["published_date_key"] == key
