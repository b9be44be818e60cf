"""fact_contract_lifecycle: a contract's own milestones, by the Indian calendar."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame

from emr_jobs.transforms.fact_contract_lifecycle import fact_contract_lifecycle
from gem.contracts.mart.fact_contract_lifecycle import FACT_CONTRACT_LIFECYCLE

Row = dict[str, Any]

LAST_SECOND = datetime(2026, 3, 31, 18, 29, 59, tzinfo=UTC)
FIRST_SECOND = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)

CONTRACTS: dict[str, Row] = {
    "hardly known": {},
    "accepted after midnight": {
        "contract_at": LAST_SECOND,
        "accepted_at": FIRST_SECOND,
        "status": "ACCEPTED",
        "bid_id": 9,
        "total_value": Decimal("10.05"),
    },
    "accepted the same day": {"contract_at": FIRST_SECOND, "accepted_at": FIRST_SECOND},
    "accepted, placed unknown": {"accepted_at": FIRST_SECOND},
    "rejected": {"contract_at": LAST_SECOND, "rejected_at": FIRST_SECOND},
    "cancelled by status": {"status": "CANCELLED"},
    "cancelled": {"cancelled_at": FIRST_SECOND, "cancelled_by": "BUYER"},
}


@pytest.fixture(scope="module")
def made(frame: Callable[..., DataFrame], rows_of: Callable[[DataFrame], list[Row]]) -> dict[str, Row]:
    contracts = [{"contract_id": n, **contract} for n, contract in enumerate(CONTRACTS.values())]
    items = [{"contract_item_id": n, "contract_id": 1} for n in range(3)]
    members = ("contract_amendment", "shipment", "receipt_certificate", "invoice", "payment")
    frames = {"contract": frame("contract", *contracts), "contract_item": frame("contract_item", *items)}
    rows = rows_of(fact_contract_lifecycle(**frames, **{name: frame(name) for name in members}))
    assert len(rows) == len(CONTRACTS)
    by_id = {row["contract_id"]: row for row in rows}
    return {name: by_id[n] for n, name in enumerate(CONTRACTS)}


def test_milestones_are_days_in_india(made: dict[str, Row]) -> None:
    row = made["accepted after midnight"]
    assert (row["contract_date_key"], row["accepted_date_key"]) == (20260331, 20260401)
    assert (row["contract_to_acceptance_days"], row["line_count"], row["total_value"]) == (1, 3, Decimal("10.05"))
    assert made["accepted the same day"]["contract_to_acceptance_days"] == 0


def test_what_is_not_known_has_no_day_and_no_length(made: dict[str, Row]) -> None:
    row = made["hardly known"]
    assert [row[f"{name}_date_key"] for name in ("contract", "accepted", "rejected", "cancelled")] == [-1] * 4
    assert (row["contract_to_acceptance_days"], row["total_value"], row["line_count"]) == (None, None, 0)
    assert made["accepted, placed unknown"]["contract_to_acceptance_days"] is None


@pytest.mark.parametrize(
    ("case", "is_void"),
    [("accepted after midnight", False), ("rejected", True), ("cancelled", True), ("cancelled by status", True)],
)
def test_a_contract_is_void_once_rejected_or_cancelled(made: dict[str, Row], case: str, is_void: bool) -> None:
    assert made[case]["is_void"] is is_void
    assert made["rejected"]["rejected_date_key"] == 20260401
    assert made["cancelled"]["cancelled_date_key"] == 20260401


def test_what_belongs_to_the_bid_is_not_made_here(made: dict[str, Row]) -> None:
    row = made["accepted after midnight"]
    assert row["bid_id"] == 9
    assert {column.name for column, _ in FACT_CONTRACT_LIFECYCLE.lookups}.isdisjoint(row)
