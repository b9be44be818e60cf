"""Publishing staged batches inside the load's transaction: roots, dimensions, facts, then the audit (DESIGN 7)."""

from collections.abc import Mapping

from gem.contracts.errors import AuditError
from gem.contracts.spec import ROOTS, MartTable, TableKind
from gem.warehouse.connection import Connection, execute
from gem.warehouse.scripts import load_steps
from gem.warehouse.staging import run_step

ANALYZE_FROM_ROWS = 1_000
"""A table that gets this many rows in a load is analysed: the joins that follow would be planned blindly."""


def publish(connection: Connection, tables: list[MartTable], rows: Mapping[str, int]) -> None:
    """Bring what is staged into the mart; `tables` have a stage, dimensions first, `rows` counts their staged rows.

    Raises AuditError that names table and key where a check fails; the caller rolls back.
    """
    _check(connection, ROOTS, "check_stage")
    run_step(connection, ROOTS, "touch")
    dimensions = [table for table in tables if table.is_dimension]
    facts = [table for table in tables if not table.is_dimension]
    large = {name for name, count in rows.items() if count >= ANALYZE_FROM_ROWS}
    rekeyed = {t.name for t in dimensions if _publish_dimension(connection, t, is_large=t.name in large)}
    touched = {row[0] for row in execute(connection, "select distinct aggregate from touched_root")}
    for table in facts:
        _publish_fact(connection, table, rekeyed, is_touched=table.aggregate in touched, is_large=table.name in large)


def _publish_dimension(connection: Connection, table: MartTable, *, is_large: bool) -> bool:
    """Load one dimension; whether keys came or went, so that facts must be resolved again."""
    _check(connection, table, "check_stage")
    if table.kind is TableKind.SCD2:
        run_step(connection, table, "observe")
        if is_large:
            run_step(connection, table, "analyze_memory")
        run_step(connection, table, "touch")
        if _is_empty(connection, f"touched_{table.name}"):
            return False
    run_step(connection, table, "publish")
    if is_large:
        run_step(connection, table, "analyze")
    _check(connection, table, "check")
    return not _is_empty(connection, f"rekeyed_{table.name}")


def _publish_fact(
    connection: Connection, table: MartTable, rekeyed: set[str], *, is_touched: bool, is_large: bool
) -> None:
    if is_touched:
        _check(connection, table, "check_stage")
        run_step(connection, table, "remove")
    for column in table.references:
        # Finding the facts of a key reads a column of the whole fact: only when some key changed its versions.
        if column.reference is not None and column.reference.dimension in rekeyed:
            run_step(connection, table, f"rekey_{column.name}")
    if is_touched:
        run_step(connection, table, "insert")
        if is_large:
            run_step(connection, table, "analyze")
        _check(connection, table, "check")


def _is_empty(connection: Connection, temporary_table: str) -> bool:
    rows = execute(connection, f"select count(*) from {temporary_table}")  # noqa: S608 - declared names
    return bool(rows[0][0] == 0)


def _check(connection: Connection, table: MartTable, step: str) -> None:
    """Each statement of a check returns one row, problem and example, where something is wrong."""
    for statement in load_steps(table.name)[step]:
        for problem, example in execute(connection, statement):
            raise AuditError(f"table {table.name}: {problem}: {example}")
