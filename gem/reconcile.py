"""Source against warehouse: counts, money and row hashes by bucket, then the rows of the buckets that differ."""

# ruff: noqa: S608 - the names come from the declarations, never from data

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME
from gem.contracts.source_spec import Aggregate
from gem.contracts.types import Kind
from gem.warehouse.copies import copied_columns, copied_money, source_rows, source_table
from gem.warehouse.templates.digests import HASH_WORDS, ROOTS_OF_A_BUCKET
from gem.warehouse.templates.expressions import TIMESTAMP_FORMAT, md5_of

BUCKET_DIGITS = 3
"""Hexadecimal digits of a key's MD5 that name its bucket: 4,096 buckets, 2,500 rows each in a table of ten million."""

BUCKETS_AT_ONCE = 16
"""Differing buckets whose rows are held at the same time."""

BUCKETS_LOOKED_INTO = 256
"""Differing buckets of a table whose rows are all compared: each sixteen of them cost a scan of both sides."""

AT_SOURCE = "cast(cast('x' || {} as bit(32)) as bigint)"
IN_WAREHOUSE = "strtol({}, 16)"
"""How either side reads eight hexadecimal digits as a number."""

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query on one side, in a session whose time zone is UTC."""

Values = dict[str, str | None]
Summary = tuple[Any, ...]


class Fault(StrEnum):
    """What is wrong with a row."""

    MISSING = "missing in the warehouse"
    EXTRA = "not at the source"
    DOUBLE = "more than once in the warehouse"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Difference:
    """A row on which the sides disagree; `columns` holds what source and warehouse say where they differ."""

    table: str
    key: dict[str, str | None]
    fault: Fault
    columns: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    roots: tuple[int, ...] = ()
    """The roots that the row belongs to at the source and in the warehouse; none where the aggregate travels whole."""


@dataclass(frozen=True)
class Comparison:
    """One warehouse table against the source rows that it copies."""

    table: MartTable
    columns: tuple[MartColumn, ...]
    """The key first, then every plain copy."""
    source_rows: str
    """The source's rows, under the warehouse's names."""
    warehouse_rows: str
    kept: str | None = None
    """The query of the digests that loads keep, if the source is compared with those: buckets are ranges of roots."""
    only: tuple[str, ...] | None = None
    """The buckets to which such a comparison is restricted."""

    @property
    def bucket(self) -> str:
        """The name of a row's bucket, as SQL."""
        if self.kept is not None:
            return f"cast({self.root_column} / {ROOTS_OF_A_BUCKET} as varchar)"
        key = " || '|' || ".join(f"cast({column.name} as varchar)" for column in self.key)
        return f"substring(md5({key}), 1, {BUCKET_DIGITS})"

    def among(self, buckets: Sequence[str]) -> str:
        """The condition that a row lies in one of the buckets; ranges of roots are found by an index or zone maps."""
        if not buckets:
            return "1 = 0"
        quoted = ", ".join(f"'{bucket}'" for bucket in buckets)
        wanted = f"{self.bucket} in ({quoted})"
        if self.kept is None:
            return wanted
        first, last = min(map(int, buckets)), max(map(int, buckets))
        ends = f"{first * ROOTS_OF_A_BUCKET - ROOTS_OF_A_BUCKET} and {last * ROOTS_OF_A_BUCKET + ROOTS_OF_A_BUCKET}"
        return f"{self.root_column} between {ends} and {wanted}"

    @property
    def key(self) -> tuple[MartColumn, ...]:
        """The columns that identify a row on both sides."""
        return tuple(column for column in self.columns if column.name in self.table.natural_key)

    @property
    def money(self) -> tuple[str, ...]:
        """The columns whose sums are compared."""
        return copied_money(self.table)

    @property
    def aggregate(self) -> Aggregate:
        """Where the rows come from, and what is read again to repair them."""
        return AGGREGATE_BY_NAME[str(self.table.aggregate)]

    @property
    def root_column(self) -> str | None:
        """The column that holds a row's root; None where the aggregate travels whole."""
        if self.aggregate.travels_whole:
            return None
        return self.table.root_column or self.table.natural_key[0]


@dataclass
class TableReport:
    """What a comparison found; `sums` are by money column, of the source and of the warehouse."""

    table: str
    source_rows: int = 0
    warehouse_rows: int = 0
    sums: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    differing_buckets: list[str] = field(default_factory=list)
    wrong_digests: list[str] = field(default_factory=list)
    """Buckets whose rows agree, though the digest that loads have kept of them does not."""
    kept_rows: int = 0
    """Members of a dimension that are gone at the source: the warehouse keeps them, and they are no difference."""


def comparisons(source_id: str) -> dict[str, Comparison]:
    """Every dimension and fact that comes of the source, by name; of SCD2 dimensions the current versions."""
    return {table.name: _comparison(table, source_id) for table in CURATED_TABLES if source_table(table) is not None}


def _comparison(table: MartTable, source_id: str) -> Comparison:
    columns = copied_columns(table)
    current = " and is_current" if table.kind is TableKind.SCD2 else ""
    return Comparison(
        table=table,
        columns=columns,
        source_rows=source_rows(table),
        warehouse_rows=f"select {', '.join(c.name for c in columns)} from mart.{table.name}"
        f" where source_id = '{source_id}'{current}",
    )


def compare(comparison: Comparison, source: Ask, warehouse: Ask) -> TableReport:
    """The buckets that differ in rows, money or hashes, and the totals of both sides."""
    left = _summaries(comparison, source, comparison.source_rows, AT_SOURCE, comparison.only)
    if comparison.kept is None:
        right = _summaries(comparison, warehouse, comparison.warehouse_rows, IN_WAREHOUSE)
    else:
        right = _kept(comparison, warehouse, comparison.kept)
    report = TableReport(
        comparison.table.name,
        sum(summary[0] for summary in left.values()),
        sum(summary[0] for summary in right.values()),
        differing_buckets=sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name)),
    )
    for place, name in enumerate(comparison.money, start=1):
        report.sums[name] = (_total(left, place), _total(right, place))
    if comparison.kept is not None:
        _set_wrong_digests_apart(comparison, warehouse, left, report)
    if comparison.table.is_dimension and len(report.differing_buckets) <= BUCKETS_LOOKED_INTO:
        _set_kept_apart(comparison, source, warehouse, report)
    return report


def _kept(comparison: Comparison, warehouse: Ask, query: str) -> dict[str, Summary]:
    found = {bucket: (int(count), *map(Decimal, sums)) for bucket, count, *sums in warehouse(query)}
    wanted = found.keys() if comparison.only is None else comparison.only
    return {bucket: found[bucket] for bucket in wanted if bucket in found}


def _set_wrong_digests_apart(
    comparison: Comparison, warehouse: Ask, left: dict[str, Summary], report: TableReport
) -> None:
    """Reads the buckets that differ, if any, and leaves in the report those whose rows do."""
    if not report.differing_buckets:
        return
    few = report.differing_buckets if len(report.differing_buckets) <= BUCKETS_LOOKED_INTO else None
    right = _summaries(comparison, warehouse, comparison.warehouse_rows, IN_WAREHOUSE, few)
    report.wrong_digests = [name for name in report.differing_buckets if left.get(name) == right.get(name)]
    report.differing_buckets = [name for name in report.differing_buckets if left.get(name) != right.get(name)]


def _set_kept_apart(comparison: Comparison, source: Ask, warehouse: Ask, report: TableReport) -> None:
    """Leaves in the report only buckets that differ also without the members that are gone at the source."""
    wrong = set()
    for chunk in _chunks(report.differing_buckets):
        left = _rows(comparison, source, comparison.source_rows, chunk)
        right = _rows(comparison, warehouse, comparison.warehouse_rows, chunk)
        report.kept_rows += len(right.keys() - left.keys())
        wrong |= {_bucket_of(key) for key in left if _fault(left[key], right.get(key, []))[0]}
    report.differing_buckets = sorted(wrong)


def _bucket_of(key: tuple[str | None, ...]) -> str:
    return hashlib.md5("|".join(map(str, key)).encode(), usedforsecurity=False).hexdigest()[:BUCKET_DIGITS]


def _total(summaries: dict[str, Summary], place: int) -> Decimal:
    return sum((summary[place] for summary in summaries.values()), Decimal(0))


def _summaries(
    comparison: Comparison, ask: Ask, rows: str, hex_to_number: str, buckets: Sequence[str] | None = None
) -> dict[str, Summary]:
    """By bucket, of all or of some: rows, the sum of each money column, and of two words of the rows' MD5."""
    where = "" if buckets is None else f" where {comparison.among(buckets)}"
    sums = [f"coalesce(sum({name}), 0)" for name in comparison.money]
    sums += [f"sum({hex_to_number.format(f'substring(row_hash, {start}, 8)')})" for start in HASH_WORDS]
    found = ask(
        f"select bucket, count(*), {', '.join(sums)}\nfrom (\n    select {comparison.bucket} as bucket,"
        f" {md5_of(comparison.columns)} as row_hash, compared.*\n    from ({rows}) as compared{where}\n) as hashed\n"
        "group by bucket"
    )
    return {bucket: (int(count), *(Decimal(value) for value in sums_found)) for bucket, count, *sums_found in found}


def differences(comparison: Comparison, source: Ask, warehouse: Ask, buckets: Sequence[str]) -> Iterator[Difference]:
    """Every row of those buckets on which the sides disagree; holds a few buckets' rows at a time."""
    for chunk in _chunks(buckets):
        left = _rows(comparison, source, comparison.source_rows, chunk)
        right = _rows(comparison, warehouse, comparison.warehouse_rows, chunk)
        for key in sorted(left.keys() | right.keys(), key=repr):
            difference = _difference(comparison, key, left.get(key, []), right.get(key, []))
            if difference is not None:
                yield difference


def _chunks(buckets: Sequence[str]) -> Iterator[Sequence[str]]:
    return (buckets[start : start + BUCKETS_AT_ONCE] for start in range(0, len(buckets), BUCKETS_AT_ONCE))


def _rows(
    comparison: Comparison, ask: Ask, rows: str, buckets: Sequence[str]
) -> dict[tuple[str | None, ...], list[Values]]:
    """The rows of some buckets as text, by key; a key of the warehouse may have several."""
    names = [column.name for column in comparison.columns]
    texts = ", ".join(_text(column) for column in comparison.columns)
    found: dict[tuple[str | None, ...], list[Values]] = {}
    for row in ask(f"select {texts}\nfrom ({rows}) as compared\nwhere {comparison.among(buckets)}"):
        values = dict(zip(names, row, strict=True))
        found.setdefault(tuple(values[column.name] for column in comparison.key), []).append(values)
    return found


def _text(column: MartColumn) -> str:
    """The column as text that a person reads, the same on both sides."""
    match column.type.kind:
        case Kind.VARCHAR:
            return column.name
        case Kind.BOOLEAN:
            return f"case when {column.name} then 'true' when not {column.name} then 'false' end"
        case Kind.TIMESTAMP:
            return f"to_char({column.name}, '{TIMESTAMP_FORMAT}')"
        case Kind.DATE:
            return f"to_char({column.name}, 'YYYY-MM-DD')"
        case _:
            return f"cast({column.name} as varchar)"


def _difference(
    comparison: Comparison, key: tuple[str | None, ...], left: list[Values], right: list[Values]
) -> Difference | None:
    fault, columns = _fault(left, right)
    if fault is None or (fault is Fault.EXTRA and comparison.table.is_dimension):
        return None
    named = dict(zip((column.name for column in comparison.key), key, strict=True))
    return Difference(comparison.table.name, named, fault, columns, _roots(comparison, [*left, *right]))


def _fault(left: list[Values], right: list[Values]) -> tuple[Fault | None, dict[str, tuple[str | None, str | None]]]:
    if not right:
        return Fault.MISSING, {}
    if not left:
        return Fault.EXTRA, {}
    if len(right) > 1:
        return Fault.DOUBLE, {}
    columns = {c: (value, right[0][c]) for c, value in left[0].items() if value != right[0][c]}
    return (Fault.DIFFERENT if columns else None), columns


def _roots(comparison: Comparison, rows: list[Values]) -> tuple[int, ...]:
    if comparison.root_column is None:
        return ()
    return tuple(sorted({int(root) for row in rows if (root := row[comparison.root_column]) is not None}))


def root_span(comparison: Comparison, source: Ask, warehouse: Ask) -> tuple[int, int] | None:
    """The least and the largest root of both sides; None where there is none, or the aggregate travels whole."""
    root = comparison.root_column
    if root is None:
        return None
    ends = f"select min({root}), max({root}) from ({{}}) as compared"
    rows = [*source(ends.format(comparison.source_rows)), *warehouse(ends.format(comparison.warehouse_rows))]
    found = [int(end) for row in rows for end in row if end is not None]
    return (min(found), max(found)) if found else None
