"""The schema contract: before anything is read, the catalog is compared with the declarations."""

import re
from dataclasses import dataclass

from extractor_ec2.postgres import Connection, source_errors
from gem.contracts.errors import SchemaDriftError
from gem.contracts.source_spec import SOURCE_SCHEMA, Aggregate, Column, SourceTable
from gem.contracts.types import Kind

CATALOG = """
select attname, format_type(atttypid, atttypmod), attnotnull
  from pg_attribute
 where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
"""
CATALOG_NAMES = {Kind.TIMESTAMP: "timestamp with time zone"}
VARCHAR = re.compile(r"character varying(?:\((\d+)\))?")


@dataclass(frozen=True)
class CatalogColumn:
    """A column as the source's catalog has it."""

    type: str
    not_null: bool


def undeclared_columns(connection: Connection, aggregate: Aggregate) -> list[str]:
    """The columns that the source has and the declarations do not, as `table.column`: they are not read.

    Raises SchemaDriftError, naming every table and column, where a declared column is gone, has another type, or where
    a key could now be NULL.
    """
    problems: list[str] = []
    undeclared: list[str] = []
    for table in aggregate.tables:
        found = _catalog(connection, table)
        problems += _problems(table, found)
        undeclared += [f"{table.name}.{name}" for name in found if name not in {c.name for c in table.columns}]
    if problems:
        raise SchemaDriftError(
            f"{aggregate.name}: {'; '.join(problems)}. Nothing of this aggregate is read until the source or its"
            " declaration in gem/contracts/source is put right"
        )
    return undeclared


def _catalog(connection: Connection, table: SourceTable) -> dict[str, CatalogColumn]:
    name = f"{SOURCE_SCHEMA}.{table.name}"
    with source_errors(f"{name}: reading the catalog"), connection.cursor() as cursor:
        cursor.execute(CATALOG, (name,))
        return {column: CatalogColumn(type, not_null) for column, type, not_null in cursor.fetchall()}


def _problems(table: SourceTable, found: dict[str, CatalogColumn]) -> list[str]:
    if not found:
        return [f"table {SOURCE_SCHEMA}.{table.name} does not exist at the source"]
    problems: list[str] = []
    for column in table.extracted_columns:
        where = f"column {SOURCE_SCHEMA}.{table.name}.{column.name}"
        actual = found.get(column.name)
        if actual is None:
            problems.append(f"{where} does not exist at the source")
        elif not _is_as_declared(column, actual.type):
            problems.append(f"{where} is {actual.type} at the source, declared as {column.type.postgres}")
        elif column.name in {*table.primary_key, table.root_column} and not actual.not_null:
            problems.append(f"{where} is a key and may be NULL at the source")
    return problems


def _is_as_declared(column: Column, actual: str) -> bool:
    """Equal types, JSON of either kind, or a varchar wide enough for all declared values (it counts characters)."""
    if column.type.is_json:
        return actual in {"jsonb", "json"}
    if column.type.kind is Kind.VARCHAR:
        varchar = VARCHAR.fullmatch(actual)
        return actual == "text" or (varchar is not None and int(varchar[1] or 2**31) >= column.type.max_bytes)
    return actual == CATALOG_NAMES.get(column.type.kind, column.type.postgres)
