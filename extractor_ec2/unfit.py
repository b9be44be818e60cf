"""Where the row stands that a raw part cannot hold: found again at the source, so that a person can mend it."""

from collections.abc import Iterable

from psycopg2 import sql

from extractor_ec2.copy_stream import UnfitRowError
from extractor_ec2.postgres import Connection, source_errors
from extractor_ec2.roots import table_identifier
from gem.contracts.source_spec import SourceTable

# The first row of that value, else the longest row.
BY_VALUE = sql.SQL("select {keys}, 0 from {table} where {condition} and {column}::text = {value} limit 1")
BY_LENGTH = sql.SQL(
    "select {keys}, octet_length(row({columns})::text) from {table} where {condition} order by 2 desc limit 1"
)


def where_it_stands(
    connection: Connection, table: SourceTable, conditions: Iterable[sql.Composable], error: UnfitRowError
) -> str:
    """` (key 1, root 2)` for the end of a message; nothing where the row is not found again.

    `conditions` select the rows that were read, in a connection that sees what was read.
    """
    names = dict.fromkeys([*table.primary_key, *([table.root_column] if table.root_column else [])])
    found: list[tuple[int, str]] = []
    with source_errors(f"table {table.name}: looking for the row"), connection.cursor() as cursor:
        for condition in conditions:
            cursor.execute(_query(table, list(names), condition, error))
            found += [(length, keys) for keys, length in cursor.fetchall()]
            if found and error.column:
                break
    return f" ({max(found)[1]})" if found else ""


def _query(table: SourceTable, names: list[str], condition: sql.Composable, error: UnfitRowError) -> sql.Composable:
    keys = sql.SQL("concat_ws(', ', {})").format(
        sql.SQL(", ").join(sql.SQL("{} || {}::text").format(sql.Literal(f"{n} "), sql.Identifier(n)) for n in names)
    )
    if error.column is not None:
        return BY_VALUE.format(
            keys=keys,
            table=table_identifier(table),
            condition=condition,
            column=sql.Identifier(error.column),
            value=sql.Literal(error.value),
        )
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.extracted_columns)
    return BY_LENGTH.format(keys=keys, table=table_identifier(table), condition=condition, columns=columns)
