"""The keys of a fact: resolved as of the event when it is inserted, and again when versions of the key change.

A key that is not stated is kept apart from one that is not known yet (-2, -1): what waits for a dimension is found by
the key -1 alone, however many facts name nothing. Facts are found by the surrogate keys they hold, never by their
natural key: a search by key and day stays with the facts concerned.
"""

from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.mart_fill import KeyReference
from gem.contracts.mart_spec import NOT_STATED_KEY, UNKNOWN_KEY, MartColumn, MartTable, TableKind
from gem.warehouse.templates.expressions import same

DATE_KEY_SUFFIX = "_date_key"


def reference_of(column: MartColumn) -> KeyReference:
    """How the column is resolved; ValueError for one that is no key."""
    if column.reference is None:
        raise ValueError(f"{column.name} resolves no key")
    return column.reference


def dimension_of(column: MartColumn) -> MartTable:
    """The dimension that the key column refers to."""
    return MART_TABLE_BY_NAME[reference_of(column).dimension]


def resolved(column: MartColumn, relation: str) -> str:
    """The key of a relation's row whose version `resolving_join` has found."""
    version = f"{_alias(column)}.{dimension_of(column).key_column}"
    stated = f"{relation}.{reference_of(column).natural_key}"
    return (
        f"case when {stated} is null then {NOT_STATED_KEY} else coalesce({version}, {UNKNOWN_KEY}) end as {column.name}"
    )


def resolving_join(column: MartColumn, relation: str) -> str:
    """The join of a relation's rows to the version of the event's time."""
    alias = _alias(column)
    return f"left join mart.{dimension_of(column).name} as {alias}\n    on {_is_version_of(column, alias, relation)}"


def _alias(column: MartColumn) -> str:
    return column.name.removesuffix("_key")


def _is_version_of(column: MartColumn, version: str, relation: str) -> str:
    natural_key = dimension_of(column).natural_key[0]
    condition = (
        f"{version}.source_id = {relation}.source_id\n"
        f"    and {version}.{natural_key} = {relation}.{reference_of(column).natural_key}"
    )
    return condition + _holds(column, version, relation)


def _holds(column: MartColumn, version: str, relation: str) -> str:
    if dimension_of(column).kind is not TableKind.SCD2:
        return ""
    as_of = f"{relation}.{reference_of(column).as_of}"
    return f"\n    and {version}.valid_from <= {as_of}\n    and {version}.valid_to > {as_of}"


def rekey(table: MartTable, column: MartColumn) -> str:
    """Resolve again what refers to a version that has gone or ends earlier, and what waited for a new key."""
    dimension = dimension_of(column)
    return (
        f"update mart.{table.name}\nset\n    {column.name} = version.{dimension.key_column},\n"
        f"    dw_updated_at = getdate()\nfrom stale_{dimension.name} as stale\njoin mart.{dimension.name} as version\n"
        f"    on {same(['source_id', *dimension.natural_key], 'version', 'stale')}\n"
        f"where stale.is_moved\n    and {holds_stale_key(column, table.name)}{_holds(column, 'version', table.name)}\n"
        f"    and {table.name}.{column.name} <> version.{dimension.key_column}"
    )


def holds_stale_key(column: MartColumn, relation: str, indent: str = "    ") -> str:
    """The condition that a relation's row holds a key of stale_<dimension>, and lies where that key has changed."""
    reference = reference_of(column)
    conditions = [
        f"{relation}.{column.name} = stale.old_key",
        f"{relation}.source_id = stale.source_id",
        f"{relation}.{reference.natural_key} = stale.{dimension_of(column).natural_key[0]}",
    ]
    if reference.as_of is not None:
        day = reference.as_of.removesuffix("_at") + DATE_KEY_SUFFIX
        conditions.append(f"{relation}.{day} >= stale.changed_from_date_key")
    return f"\n{indent}and ".join(conditions)
