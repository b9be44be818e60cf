"""The expressions that the generated statements share: column lists, unambiguous texts, hashes and surrogate keys."""

from collections.abc import Iterable, Sequence

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import Kind

HEADER = "-- Generated from gem.contracts by `gem contracts generate`; do not edit.\n"
TIMESTAMP_FORMAT = "YYYY-MM-DD HH24:MI:SS.US"
INDENT = "    "


def lines(items: Iterable[str], separator: str = ",", indent: str = INDENT) -> str:
    """The items one a line, indented, joined by the separator."""
    return f"{separator}\n".join(f"{indent}{item}" for item in items)


def names(columns: Iterable[MartColumn]) -> list[str]:
    """The columns' names."""
    return [column.name for column in columns]


def identity(table: MartTable) -> list[str]:
    """The columns that identify a row: a fact's root belongs to them, since a member may stand under two roots.

    Two batches loaded out of order show a moved member under both its roots for a while (FACTS P1f).
    """
    root = [table.root_column] if table.kind is TableKind.FACT and table.root_column else []
    return list(dict.fromkeys(["source_id", *root, *table.natural_key]))


def natural_identity(table: MartTable) -> list[str]:
    """The source and the natural key."""
    return ["source_id", *table.natural_key]


def partition(table: MartTable) -> str:
    """The window of one natural key."""
    return f"partition by {', '.join(natural_identity(table))}"


def same(columns: Iterable[str], left: str, right: str, indent: str = INDENT) -> str:
    """A join condition: the columns are equal in both relations, one a line."""
    return f"\n{indent}and ".join(f"{left}.{column} = {right}.{column}" for column in columns)


def touched_join(table: MartTable, relation: str, indent: str = INDENT) -> str:
    """The join of a relation's rows to the touched roots of the table's aggregate that they belong to."""
    return (
        f"touched_root\n{indent}on touched_root.aggregate = '{table.aggregate}'\n"
        f"{indent}and touched_root.source_id = {relation}.source_id\n"
        f"{indent}and touched_root.root_id = {relation}.{table.root_column}"
    )


def differ(columns: Iterable[MartColumn], left: str, right: str, indent: str = INDENT) -> str:
    """The condition that at least one column differs, NULL being a value like another; Redshift has no IS DISTINCT."""
    return f"\n{indent}or ".join(_differs(f"{left}.{c.name}", f"{right}.{c.name}", c.nullable) for c in columns)


def _differs(left: str, right: str, nullable: bool) -> str:
    return f"not coalesce({left} = {right}, {left} is null and {right} is null)" if nullable else f"{left} <> {right}"


def unambiguous_text(column: MartColumn, relation: str = "") -> str:
    """The column as text that is never NULL, and differs for NULL, '' and any two values.

    Text goes with its length before it; the other types never hold the comma that parts the columns of a hash.
    """
    name = f"{relation}.{column.name}" if relation else column.name
    match column.type.kind:
        case Kind.VARCHAR:
            return f"coalesce(cast(length({name}) as varchar) || ':' || {name}, '-')"
        case Kind.BOOLEAN:
            return f"case when {name} then 't' when not {name} then 'f' else '-' end"
        case Kind.DATE:
            return f"coalesce(to_char({name}, 'YYYY-MM-DD'), '-')"
        case Kind.TIMESTAMP:
            return f"coalesce(to_char({name}, '{TIMESTAMP_FORMAT}'), '-')"
        case _:
            return f"coalesce(cast({name} as varchar), '-')"


def md5_of(columns: Sequence[MartColumn], relation: str = "", indent: str = INDENT) -> str:
    """MD5 over the columns, in their order."""
    inner = f" || ',' ||\n{indent}{INDENT}".join(unambiguous_text(column, relation) for column in columns)
    return f"md5(\n{indent}{INDENT}{inner}\n{indent})"


def surrogate_key(table: MartTable, relation: str, indent: str = INDENT) -> str:
    """The surrogate key: 63 bits of an MD5 over source, natural key and, for SCD2, the start of validity."""
    parts = [f"{relation}.source_id"]
    for name in table.natural_key:
        column = next(c for c in table.columns if c.name == name)
        text = f"{relation}.{name}"
        parts.append(text if column.type.kind is Kind.VARCHAR else f"cast({text} as varchar)")
    if table.kind is TableKind.SCD2:
        parts.append(f"to_char({relation}.valid_from, '{TIMESTAMP_FORMAT}')")
    joined = " || '|' || ".join(parts)
    digest = f"md5({joined})"
    deeper = indent + INDENT
    return (
        f"mod(strtol(substring({digest}, 1, 8), 16), 2147483648)\n{deeper}* 4294967296"
        f"\n{deeper}+ strtol(substring({digest}, 9, 8), 16)"
    )


def batch_id(relation: str, seq: str = "batch_seq") -> str:
    """The batch id (gem.contracts.keys.BatchId) of a row's source and seq."""
    return f"{relation}.source_id || '-' || lpad(cast({relation}.{seq} as varchar), 10, '0')"


def step(name: str, *statements: str) -> str:
    """A named step of a load script; each statement ends with a semicolon of its own."""
    return f"-- step: {name}\n" + "\n\n".join(f"{statement.strip()};" for statement in statements) + "\n"
