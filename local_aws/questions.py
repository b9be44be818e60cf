"""What the demo asks of the warehouse: row counts, digests, every measure, and who buys most."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.measures.orders import NET_GMV
from gem.contracts.measures.registry import MEASURES
from gem.contracts.measures.spec import Unit
from gem.contracts.spec import MartColumn, MartTable, TableKind
from gem.warehouse.connection import Connection, execute
from gem.warehouse.digest import table_digests

BUYER_NAMES = tuple(f"buyer_org.{level}_name" for level in ("ministry", "department", "organisation", "org"))
FACTS = tuple(table for table in MART_TABLES if table.kind is TableKind.FACT)


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
        answers=[Answer(m.name, m.description, m.unit, _figure(execute(connection, m.sql())[0][0])) for m in MEASURES],
        top_buyers=_top_buyers(connection),
        unresolved={name: count for fact in FACTS for name, count in _unresolved(connection, fact).items()},
    )


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
