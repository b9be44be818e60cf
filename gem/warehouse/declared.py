"""The tables and views that the declarations ask for, as the DDL generated from them says."""

import re
from dataclasses import dataclass

from gem.warehouse.generate import generated_files
from gem.warehouse.scripts import scripts, statements

TABLE = re.compile(r"create table (?P<name>\w+\.\w+) \(\n(?P<body>.*?)\n\)\n(?P<style>.*)", re.DOTALL)
COLUMN = re.compile(r"(?P<name>\w+) (?P<type>\w+(?:\([\d,]+\))?)(?P<required> not null)? encode (?P<encoding>\w+),?")
PRIMARY_KEY = re.compile(r"primary key \((?P<names>[^)]+)\)")
VIEW = re.compile(r"create view (?P<name>\w+\.\w+) as\n(?:with .*?\n\)\n)?select\n(?P<body>.*?)\nfrom ", re.DOTALL)
VIEW_COLUMN = re.compile(r"(?:cast\(.+ as (?P<type>\w+(?:\([\d,]+\))?)\)|.+) as (?P<name>\w+),?")

CATALOG_NAMES = {"varchar": "character varying", "timestamp": "timestamp without time zone"}
"""What DDL calls otherwise than the system catalog."""


@dataclass(frozen=True)
class ColumnShape:
    """A column; `type` as the catalog spells it; `type` and `encoding` are "" where they are not known."""

    name: str
    type: str
    required: bool = False
    encoding: str = ""


@dataclass(frozen=True)
class TableShape:
    """A table or view; `dist_style` is `all`, `even` or the DISTKEY as `key(<column>)`, "" where it is not known."""

    name: str
    columns: dict[str, ColumnShape]
    is_view: bool = False
    dist_style: str = ""
    sort_key: tuple[str, ...] = ()
    ddl: str = ""


def declared_shapes() -> dict[str, TableShape]:
    """Every table of mart, what the load remembers of them in ops, and every view of bi, by name with schema; pure."""
    shapes: dict[str, TableShape] = {}
    for path, text in generated_files().items():
        if path.startswith(("sql/migrations/", "sql/views/")):
            shapes |= {shape.name: shape for statement in statements(text) if (shape := shape_of(statement))}
    for script in scripts("views"):
        shapes |= {shape.name: shape for statement in script.statements if (shape := shape_of(statement))}
    return shapes


def shape_of(statement: str) -> TableShape | None:
    """The table or view that a statement creates, None where it creates none."""
    if table := TABLE.fullmatch(statement):
        return _table(table, statement)
    if view := VIEW.match(statement):
        columns = [_view_column(line) for line in view["body"].splitlines()]
        return TableShape(view["name"], {column.name: column for column in columns}, is_view=True, ddl=statement)
    return None


def _table(found: re.Match[str], statement: str) -> TableShape:
    key = PRIMARY_KEY.search(found["body"])
    required = set(key["names"].split(", ")) if key else set()
    lines = (COLUMN.fullmatch(line.strip()) for line in found["body"].splitlines())
    columns = [_column(line, required) for line in lines if line]
    dist_key = re.search(r"distkey \((\w+)\)", found["style"])
    sort_key = re.search(r"sortkey \(([\w, ]+)\)", found["style"])
    return TableShape(
        found["name"],
        {column.name: column for column in columns},
        dist_style=f"key({dist_key[1]})" if dist_key else "all",
        sort_key=tuple(sort_key[1].split(", ")) if sort_key else (),
        ddl=statement,
    )


def _column(found: re.Match[str], required: set[str]) -> ColumnShape:
    is_required = found["required"] is not None or found["name"] in required
    return ColumnShape(found["name"], catalog_type(found["type"]), is_required, found["encoding"])


def _view_column(line: str) -> ColumnShape:
    found = VIEW_COLUMN.fullmatch(line.strip())
    if found is None:
        raise ValueError(f"{line.strip()!r} is no column of a view: write `cast(… as type) as name`, one a line")
    return ColumnShape(found["name"], catalog_type(found["type"] or ""))


def catalog_type(spelling: str) -> str:
    """A type as the system catalog spells it: `varchar(64)` is `character varying(64)`."""
    name, opening, rest = spelling.partition("(")
    return CATALOG_NAMES.get(name, name) + opening + rest
