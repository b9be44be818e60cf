"""Cuts the roots of an aggregate into ranges of bounded size, by counting their rows in the snapshot that is read."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import pyarrow as pa
from psycopg2 import sql

from extractor_ec2.copy_stream import copied
from extractor_ec2.postgres import Connection, source_errors
from extractor_ec2.roots import (
    IDS_PER_QUERY,
    ROOT_SCHEMA,
    ChangedRoots,
    RootRange,
    SomeRoots,
    between,
    id_at,
    ids_array,
    ids_literal,
    one_of,
    table_identifier,
    whole_table,
    within,
)
from gem.contracts.source_spec import Aggregate

# Members of no root at all count too: where a range is read, they lie in it.
RUNNING_TOTAL = """
with counted as (
  select root_id, greatest(sum(rows), 1) as rows
    from ({counts}) as each_table
   group by root_id
), running as (
  select root_id, sum(rows) over (order by root_id) as total from counted
)
select min(root_id) filter (where total >= {limit}),
       (min(total) filter (where total >= {limit}))::bigint,
       max(total)::bigint
  from running
"""


@dataclass(frozen=True)
class Candidates:
    """The roots to read, up to `upto`: those selected by `logged`, those `named`, and `every_root` that is there."""

    every_root: bool = False
    logged: sql.Composable | None = None
    named: pa.Int64Array = field(default_factory=ids_array)
    upto: int | None = None

    def query(self, aggregate: Aggregate, after: int | None, limit: int) -> sql.Composable:
        """Selects the first `limit` of them above `after`, sorted and distinct."""
        legs = sql.SQL(" union ").join(
            sql.SQL("({} order by root_id limit {})").format(leg, sql.Literal(limit))
            for leg in self._legs(aggregate, after)
        )
        return sql.SQL("select root_id from ({}) as candidates order by root_id limit {}").format(
            legs, sql.Literal(limit)
        )

    def _legs(self, aggregate: Aggregate, after: int | None) -> Iterator[sql.Composable]:
        root_id, above = sql.Identifier("root_id"), sql.SQL("select distinct root_id from {} where {}")
        if self.every_root:
            column = sql.Identifier(aggregate.root.root_column or "")
            yield sql.SQL("select {} as root_id from {} where {}").format(
                column, table_identifier(aggregate.root), within(column, after, self.upto)
            )
        if self.logged is not None:
            known = sql.SQL("root_id is not null and {}").format(within(root_id, after, self.upto))
            yield above.format(sql.SQL("({}) as logged").format(self.logged), known)
        if len(self.named):
            yield above.format(
                sql.SQL("unnest({}) as root_id").format(ids_literal(self.named)), within(root_id, after, self.upto)
            )


@dataclass(frozen=True)
class Slice:
    """Roots that one batch can take, with their rows; a root without any counts as one.

    `cut_after` is the last of them where more remain, else None.
    """

    roots: ChangedRoots
    rows: int
    cut_after: int | None = None


def whole_slice(connection: Connection, aggregate: Aggregate) -> Slice:
    """A table that travels whole is one root, and never cut."""
    counts = sql.SQL(" + ").join(
        sql.SQL("(select count(*) from {})").format(table_identifier(table)) for table in aggregate.tables
    )
    with source_errors(f"{aggregate.name}: counting rows"), connection.cursor() as cursor:
        cursor.execute(sql.SQL("select {}").format(counts))
        (rows,) = cursor.fetchone() or (0,)
    return Slice(whole_table(), max(rows, 1))


def next_slice(
    connection: Connection, aggregate: Aggregate, candidates: Candidates, after: int | None, max_rows: int
) -> Slice:
    """The first candidates above `after` whose rows reach `max_rows`, which the last root alone may exceed.

    Memory holds `max_rows` root ids at most, whatever the number of candidates.
    """
    ids = _fetched(connection, aggregate, candidates.query(aggregate, after, max_rows + 1))
    is_last = len(ids) <= max_rows
    rows, passed = 0, after
    for at in range(0, len(ids), IDS_PER_QUERY):
        piece = ids.slice(at, IDS_PER_QUERY)
        ends = is_last and at + len(piece) == len(ids)
        upto = candidates.upto if ends else id_at(piece, -1)
        counts = counts_query(aggregate, piece, (passed, upto) if candidates.every_root else None)
        full_at, full_rows, total = _counted(connection, aggregate, counts, max_rows - rows)
        if full_at is not None:
            taken = _first_not_below(ids, full_at) + 1
            if taken < len(ids) or not is_last:
                cut_after = id_at(ids, taken - 1)
                return Slice(_taken(candidates, ids.slice(0, taken), after, cut_after), rows + full_rows, cut_after)
        rows, passed = rows + total, upto
    return Slice(_taken(candidates, ids, after, candidates.upto), rows)


def _fetched(connection: Connection, aggregate: Aggregate, query: sql.Composable) -> pa.Int64Array:
    with copied(connection, query, ROOT_SCHEMA, f"{aggregate.name}: changed roots") as batches:
        chunks = [batch.column(0) for batch in batches]
    return cast("pa.Int64Array", pa.concat_arrays([ids_array(), *chunks]))


def _taken(candidates: Candidates, ids: pa.Int64Array, after: int | None, upto: int | None) -> ChangedRoots:
    return RootRange(ids, after, upto) if candidates.every_root else SomeRoots(ids)


def _first_not_below(ids: pa.Int64Array, bound: int) -> int:
    """The place in sorted ids: a batch ends with a root, also where the members of none fill it."""
    return bisect_left(range(len(ids)), bound, key=lambda place: id_at(ids, place))


def counts_query(
    aggregate: Aggregate, piece: pa.Int64Array, span: tuple[int | None, int | None] | None = None
) -> sql.Composable:
    """Selects `root_id, rows` of the roots in `piece`, or of the `span` of keys that they stand for."""
    is_run = id_at(piece, -1) - id_at(piece, 0) + 1 == len(piece)

    def chosen(column: sql.Composable) -> sql.Composable:
        if span is not None:
            return within(column, *span)
        return between(column, piece) if is_run else one_of(column, piece)

    selects = [sql.SQL("select root_id, 0::bigint as rows from unnest({}) as root_id").format(ids_literal(piece))]
    for table in aggregate.tables:
        column = sql.Identifier(table.root_column or "")
        selects.append(
            sql.SQL("select {}, count(*) from {} where {} group by 1").format(
                column, table_identifier(table), chosen(column)
            )
        )
    return sql.SQL(" union all ").join(selects)


def _counted(
    connection: Connection, aggregate: Aggregate, counts: sql.Composable, limit: int
) -> tuple[int | None, int, int]:
    """The root at which `limit` rows are reached (None: nowhere) and the rows by then; and all rows."""
    query = sql.SQL(RUNNING_TOTAL).format(counts=counts, limit=sql.Literal(limit))
    with source_errors(f"{aggregate.name}: counting rows"), connection.cursor() as cursor:
        cursor.execute(query)
        full_at, full_rows, total = cursor.fetchone() or (None, 0, 0)
    return full_at, full_rows or 0, total
