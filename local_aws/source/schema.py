"""DDL of the source schema `gem`, generated from the declarations of its tables."""

from collections.abc import Iterator

from psycopg2 import extensions, sql

from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.source_spec import SOURCE_SCHEMA, Column, SourceTable

AUDIT_COLUMNS = ("created_at", "updated_at")
TOUCH_FUNCTION = sql.Identifier(SOURCE_SCHEMA, "touch_updated_at")


def install(connection: extensions.connection) -> None:
    """Create the schema, its tables, indexes and row triggers; what exists already is left as it is.

    Runs in the caller's transaction, which the caller commits. The change log is no part of it: the extractor's own
    command installs that, here as on a real source.
    """
    with connection.cursor() as cursor:
        for statement in ddl():
            cursor.execute(statement)


def ddl() -> Iterator[sql.Composable]:
    """Every statement that makes the schema, in order."""
    yield sql.SQL("create schema if not exists {}").format(sql.Identifier(SOURCE_SCHEMA))
    yield _touch_function()
    for table in SOURCE_TABLES.values():
        yield _create_table(table)
        yield from _root_index(table)
        yield _touch_trigger(table)
        yield from _comments(table)


def identifier(table: SourceTable) -> sql.Identifier:
    """The table's qualified name."""
    return sql.Identifier(SOURCE_SCHEMA, table.name)


def _create_table(table: SourceTable) -> sql.Composable:
    columns = [_column(column) for column in table.columns]
    key = sql.SQL("primary key ({})").format(sql.SQL(", ").join(map(sql.Identifier, table.primary_key)))
    return sql.SQL("create table if not exists {} (\n  {}\n)").format(
        identifier(table), sql.SQL(",\n  ").join([*columns, key])
    )


def _column(column: Column) -> sql.Composable:
    rule = "" if column.nullable else " not null"
    # A default, not a trigger: a loader of history states when a row was created and last changed.
    default = " default clock_timestamp()" if column.name in AUDIT_COLUMNS else ""
    # The type's spelling is a constant of the declarations.
    return sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type.postgres + rule + default))


def _root_index(table: SourceTable) -> Iterator[sql.Composable]:
    # A root's own id is its primary key; only members need a way from the root to its rows.
    if table.root_column is not None and table.primary_key != (table.root_column,):
        yield sql.SQL("create index if not exists {} on {} ({})").format(
            sql.Identifier(f"{table.name}_{table.root_column}_idx"),
            identifier(table),
            sql.Identifier(table.root_column),
        )


def _touch_function() -> sql.Composable:
    return sql.SQL(
        "create or replace function {}() returns trigger language plpgsql as\n"
        "$$ begin new.updated_at := clock_timestamp(); return new; end $$"
    ).format(TOUCH_FUNCTION)


def _touch_trigger(table: SourceTable) -> sql.Composable:
    return sql.SQL(
        "create or replace trigger touch_updated_at before update on {} for each row execute function {}()"
    ).format(identifier(table), TOUCH_FUNCTION)


def _comments(table: SourceTable) -> Iterator[sql.Composable]:
    yield sql.SQL("comment on table {} is {}").format(identifier(table), sql.Literal(table.comment))
    for column in table.columns:
        if column.comment:
            yield sql.SQL("comment on column {} is {}").format(
                sql.Identifier(SOURCE_SCHEMA, table.name, column.name), sql.Literal(column.comment)
            )
