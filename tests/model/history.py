"""A small history of the source as batches: what each says of its roots, with every case that breaks naive loads.

A member that moves between two roots, a root that is deleted and comes back with the keys of others, a contract that
comes before its bid, after it, and one whose bid goes; a seller whose class changes after its offers; a seller and
categories observed as A, B, A, observations whose time runs backwards, a class that is changed backwards in time, a
dimension that arrives after its facts, facts that name no seller, a reference table that loses a row, and a replayed
attempt that says something else and is silent about one root.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Batch:
    """One attempt of a batch; `roots` maps (aggregate, root id) to whether the root is deleted."""

    seq: int
    attempt: int
    roots: Mapping[tuple[str, int], bool]
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.seq}" if self.attempt == 1 else f"{self.seq}/{self.attempt}"

    @property
    def tables(self) -> dict[str, Sequence[Row]]:
        roots = [{"aggregate": a, "root_id": r, "is_deleted": deleted} for (a, r), deleted in self.roots.items()]
        return {"root": roots, **self.rows}


def day(number: int) -> datetime:
    return datetime(2026, 1, number, 6, 30, tzinfo=UTC)


def category(key: int, name: str, observed: int) -> Row:
    return {"category_id": key, "category_name": name, "observed_at": day(observed), "segment_from": ALWAYS}


def seller(key: int, name: str, observed: int, **sizes: str) -> list[Row]:
    """One row per segment: `always` is the first, `day_3` the one that begins on the third; "" is an unknown size."""
    return [
        {
            "seller_id": key,
            "seller_name": name,
            "size": size or None,
            "is_mse": size in ("MICRO", "SMALL") if size else None,
            "is_ppp_mse": size == "MICRO" if size else None,
            "observed_at": day(observed),
            "segment_from": ALWAYS if start == "always" else day(int(start.removeprefix("day_"))),
        }
        for start, size in sizes.items()
    ]


def bid(key: int, *, published: int | None, value: str, category_id: int = 6, awarded: int | None = None) -> Row:
    return {
        "bid_id": key,
        "category_id": category_id,
        "published_at": day(published) if published else None,
        "published_date_key": 20260100 + published if published else -1,
        "awarded_at": day(awarded) if awarded else None,
        "awarded_date_key": 20260100 + awarded if awarded else -1,
        "estimated_value": Decimal(value),
    }


def offer(
    key: int, bid_id: int, seller_id: int | None, *, submitted: int, value: str | None = None, withdrawn: bool = False
) -> Row:
    return {
        "participation_id": key,
        "bid_id": bid_id,
        "seller_id": seller_id,
        "category_id": 7,
        "submitted_at": day(submitted),
        "submitted_date_key": 20260100 + submitted,
        "quoted_value": None if value is None else Decimal(value),
        "is_withdrawn": withdrawn,
    }


def line(key: int, contract_id: int, seller_id: int, *, signed: int, state: str | None) -> Row:
    return {
        "contract_item_id": key,
        "contract_id": contract_id,
        "seller_id": seller_id,
        "category_id": 6,
        "seller_state_code": state,
        "contract_at": day(signed),
        "contract_date_key": 20260100 + signed,
        "line_value": Decimal("5.25"),
        "mii_class": "",
    }


def contract(key: int, *, signed: int, bid_id: int | None = None, seller_id: int | None = None) -> Row:
    return {
        "contract_id": key,
        "bid_id": bid_id,
        "seller_id": seller_id,
        "contract_at": day(signed),
        "contract_date_key": 20260100 + signed,
        "total_value": Decimal("5.25"),
    }


FIRST = Batch(
    1,
    1,
    {
        ("state_ref", 0): False,
        ("category", 0): False,
        ("seller", 1): False,
        ("seller", 3): False,
        ("bid", 10): False,
        ("bid", 11): False,
        ("contract", 50): False,
    },
    {
        "dim_state": [{"state_code": "18", "state_name": "Assam"}, {"state_code": "07", "state_name": "Delhi"}],
        "dim_category": [category(5, "Pens", 1), category(6, "Ink", 1), category(7, "X", 1), category(8, "P", 1)],
        "dim_seller": [*seller(1, "A", 1, always="MICRO"), *seller(3, "Gone", 1, always="LARGE")],
        "fact_bid": [bid(10, published=4, value="100.00", awarded=8), bid(11, published=None, value="7.00")],
        "fact_bid_participation": [
            offer(100, 10, 1, submitted=2, value="90.00"),
            offer(101, 10, 2, submitted=6),
            offer(102, 10, 1, submitted=9, value="95.50"),
        ],
        "fact_order_line": [line(500, 50, 3, signed=4, state="07")],
        "fact_contract_lifecycle": [contract(50, signed=4, bid_id=10, seller_id=3)],
    },
)
SECOND = Batch(
    2,
    1,
    {
        ("state_ref", 0): False,
        ("category", 0): False,
        ("seller", 1): False,
        ("seller", 3): True,
        ("bid", 10): False,
        ("bid", 11): False,
        ("contract", 50): False,
        ("contract", 51): False,
    },
    {
        "dim_state": [{"state_code": "18", "state_name": "Asom"}],
        "dim_category": [category(5, "Pens", 6), category(6, "Inks", 3), category(7, "Y", 5), category(8, "P", 6)],
        "dim_seller": seller(1, "B", 5, always="MICRO"),
        "fact_bid": [bid(10, published=4, value="120.00", awarded=9), bid(11, published=2, value="7.00", awarded=15)],
        "fact_bid_participation": [
            offer(101, 10, 2, submitted=6),
            offer(102, 10, 1, submitted=9, value="95.50", withdrawn=True),
            offer(104, 10, None, submitted=7),
            offer(100, 11, 1, submitted=2, value="90.00"),
        ],
        "fact_order_line": [line(500, 50, 1, signed=4, state="07"), line(501, 50, 3, signed=7, state=None)],
        "fact_contract_lifecycle": [contract(50, signed=12, bid_id=11, seller_id=1), contract(51, signed=9, bid_id=10)],
    },
)
SECOND_REPLAYED = Batch(
    2,
    2,
    {("state_ref", 0): False, ("category", 0): False, ("seller", 1): False, ("bid", 11): False},
    {
        "dim_state": [{"state_code": "18", "state_name": "Assam State"}],
        "dim_category": [category(5, "Pens", 6), category(6, "Dye", 3), category(7, "Y", 5), category(8, "P", 6)],
        "dim_seller": seller(1, "B2", 5, always="MEDIUM", day_4="MICRO"),
        "fact_bid": [bid(11, published=2, value="8.00")],
        "fact_bid_participation": [offer(100, 11, 1, submitted=2, value="91.00")],
    },
)
THIRD = Batch(
    3,
    1,
    {
        ("category", 0): False,
        ("seller", 1): False,
        ("seller", 2): False,
        ("bid", 10): True,
        ("bid", 11): False,
        ("bid", 12): False,
    },
    {
        "dim_category": [category(5, "Pens", 6), category(6, "Ink", 4), category(7, "Z", 4), category(8, "Q", 4)],
        "dim_seller": [*seller(1, "A", 8, always="MICRO", day_3="SMALL"), *seller(2, "Late", 7, always="SMALL")],
        "fact_bid": [bid(11, published=3, value="7.00", category_id=7), bid(12, published=5, value="2.00")],
        "fact_bid_participation": [
            offer(100, 11, 1, submitted=2, value="88.00"),
            offer(103, 11, 2, submitted=8, value="87.00"),
            offer(105, 12, 3, submitted=9),
        ],
    },
)
FOURTH = Batch(
    4,
    1,
    {
        ("seller", 1): False,
        ("seller", 2): False,
        ("seller", 3): False,
        ("bid", 10): False,
        ("contract", 50): True,
        ("contract", 51): False,
    },
    {
        "dim_seller": [
            *seller(1, "A", 8, always="MICRO", day_3="SMALL", day_8=""),
            *seller(2, "Late", 7, always="SMALL", day_8="LARGE"),
            *seller(3, "Back", 11, always="MICRO"),
        ],
        "fact_bid": [bid(10, published=6, value="1.00", awarded=10)],
        "fact_bid_participation": [
            offer(101, 10, 1, submitted=7),
            offer(102, 10, 3, submitted=9),
            offer(100, 10, 1, submitted=9, value="90.00"),
        ],
        "fact_contract_lifecycle": [contract(51, signed=14, bid_id=11, seller_id=2)],
        "fact_order_line": [line(501, 51, 2, signed=14, state="18")],
    },
)
HISTORY = (FIRST, SECOND, SECOND_REPLAYED, THIRD, FOURTH)
