"""A small history of the source as batches: what each says of its roots, with every case that breaks naive loads.

A member that moves between two roots, a root that is deleted and comes back with the keys of others, a contract that
comes before its bid, after it, and one whose bid goes; a seller whose class changes after its offers; a seller and
categories observed as A, B, A, observations whose time runs backwards, changes older than a snapshot that came before
them, one whose like is witnessed late, a class that is changed backwards in time, a dimension that arrives after its
facts, facts that name no seller, a reference table that loses a row, a buyer that moves to another ministry, a contract
of several categories, one that is cancelled and one without a day, and a replayed attempt that says something else and
is silent about one root. A hierarchy whose pairs go and come back, a user that comes after its bids and one that is
deleted, a product whose class is historic and whose model is not, and limits whose periods are added, moved and taken
back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.model.rows import (
    Row,
    bid,
    category,
    contract,
    limit,
    line,
    offer,
    organisation,
    pairs,
    product,
    seller,
)


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


FIRST = Batch(
    1,
    1,
    {
        ("state_ref", 0): False,
        ("policy_parameter", 0): False,
        ("category", 0): False,
        ("buyer_organisation", 0): False,
        ("buyer_user", 1): False,
        ("seller", 1): False,
        ("seller", 3): False,
        ("catalogue_product", 1): False,
        ("bid", 10): False,
        ("bid", 11): False,
        ("contract", 50): False,
    },
    {
        "dim_policy_parameter": [*limit("DP_LIMIT", 1, day_3=25_000), *limit("GONE", 1, day_3=1)],
        "bridge_org_hierarchy": pairs((1,), (2, 1), (3, 2, 1)),
        "dim_buyer_user": [{"user_id": 1, "role": "BUYER"}],
        "dim_product": [product(1, "I", "Pen", 1)],
        "dim_state": [{"state_code": "18", "state_name": "Assam"}, {"state_code": "07", "state_name": "Delhi"}],
        "dim_category": [
            *(category(5, "Pens", 1), category(6, "Ink", 1), category(7, "X", 1), category(8, "P", 1)),
            *(category(9, "M", 5), category(10, "R", 1)),
        ],
        "dim_seller": [*seller(1, "A", 1, always="MICRO"), *seller(3, "Gone", 1, always="LARGE")],
        "fact_bid": [
            bid(10, published=4, value="100.00", awarded=8, user_id=1),
            bid(11, published=None, value="7.00", user_id=2),
        ],
        "fact_bid_participation": [
            offer(100, 10, 1, submitted=2, value="90.00"),
            offer(101, 10, 2, submitted=6),
            offer(102, 10, 1, submitted=9, value="95.50"),
        ],
        "fact_order_line": [
            line(500, 50, 3, signed=4, state="07", org_id=9, mode="BID"),
            line(502, 50, 3, signed=4, state="07", org_id=9, mode="BID", category_id=7),
            line(503, 50, 4, signed=5, state="07", org_id=9, category_id=None),
        ],
        "fact_contract_lifecycle": [contract(50, signed=4, bid_id=10, seller_id=3)],
    },
)
SECOND = Batch(
    2,
    1,
    {
        ("state_ref", 0): False,
        ("policy_parameter", 0): False,
        ("category", 0): False,
        ("buyer_organisation", 0): False,
        ("buyer_user", 1): False,
        ("seller", 1): False,
        ("seller", 3): True,
        ("catalogue_product", 1): False,
        ("bid", 10): False,
        ("bid", 11): False,
        ("contract", 50): False,
        ("contract", 51): False,
    },
    {
        "dim_state": [{"state_code": "18", "state_name": "Asom"}],
        "dim_policy_parameter": limit("DP_LIMIT", 6, day_3=25_000, day_8=50_000),
        "bridge_org_hierarchy": pairs((1,), (2,), (3, 2)),
        "dim_buyer_user": [{"user_id": 1, "role": "HOD"}],
        "dim_product": [product(1, "II", "Gel pen", 5)],
        "dim_category": [
            *(category(5, "Pens", 6), category(6, "Inks", 3), category(7, "Y", 5), category(8, "P", 6)),
            *(category(9, "N", 3), category(10, "R", 1)),
        ],
        "dim_buyer_org": [organisation(8, None, 2), organisation(9, 90, 2, state="07")],
        "dim_seller": seller(1, "B", 5, always="MICRO"),
        "fact_bid": [bid(10, published=4, value="120.00", awarded=9), bid(11, published=2, value="7.00", awarded=15)],
        "fact_bid_participation": [
            offer(101, 10, 2, submitted=6),
            offer(102, 10, 1, submitted=9, value="95.50", withdrawn=True),
            offer(104, 10, None, submitted=7),
            offer(100, 11, 1, submitted=2, value="90.00"),
        ],
        "fact_order_line": [
            line(500, 50, 1, signed=4, state="07", org_id=9, mode="BID"),
            line(501, 50, 3, signed=7, state=None, org_id=8),
            line(502, 50, 1, signed=4, state="07", org_id=9, mode="BID", category_id=5),
            line(503, 50, 1, signed=5, state="07", category_id=None),
        ],
        "fact_contract_lifecycle": [contract(50, signed=12, bid_id=11, seller_id=1), contract(51, signed=9, bid_id=10)],
    },
)
SECOND_REPLAYED = Batch(
    2,
    2,
    {
        ("state_ref", 0): False,
        ("policy_parameter", 0): False,
        ("category", 0): False,
        ("buyer_organisation", 0): False,
        ("buyer_user", 1): False,
        ("seller", 1): False,
        ("bid", 11): False,
    },
    {
        "dim_policy_parameter": limit("DP_LIMIT", 6, day_5=25_000, day_8=50_000),
        "bridge_org_hierarchy": pairs((1,), (2, 1), (3, 1)),
        "dim_buyer_user": [{"user_id": 1, "role": "PAO"}],
        "dim_state": [{"state_code": "18", "state_name": "Assam State"}],
        "dim_category": [
            *(category(5, "Pens", 6), category(6, "Dye", 3), category(7, "Y", 5), category(8, "P", 6)),
            *(category(9, "N", 3), category(10, "R", 1)),
        ],
        "dim_seller": seller(1, "B2", 5, always="MEDIUM", day_4="MICRO"),
        "fact_bid": [bid(11, published=2, value="8.00")],
        "fact_bid_participation": [offer(100, 11, 1, submitted=2, value="91.00")],
    },
)
THIRD = Batch(
    3,
    1,
    {
        ("policy_parameter", 0): False,
        ("category", 0): False,
        ("buyer_user", 1): True,
        ("buyer_user", 2): False,
        ("buyer_organisation", 0): False,
        ("seller", 1): False,
        ("seller", 2): False,
        ("catalogue_product", 1): False,
        ("bid", 10): True,
        ("bid", 11): False,
        ("bid", 12): False,
        ("contract", 52): False,
    },
    {
        "dim_policy_parameter": limit("DP_LIMIT", 4, day_3=30_000),
        "dim_buyer_org": [organisation(8, 80, 5), organisation(9, 91, 6, state="18")],
        "fact_order_line": [
            line(510, 52, 1, signed=4, state="07", org_id=9, mode="BID"),
            line(511, 52, 1, signed=4, state="07", org_id=9, mode="BID", category_id=8),
            line(512, 52, 1, signed=None, state="07", org_id=8),
        ],
        "dim_category": [
            *(category(5, "Pens", 6), category(6, "Ink", 4), category(7, "Z", 4), category(8, "Q", 4)),
            *(category(9, "N", 7), category(10, "S", 3)),
        ],
        "dim_buyer_user": [{"user_id": 2, "role": "BUYER"}],
        "dim_product": [product(1, "I", "Fountain pen", 8)],
        "dim_seller": [*seller(1, "A", 8, always="MICRO", day_3="SMALL"), *seller(2, "Late", 7, always="SMALL")],
        "fact_bid": [
            bid(11, published=3, value="7.00", category_id=7, user_id=1),
            bid(12, published=5, value="2.00", user_id=2),
        ],
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
        ("policy_parameter", 0): False,
        ("category", 0): False,
        ("buyer_organisation", 0): False,
        ("buyer_user", 1): False,
        ("seller", 1): False,
        ("seller", 2): False,
        ("seller", 3): False,
        ("catalogue_product", 1): False,
        ("bid", 10): False,
        ("contract", 50): True,
        ("contract", 51): False,
        ("contract", 52): False,
    },
    {
        "dim_policy_parameter": limit("DP_LIMIT", 9, day_3=25_000, day_8=50_000),
        "dim_category": [category(7, "W", 6), category(9, "O", 6)],
        "bridge_org_hierarchy": pairs((1,), (3, 1), (4, 3, 1)),
        "dim_buyer_user": [{"user_id": 1, "role": "BUYER"}],
        "dim_product": [product(1, "NON_LOCAL", "Fountain pen", 12)],
        "dim_seller": [
            *seller(1, "A", 8, always="MICRO", day_3="SMALL", day_8=""),
            *seller(2, "Late", 7, always="SMALL", day_8="LARGE"),
            *seller(3, "Back", 11, always="MICRO"),
        ],
        "fact_bid": [bid(10, published=6, value="1.00", awarded=10, user_id=2)],
        "fact_bid_participation": [
            offer(101, 10, 1, submitted=7),
            offer(102, 10, 3, submitted=9),
            offer(100, 10, 1, submitted=9, value="90.00"),
        ],
        "fact_contract_lifecycle": [contract(51, signed=14, bid_id=11, seller_id=2)],
        "fact_order_line": [
            line(501, 51, 2, signed=14, state="18", org_id=9, category_id=None),
            line(511, 52, 1, signed=4, state="07", org_id=9, mode="BID", category_id=8, status="CANCELLED"),
            line(510, 52, 1, signed=4, state="07", org_id=9, mode="BID", status="CANCELLED"),
        ],
    },
)
HISTORY = (FIRST, SECOND, SECOND_REPLAYED, THIRD, FOURTH)
