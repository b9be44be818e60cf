"""Publishing staged batches inside the load's transaction: roots, dimensions, facts, aggregates, audited (DESIGN 7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gem.contracts.errors import AuditError
from gem.contracts.mart.tables import CURATED_TABLES, MART_TABLE_BY_NAME, MART_TABLES
from gem.contracts.mart_spec import MartTable, TableKind
from gem.contracts.root_tables import REJECTED_ROOTS, ROOTS
from gem.warehouse.connection import Connection, execute
from gem.warehouse.scripts import load_steps
from gem.warehouse.staging import run_step
from gem.warehouse.templates.aggregates import aggregate_of, keys_of
from gem.warehouse.templates.digests import keeps_digests
from gem.warehouse.templates.filled import counted_key, lookup_of, rollup_of
from gem.warehouse.templates.references import dimension_of

ANALYZE_FROM_ROWS = 1_000
"""A table that gets this many rows in a load is analysed: the joins that follow would be planned blindly."""

FACTS = tuple(table for table in CURATED_TABLES if table.kind is TableKind.FACT)
AGGREGATES = tuple(table for table in MART_TABLES if table.kind is TableKind.AGGREGATE)


@dataclass
class _Publication:
    """One load's publishing: what is staged, which aggregates it touches, which dimensions leave facts out of date."""

    connection: Connection
    rows: Mapping[str, int]
    staged: set[str]
    touched: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)

    def is_large(self, table: MartTable) -> bool:
        return self.rows.get(table.name, 0) >= ANALYZE_FROM_ROWS


def publish(connection: Connection, tables: list[MartTable], rows: Mapping[str, int]) -> None:
    """Bring what is staged into the mart; `tables` have a stage, dimensions first, `rows` counts their staged rows.

    Raises AuditError that names table and key where a check fails; the caller rolls back.
    """
    _check(connection, ROOTS, "check_stage")
    run_step(connection, ROOTS, "touch")
    if rows.get(REJECTED_ROOTS.name):
        _check(connection, REJECTED_ROOTS, "check_stage")
        run_step(connection, REJECTED_ROOTS, "remember")
    run_step(connection, REJECTED_ROOTS, "close")
    load = _Publication(connection, rows, {table.name for table in tables})
    load.touched = {row[0] for row in execute(connection, "select distinct aggregate from touched_root")}
    load.stale = {t.name for t in tables if t.is_dimension and _publish_dimension(load, t)}
    for table in FACTS:
        if _is_recounted(load, table):
            run_step(connection, table, "recount_roots")
    for table in AGGREGATES:
        _note_days_before(load, table)
    for table in FACTS:
        _publish_fact(load, table)
    for table in AGGREGATES:
        _publish_aggregate(load, table)


def _publish_dimension(load: _Publication, table: MartTable) -> bool:
    """Load one dimension; whether facts that refer to it are out of date now."""
    _check(load.connection, table, "check_stage")
    if table.kind is TableKind.SCD2:
        run_step(load.connection, table, "observe")
        if load.is_large(table):
            run_step(load.connection, table, "analyze_memory")
        run_step(load.connection, table, "touch")
        if _is_empty(load.connection, f"touched_{table.name}"):
            return False
    run_step(load.connection, table, "publish")
    if load.is_large(table):
        run_step(load.connection, table, "analyze")
    _check(load.connection, table, "check")
    return not _is_empty(load.connection, f"stale_{table.name}")


def _publish_fact(load: _Publication, table: MartTable) -> None:
    """Replace the rows of touched roots, then bring up to date what other aggregates have changed in the others."""
    is_touched = table.aggregate in load.touched
    is_replaced = is_touched and table.name in load.staged
    if is_replaced:
        _check(load.connection, table, "check_stage")
        run_step(load.connection, table, "remember_replaced")
    if is_touched:
        if keeps_digests(table):
            run_step(load.connection, table, "count_removed")
        run_step(load.connection, table, "remove")
    for column in table.references:
        if dimension_of(column).name in load.stale:
            run_step(load.connection, table, f"rekey_{column.name}")
    if is_replaced:
        run_step(load.connection, table, "insert")
        if load.is_large(table):
            run_step(load.connection, table, "analyze")
        _check(load.connection, table, "check")
    if is_touched and keeps_digests(table):
        _keep_digests(load, table, is_replaced=is_replaced)
    if _is_recounted(load, table):
        run_step(load.connection, table, "recount")
    lookup = lookup_of(table)
    if lookup is not None and MART_TABLE_BY_NAME[lookup.fact].aggregate in load.touched:
        run_step(load.connection, table, "follow")


def _keep_digests(load: _Publication, table: MartTable, *, is_replaced: bool) -> None:
    """Write the digests of the buckets that gained or lost rows, if any did."""
    if is_replaced:
        run_step(load.connection, table, "count_inserted")
    if not _is_empty(load.connection, f"changed_{table.name}"):
        run_step(load.connection, table, "keep_digests")


def _note_days_before(load: _Publication, table: MartTable) -> None:
    """Note the days of rows that will go or hold keys of changed versions, before facts are removed and rekeyed."""
    run_step(load.connection, table, "create_days")
    if MART_TABLE_BY_NAME[aggregate_of(table).fact].aggregate in load.touched:
        run_step(load.connection, table, "note_removed")
    for column in keys_of(table):
        if dimension_of(column).name in load.stale:
            run_step(load.connection, table, f"note_{column.name}")


def _publish_aggregate(load: _Publication, table: MartTable) -> None:
    """Compute the days again of rows that came, and those noted before."""
    fact = MART_TABLE_BY_NAME[aggregate_of(table).fact]
    if fact.aggregate in load.touched and fact.name in load.staged:
        run_step(load.connection, table, "note_inserted")
    run_step(load.connection, table, "touch")
    if _is_empty(load.connection, f"touched_{table.name}"):
        return
    run_step(load.connection, table, "compute")
    if load.is_large(fact):
        run_step(load.connection, table, "analyze")
    _check(load.connection, table, "check")


def _is_recounted(load: _Publication, table: MartTable) -> bool:
    rollup = rollup_of(table)
    return rollup is not None and dimension_of(counted_key(rollup)).name in load.stale


def _is_empty(connection: Connection, temporary_table: str) -> bool:
    rows = execute(connection, f"select count(*) from {temporary_table}")  # noqa: S608 - declared names
    return bool(rows[0][0] == 0)


def _check(connection: Connection, table: MartTable, step: str) -> None:
    """Each statement of a check returns one row, problem and example, where something is wrong."""
    for statement in load_steps(table.name)[step]:
        for problem, example in execute(connection, statement):
            raise AuditError(f"table {table.name}: {problem}: {example}")
