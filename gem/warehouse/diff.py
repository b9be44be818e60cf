"""What the warehouse has against what is declared: tables, columns, distribution, sort keys, encodings, views."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gem.warehouse.connection import Connection, execute
from gem.warehouse.declared import ColumnShape, TableShape, declared_shapes

SCHEMAS = ("mart", "ops", "bi")
OPEN_SCHEMAS = ("mart.", "bi.")
"""Schemas in which nothing may stand that is not declared; ops also holds what migrations create by hand."""

COLUMNS = """
select nspname || '.' || relname, relkind, attname, format_type(atttypid, atttypmod), attnotnull
from pg_attribute
join pg_class on pg_class.oid = attrelid
join pg_namespace on pg_namespace.oid = relnamespace
where nspname in ('mart', 'ops', 'bi')
    and relkind in ('r', 'v', 'm')
    and attnum > 0
    and not attisdropped
order by 1, attnum
"""
KEYS = """
select schemaname || '.' || tablename, "column", encoding, distkey, sortkey
from pg_table_def
where schemaname in ('mart', 'ops')
"""
STYLES = """
select "schema" || '.' || "table", diststyle
from svv_table_info
where "schema" in ('mart', 'ops')
"""


@dataclass(frozen=True)
class Difference:
    """One difference; `advice` is a statement where `is_additive`, else words."""

    kind: str
    table: str
    column: str
    declared: str
    actual: str
    advice: str
    is_additive: bool = False


@dataclass(frozen=True)
class DiffReport:
    """All differences, and what this warehouse does not let us compare."""

    differences: list[Difference] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)

    @property
    def additive_migration(self) -> str:
        """A migration of all that can be added without rebuilding anything; empty where there is none."""
        return "".join(f"{one.advice};\n\n" for one in self.differences if one.is_additive)


def diff(connection: Connection, declared: Mapping[str, TableShape] | None = None) -> DiffReport:
    """Compare; reads the system catalog only. The caller ends the transaction."""
    wanted = declared_shapes() if declared is None else declared
    actual = _tables(connection)
    missing = [view for view in ("pg_table_def", "svv_table_info") if not _has(connection, view)]
    if not missing:
        actual = _with_keys(connection, actual)
    found = [one for name, table in wanted.items() for one in _table_differences(table, actual.get(name))]
    found += [_extra(table) for name, table in actual.items() if name not in wanted and name.startswith(OPEN_SCHEMAS)]
    notes = [f"distribution, sort keys and encodings: the warehouse has no {', '.join(missing)}"] if missing else []
    return DiffReport(found, notes)


def _has(connection: Connection, view: str) -> bool:
    return bool(execute(connection, "select count(*) from pg_class where relname = %s", [view])[0][0])


def _tables(connection: Connection) -> dict[str, TableShape]:
    tables: dict[str, TableShape] = {}
    for name, kind, column, type_name, required in execute(connection, COLUMNS):
        table = tables.setdefault(name, TableShape(name, {}, is_view=kind != "r"))
        table.columns[column] = ColumnShape(column, type_name, bool(required))
    return tables


def _with_keys(connection: Connection, tables: dict[str, TableShape]) -> dict[str, TableShape]:
    """The tables with their distribution, sort keys and encodings."""
    # pg_table_def shows the schemas of the search path only.
    execute(connection, f"set search_path to {', '.join(SCHEMAS)}")
    sort_keys: dict[str, list[tuple[int, str]]] = {}
    keyed = dict(tables)
    for name, column, encoding, is_dist_key, position in execute(connection, KEYS):
        table = keyed[name]
        # The catalog has two words for no encoding.
        table.columns[column] = replace(table.columns[column], encoding="raw" if encoding == "none" else encoding)
        if is_dist_key:
            keyed[name] = replace(table, dist_style=f"key({column})")
        if position:
            sort_keys.setdefault(name, []).append((abs(position), column))
    for name, parts in sort_keys.items():
        keyed[name] = replace(keyed[name], sort_key=tuple(column for _, column in sorted(parts)))
    return _with_styles(keyed, execute(connection, STYLES))


def _with_styles(tables: dict[str, TableShape], styles: list[tuple[Any, ...]]) -> dict[str, TableShape]:
    """svv_table_info leaves empty tables out; of them only a DISTKEY is known."""
    for name, style in styles:
        if name in tables and not tables[name].dist_style:
            tables[name] = replace(tables[name], dist_style=style.lower())
    return tables


def _table_differences(declared: TableShape, actual: TableShape | None) -> Iterator[Difference]:
    if actual is None:
        advice = "`gem warehouse migrate` makes it" if declared.is_view else declared.ddl
        kind = "missing view" if declared.is_view else "missing table"
        yield Difference(kind, declared.name, "", "declared", "absent", advice, is_additive=not declared.is_view)
        return
    for name, column in declared.columns.items():
        yield from _column_differences(declared, column, actual.columns.get(name))
    for name, column in actual.columns.items():
        if name not in declared.columns:
            yield _extra_column(declared, column)
    if not declared.is_view:
        yield from _key_differences(declared, actual)


def _column_differences(table: TableShape, declared: ColumnShape, actual: ColumnShape | None) -> Iterator[Difference]:
    def difference(kind: str, left: str, right: str, advice: str, *, is_additive: bool = False) -> Difference:
        return Difference(kind, table.name, declared.name, left, right, _of_view(table) or advice, is_additive)

    if actual is None:
        is_additive = not (declared.required or table.is_view)
        yield difference("missing column", declared.type, "absent", _added(table, declared), is_additive=is_additive)
        return
    if declared.type and declared.type != actual.type:
        yield difference("retyped column", declared.type, actual.type, _retyped(table, declared, actual))
    if table.is_view:
        return
    if declared.required != actual.required:
        words = {True: "not null", False: "nullable"}
        rebuild = "Redshift changes it in no table that is there: copy the table, or change the declaration"
        yield difference("nullability", words[declared.required], words[actual.required], rebuild)
    if actual.encoding and declared.encoding != actual.encoding:
        advice = f"alter table {table.name} alter column {declared.name} encode {declared.encoding}"
        yield difference("encoding", declared.encoding, actual.encoding, advice)


def _added(table: TableShape, column: ColumnShape) -> str:
    if column.required:
        return (
            "declare it nullable; Redshift adds a NOT NULL column only with a DEFAULT, which the rows that are there "
            "would then hold"
        )
    return f"alter table {table.name} add column {column.name} {column.type} encode {column.encoding}"


def _retyped(table: TableShape, declared: ColumnShape, actual: ColumnShape) -> str:
    if _length(actual.type) < _length(declared.type):
        return (
            f"a migration headed `-- transaction: none`: "
            f"alter table {table.name} alter column {declared.name} type {declared.type}"
        )
    return "Redshift changes no such type in place: add a column, fill it, drop the old one, rename; or copy the table"


def _length(type_name: str) -> int:
    """Bytes of a varchar; of any other type more than any, so that it never counts as widened."""
    name, _, rest = type_name.partition("(")
    return int(rest.rstrip(")")) if name == "character varying" and rest else 1 << 30


def _of_view(table: TableShape) -> str:
    return "`gem warehouse migrate` makes the view again from its file" if table.is_view else ""


def _extra_column(table: TableShape, column: ColumnShape) -> Difference:
    advice = _of_view(table) or f"no load fills it; when nobody reads it: alter table {table.name} drop column"
    words = advice if table.is_view else f"{advice} {column.name}"
    return Difference("extra column", table.name, column.name, "absent", column.type, words)


def _extra(table: TableShape) -> Difference:
    kind = "view" if table.is_view else "table"
    advice = f"no declaration asks for it; when nobody reads it: drop {kind} {table.name}"
    return Difference(f"extra {kind}", table.name, "", "absent", f"{len(table.columns)} columns", advice)


def _key_differences(declared: TableShape, actual: TableShape) -> Iterator[Difference]:
    if actual.dist_style and actual.dist_style != declared.dist_style:
        column = declared.dist_style.removeprefix("key(").rstrip(")")
        change = f"distkey {column}" if "(" in declared.dist_style else f"diststyle {declared.dist_style}"
        yield _key_difference("distribution", declared, declared.dist_style, actual.dist_style, change)
    has_keys = any(column.encoding for column in actual.columns.values())
    if has_keys and actual.sort_key != declared.sort_key:
        left, right = (", ".join(key) or "none" for key in (declared.sort_key, actual.sort_key))
        change = f"sortkey ({left})" if declared.sort_key else "sortkey none"
        yield _key_difference("sort key", declared, left, right, change)


def _key_difference(kind: str, table: TableShape, left: str, right: str, change: str) -> Difference:
    return Difference(kind, table.name, "", left, right, f"alter table {table.name} alter {change}")
