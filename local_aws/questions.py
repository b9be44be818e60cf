"""What the demo asks of the warehouse: row counts, digests, every measure, who buys most, and who has grown."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.measures.orders import NET_GMV
from gem.contracts.measures.registry import MEASURE_BY_KEY
from gem.contracts.measures.spec import Measure, Unit
from gem.warehouse.connection import Connection, execute
from gem.warehouse.digest import table_digests

BUYER_NAMES = tuple(f"buyer_org.{level}_name" for level in ("ministry", "department", "organisation", "org"))
FACTS = tuple(table for table in MART_TABLES if table.kind is TableKind.FACT and table.references)

ASKED = (
    "gross_gmv",
    "net_gmv",
    "orders",
    "average_order_value",
    "services_share",
    "mse_share",
    "women_mse_share",
    "bidders_per_bid",
    "single_bid_rate",
    "win_rate",
    "bid_to_award_days",
    "savings_vs_estimate",
    "acceptance_rate",
    "on_time_delivery",
    "crac_in_time",
    "paid_in_time",
    "overdue_payable",
    "penal_interest",
    "split_orders",
    "threshold_breaches",
    "deposits_outstanding",
    "charge_leakage",
    "contracts",
    "order_lines",
    "rate_contracts",
    "bids",
    "participations",
    "awards",
)
"""The measures that a demo shows, by their keys; `gem measures` lists all."""

GROWN_SELLER = """
with version as (
    select seller_id, is_mse, is_current, batch_id,
        lag(is_mse) over (partition by seller_id order by valid_from) as was_mse
    from mart.dim_seller
    where seller_key > 0
),
grown as (
    select seller_id
    from version
    where is_current and was_mse and not is_mse and batch_id in ({batches})
),
busiest as (
    select g.seller_id, sum(f.current_value) as net_gmv
    from grown g
    join mart.fact_order_line f on f.seller_id = g.seller_id
    group by g.seller_id
    order by net_gmv desc, g.seller_id
    limit 1
)
select d.seller_name, d.size, d.is_mse, d.valid_from, d.valid_to, d.is_current, count(distinct f.contract_id),
    coalesce(sum(f.current_value), 0)
from mart.dim_seller d
join busiest b on b.seller_id = d.seller_id
left join mart.fact_order_line f on f.seller_key = d.seller_key
group by d.seller_name, d.size, d.is_mse, d.valid_from, d.valid_to, d.is_current
order by d.valid_from
"""
"""Of the sellers that ceased to be micro or small in some batches, the one with most net GMV: each of its versions."""


@dataclass(frozen=True)
class SellerVersion:
    """A seller as it was for a time, with the orders placed in that time; times are UTC."""

    seller_name: str
    size: str | None
    is_mse: bool | None
    valid_from: datetime
    valid_to: datetime
    is_current: bool
    orders: int
    net_gmv: Decimal


@dataclass(frozen=True)
class Answer:
    """One measure answered by the warehouse; `value` is None where its denominator is 0."""

    name: str
    description: str
    unit: Unit
    value: Decimal | None


class Answers(TypedDict):
    """All that was asked, of one consistent set of batches."""

    rows: dict[str, int]
    digests: dict[str, str]
    answers: list[Answer]
    top_buyers: list[tuple[str, Decimal]]
    unresolved: dict[str, int]
    """Per key column of a fact: rows whose natural key and event time are known, and whose surrogate key is not."""


def ask(connection: Connection) -> Answers:
    """Every figure in one transaction, which the caller ends."""
    return Answers(
        rows={table.name: _count(connection, table.name) for table in MART_TABLES},
        digests={name: _short(digest) for name, digest in table_digests(connection).items()},
        answers=[_answer(connection, MEASURE_BY_KEY[key]) for key in ASKED],
        top_buyers=_top_buyers(connection),
        unresolved={name: count for fact in FACTS for name, count in _unresolved(connection, fact).items()},
    )


def _answer(connection: Connection, measure: Measure) -> Answer:
    [[value]] = execute(connection, measure.sql())
    return Answer(measure.name, measure.description, measure.unit, _figure(value))


def grown_seller(connection: Connection, batch_ids: Sequence[str]) -> list[SellerVersion]:
    """The history of the busiest seller that outgrew the MSE class in those batches; empty where none did."""
    marks = ", ".join(["%s"] * len(batch_ids))
    rows = execute(connection, GROWN_SELLER.format(batches=marks), list(batch_ids))
    return [SellerVersion(*row) for row in rows]


def _top_buyers(connection: Connection, limit: int = 5) -> list[tuple[str, Decimal]]:
    """Names with their net GMV: a ministry, or where there is none the highest body known."""
    totals: Counter[str] = Counter()
    for *names, value in execute(connection, NET_GMV.sql(*BUYER_NAMES, through=("buyer_org_key",))):
        totals[next((name for name in names if name), "Unknown")] += value
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [(name, Decimal(value)) for name, value in ranked]


def _unresolved(connection: Connection, fact: MartTable) -> dict[str, int]:
    counts = ", ".join(f"count(case when {_is_unresolved(column)} then 1 end)" for column in fact.references)
    [row] = execute(connection, f"select {counts} from mart.{fact.name}")  # noqa: S608  (declared names)
    names = [f"{fact.name}.{column.name}" for column in fact.references]
    return dict(zip(names, map(int, row), strict=True))


def _is_unresolved(key: MartColumn) -> str:
    reference = key.reference
    known = [name for name in (reference.natural_key, reference.as_of) if name] if reference else []
    return " and ".join([*(f"{name} is not null" for name in known), f"{key.name} <= 0"])


def _count(connection: Connection, table: str) -> int:
    return int(execute(connection, f"select count(*) from mart.{table}")[0][0])  # noqa: S608  (a declared name)


def _figure(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _short(digest: str) -> str:
    """A digest for people: twelve hexadecimal digits of its SHA-256."""
    return hashlib.sha256(digest.encode()).hexdigest()[:12]
