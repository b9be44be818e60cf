"""Which roots a batch reads, and the conditions that select their rows."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from psycopg2 import sql

from gem.contracts.source_spec import SOURCE_SCHEMA, WHOLE_TABLE_ROOT, Aggregate, SourceTable

IDS_PER_QUERY = 50_000
# A run of consecutive ids this long is cheaper as a key range of its own than inside an array.
RUN_LENGTH = 10_000

ROOT_SCHEMA = pa.schema([("root_id", pa.int64())])
EVERY_ROW = sql.SQL("true")


@dataclass(frozen=True)
class SomeRoots:
    """The roots of these ids, sorted and distinct; an id that the snapshot does not hold was deleted."""

    ids: pa.Int64Array

    def __bool__(self) -> bool:
        return len(self.ids) > 0


@dataclass(frozen=True)
class RootRange:
    """Every root above `after` and up to `upto` (None: no such end), read as one range of keys.

    `ids` are the roots that the snapshot holds there and logged ones that it does not, sorted and distinct.
    """

    ids: pa.Int64Array
    after: int | None = None
    upto: int | None = None

    def __bool__(self) -> bool:
        return len(self.ids) > 0


ChangedRoots = SomeRoots | RootRange


def ids_array(*ids: int) -> pa.Int64Array:
    """Root ids as Arrow holds them."""
    return pa.array(ids, pa.int64())


def whole_table() -> SomeRoots:
    """The one root of a table that travels whole."""
    return SomeRoots(ids_array(WHOLE_TABLE_ROOT))


def id_at(ids: pa.Int64Array, place: int) -> int:
    """One id, counted from the end where `place` is negative."""
    return ids[place % len(ids)].as_py()


def table_identifier(table: SourceTable) -> sql.Identifier:
    """The table's qualified name at the source."""
    return sql.Identifier(SOURCE_SCHEMA, table.name)


def row_conditions(aggregate: Aggregate, table: SourceTable, roots: ChangedRoots) -> Iterator[sql.Composable]:
    """One condition per query: together they select each row of `roots` in `table` exactly once."""
    if aggregate.travels_whole or table.root_column is None:
        yield EVERY_ROW
        return
    column = sql.Identifier(table.root_column)
    if isinstance(roots, RootRange):
        yield within(column, roots.after, roots.upto)
        return
    for ids, is_run in _pieces(roots.ids):
        yield between(column, ids) if is_run else one_of(column, ids)


def within(column: sql.Composable, after: int | None, upto: int | None) -> sql.Composable:
    """Above `after`, up to `upto`; an end that is None is open."""
    ends = [sql.SQL("{} > {}").format(column, sql.Literal(after))] if after is not None else []
    ends += [sql.SQL("{} <= {}").format(column, sql.Literal(upto))] if upto is not None else []
    return sql.SQL(" and ").join(ends) if ends else EVERY_ROW


def between(column: sql.Composable, ids: pa.Int64Array) -> sql.Composable:
    """From the first to the last of sorted ids."""
    first, last = sql.Literal(id_at(ids, 0)), sql.Literal(id_at(ids, -1))
    return sql.SQL("{} between {} and {}").format(column, first, last)


def one_of(column: sql.Composable, ids: pa.Int64Array) -> sql.Composable:
    """Among the ids."""
    return sql.SQL("{} = any({})").format(column, ids_literal(ids))


def ids_literal(ids: pa.Int64Array) -> sql.Composable:
    """The ids as an array that the planner can look into; COPY takes no parameters."""
    return sql.SQL("{}::bigint[]").format(sql.Literal("{" + ",".join(map(str, ids.to_pylist())) + "}"))


def _pieces(ids: pa.Int64Array) -> Iterator[tuple[pa.Int64Array, bool]]:
    """Cuts sorted ids into long runs (True) and, between them, arrays of at most IDS_PER_QUERY (False)."""
    waiting = 0
    for start, stop in (*_long_runs(ids), (len(ids), len(ids))):
        for at in range(waiting, start, IDS_PER_QUERY):
            yield ids.slice(at, min(IDS_PER_QUERY, start - at)), False
        if start < stop:
            yield ids.slice(start, stop - start), True
        waiting = stop


def _long_runs(ids: pa.Int64Array) -> Iterator[tuple[int, int]]:
    """Positions [start, stop) of at least RUN_LENGTH consecutive ids."""
    steps = pc.subtract(ids.slice(1), ids.slice(0, max(len(ids) - 1, 0)))
    start = 0
    for before in pc.indices_nonzero(pc.not_equal(steps, pa.scalar(1, pa.int64()))):
        stop = int(before.as_py()) + 1
        if stop - start >= RUN_LENGTH:
            yield start, stop
        start = stop
    if len(ids) - start >= RUN_LENGTH:
        yield start, len(ids)
