"""The warehouse columns that are plain copies of source columns: what a reconciliation compares, and digests cover."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart_fill import Owner
from gem.contracts.mart_spec import MartColumn, MartTable
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME
from gem.contracts.source_spec import SOURCE_SCHEMA, Column, SourceTable

RENAMED = {
    "dim_state": {"state_name": "name"},
    "dim_category": {"category_name": "name"},
    "dim_buyer_org": {"org_name": "name"},
    "dim_seller": {"seller_name": "legal_name", "state_code": "registered_state_code"},
    "fact_catalogue_offer": {"starts_at": "valid_from", "ends_at": "valid_to"},
    "fact_order_line": {"ordered_qty": "qty", "mii_class": "mii_class_at_order"},
}
"""Warehouse columns that are plain copies under another name; equal names of equal types are found by themselves."""


def source_table(table: MartTable) -> SourceTable | None:
    """The source table of the same key; None for what is computed of several of its rows, or has no source."""
    tables = AGGREGATE_BY_NAME[table.aggregate].tables if table.aggregate else ()
    return next((one for one in tables if one.primary_key == table.natural_key), None)


def copied_columns(table: MartTable) -> tuple[MartColumn, ...]:
    """The key first, then every plain copy, in the table's order."""
    copied = (c for c in table.columns if _source_of(table, c))
    return tuple(sorted(copied, key=lambda c: c.name not in table.natural_key))


def copied_money(table: MartTable) -> tuple[str, ...]:
    """The plain copies whose sums are compared."""
    return tuple(column.name for column in copied_columns(table) if column.name in table.money_columns)


def source_rows(table: MartTable) -> str:
    """The query of the source's rows that the table copies, under the warehouse's names."""
    own, root = _own_table(table), AGGREGATE_BY_NAME[str(table.aggregate)].root
    join = "" if own is root else _join(own, root)
    selected = ", ".join(f"{_source_of(table, column)} as {column.name}" for column in copied_columns(table))
    return f"select {selected} from {SOURCE_SCHEMA}.{own.name}{join}"


def _own_table(table: MartTable) -> SourceTable:
    own = source_table(table)
    if own is None:
        raise ValueError(f"{table.name} copies no table of the source")
    return own


def _join(own: SourceTable, root: SourceTable) -> str:
    return f" join {SOURCE_SCHEMA}.{root.name} on {root.name}.{root.primary_key[0]} = {own.name}.{own.root_column}"


def _source_of(table: MartTable, column: MartColumn) -> str | None:
    """The source column that this one is a plain copy of, the row's own before its root's; None where it is none."""
    if column.owner is not Owner.CURATED:
        return None
    name = RENAMED.get(table.name, {}).get(column.name, column.name)
    for source in (_own_table(table), AGGREGATE_BY_NAME[str(table.aggregate)].root):
        found = next((c for c in source.extracted_columns if c.name == name), None)
        if found is not None:
            return f"{source.name}.{name}" if _is_plain(column, found) else None
    return None


def _is_plain(column: MartColumn, source: Column) -> bool:
    return column.type == source.type and (column.nullable or not source.nullable)
