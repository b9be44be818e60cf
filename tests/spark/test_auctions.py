"""fact_ra_offer and what a bid says of its reverse auctions: extensions, late offers, auctions of other bids."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame

from emr_jobs.transforms.fact_bid import fact_bid
from emr_jobs.transforms.fact_ra_offer import fact_ra_offer

D = Decimal
Row = dict[str, Any]
END = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)

BIDS: list[Row] = [{"bid_id": n, "org_id": 8, "category_id": 9, "awarded_at": END} for n in (1, 2, 3)]
AUCTIONS: list[Row] = [
    # DOMAIN 9 (k): two extensions of fifteen minutes; the actual end is what counts.
    {
        "ra_id": 10,
        "bid_id": 1,
        "ra_number": "GEM/2026/R/1",
        "start_price": D(1000),
        "scheduled_end_at": END - timedelta(minutes=30),
        "actual_end_at": END,
        "extensions": 2,
        "status": "COMPLETED",
    },
    {"ra_id": 11, "bid_id": 1, "start_price": D(500), "actual_end_at": END},
    {"ra_id": 12, "bid_id": 1, "start_price": D(50)},
    {"ra_id": 20, "bid_id": 2, "start_price": D(70), "actual_end_at": END},
]
OFFERS: list[Row] = [
    {"ra_offer_id": 100, "ra_id": 10, "participation_id": 5, "offered_value": D(990), "offered_at": END},
    {"ra_offer_id": 101, "ra_id": 10, "offered_value": D(980), "offered_at": END - timedelta(minutes=40)},
    {"ra_offer_id": 102, "ra_id": 10, "offered_value": D(970), "offered_at": END + timedelta(microseconds=1)},
    {"ra_offer_id": 103, "ra_id": 10, "offered_value": D(970), "offered_at": END - timedelta(seconds=90)},
    {"ra_offer_id": 104, "ra_id": 10, "participation_id": 6, "offered_at": END - timedelta(seconds=90)},
    {"ra_offer_id": 105, "ra_id": 11, "offered_value": D(450)},
    {"ra_offer_id": 106, "ra_id": 12, "offered_value": D(1), "offered_at": END},
    {"ra_offer_id": 107, "ra_id": 20, "offered_value": D(2), "offered_at": END},
    {"ra_offer_id": 108, "ra_id": None, "offered_value": D(3), "offered_at": END},
]
PARTICIPATIONS: list[Row] = [
    {"participation_id": 5, "bid_id": 1, "seller_id": 55, "price_rank": 1, "tech_status": "QUALIFIED"},
    {"participation_id": 6, "bid_id": 2, "seller_id": 66, "price_rank": 1, "tech_status": "QUALIFIED"},
    {"participation_id": 7, "bid_id": 2, "price_rank": 1, "tech_status": "QUALIFIED", "final_value": D(4)},
    {"participation_id": 8, "bid_id": 2, "price_rank": 1, "tech_status": "PENDING", "final_value": D(4)},
    {"participation_id": 9, "bid_id": 2, "tech_status": "QUALIFIED", "final_value": D(4), "is_awarded": True}
    | {"award_basis": "MSE_MATCH"},
]


@pytest.fixture(scope="module")
def frames(frame: Callable[..., DataFrame]) -> dict[str, DataFrame]:
    # Offer 107 is of bid 1 but names the auction of bid 2.
    return {
        "bid": frame("bid", *BIDS),
        "bid_participation": frame("bid_participation", *PARTICIPATIONS),
        "reverse_auction": frame("reverse_auction", *AUCTIONS),
        "ra_offer": frame("ra_offer", *({"bid_id": 1, **offer} for offer in OFFERS)),
    }


@pytest.fixture(scope="module")
def offers(frames: dict[str, DataFrame], rows_of: Callable[[DataFrame], list[Row]]) -> dict[int, Row]:
    made = {row["ra_offer_id"]: row for row in rows_of(fact_ra_offer(**frames))}
    assert len(made) == len(OFFERS)
    return made


@pytest.fixture(scope="module")
def bids(
    frames: dict[str, DataFrame], frame: Callable[..., DataFrame], rows_of: Callable[[DataFrame], list[Row]]
) -> list[Row]:
    return sorted(rows_of(fact_bid(**frames, bid_item=frame("bid_item"))), key=lambda row: int(row["bid_id"]))


def test_offers_are_numbered_by_time_within_their_auction(offers: dict[int, Row]) -> None:
    assert [offers[n]["sequence_no"] for n in (101, 103, 104, 100, 102)] == [1, 2, 3, 4, 5]
    assert [offers[n]["sequence_no"] for n in (105, 106)] == [1, 1]


def test_seconds_run_to_the_actual_end_and_below_zero_after_it(offers: dict[int, Row]) -> None:
    assert [offers[n]["seconds_to_end"] for n in (100, 101, 103)] == [0, 2400, 90]
    assert offers[102]["seconds_to_end"] == -1, "a microsecond late is late"
    assert offers[105]["seconds_to_end"] is offers[106]["seconds_to_end"] is None


def test_the_final_l1_is_the_lowest_offer_and_the_first_of_equals(offers: dict[int, Row]) -> None:
    assert {n for n, row in offers.items() if row["is_final_l1"]} == {103, 105, 106, 107}


def test_an_auction_or_a_participation_of_another_bid_is_not_known(offers: dict[int, Row]) -> None:
    assert (offers[107]["ra_number"], offers[107]["start_price"], offers[107]["ra_id"]) == (None, None, 20)
    assert (offers[100]["seller_id"], offers[104]["seller_id"], offers[104]["participation_id"]) == (55, None, 6)
    assert {(row["org_id"], row["category_id"]) for row in offers.values()} == {(8, 9)}


def test_a_bid_sums_its_ended_auctions_that_have_an_offer(bids: list[Row]) -> None:
    first, second, third = bids
    assert (first["ra_count"], first["ra_extensions"]) == (3, 2)
    assert (first["ra_start_value"], first["ra_final_value"]) == (D(1500), D(1420))
    # Its one auction got an offer only under another bid.
    assert (second["ra_count"], second["ra_start_value"]) == (1, None)
    assert (third["ra_count"], third["ra_extensions"], third["ra_final_value"]) == (0, 0, None)


def test_two_qualified_first_ranks_are_a_fault_and_equal_prices_are_both_lowest(bids: list[Row]) -> None:
    assert [row["has_rank_fault"] for row in bids] == [False, True, False]
    assert (bids[1]["l1_value"], bids[1]["l2_value"]) == (D(4), D(4)), "one that is not qualified is neither"
    assert [row["is_mse_match"] for row in bids] == [False, True, False]
