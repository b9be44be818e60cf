"""Digests of the mart tables that tell whether two warehouses hold the same rows, whatever their order."""

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import MartTable, TableKind
from gem.warehouse.connection import Connection, execute
from gem.warehouse.templates.expressions import md5_of

WORDS = (1, 9, 17)
"""Where the three 32-bit words of an MD5 begin that a digest adds up."""


def table_digests(connection: Connection) -> dict[str, str]:
    """Per mart table that loads fill a digest of its rows without the dw_* columns: their count and sums of their MD5.

    The sums make the digest independent of the order of rows. The caller ends the transaction.
    """
    loaded = [table for table in MART_TABLES if table.kind is not TableKind.PERIODIC]
    return {table.name: _digest(connection, table) for table in loaded}


def _digest(connection: Connection, table: MartTable) -> str:
    row = execute(connection, digest_sql(table))[0]
    return "-".join(f"{int(value or 0):x}" for value in row)


def digest_sql(table: MartTable) -> str:
    """The query of one table's digest."""
    columns = [column for column in table.warehouse_columns if not column.name.startswith("dw_")]
    sums = ",\n".join(f"    sum(strtol(substring(digest, {start}, 8), 16))" for start in WORDS)
    return (
        f"select\n    count(*),\n{sums}\nfrom (\n    select {md5_of(columns, indent='    ')} as digest\n"  # noqa: S608
        f"    from mart.{table.name}\n) as hashed"
    )
