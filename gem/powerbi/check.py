"""The project's own check of a Power BI project: what Microsoft's loaders and schemas let through; pure.

It reads the files alone, not what they were made of, so it also holds for a project that was changed by hand.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gem.powerbi.check_report import report_faults
from gem.powerbi.read import Node, dax_tokens, read_tmdl

KEYWORDS = frozenset({"VAR", "RETURN", "IN", "NOT", "DAY", "SECOND"})
MADE_COLUMN = "@"
"""What begins the name of a column that a query adds."""
ENDS = ("fromColumn", "toColumn")
TOLD = {"formatString", "displayFolder"}
HALF_OPEN = (">= RangeStart", "< RangeEnd")


@dataclass(frozen=True)
class Model:
    """The objects of a semantic model, by file."""

    files: Mapping[str, list[Node]]

    @cached_property
    def tables(self) -> dict[str, Node]:
        """Every table by name."""
        return {node.name: node for nodes in self.files.values() for node in nodes if node.kind == "table"}

    def all(self, kind: str) -> list[Node]:
        """The objects of a kind that stand in no other."""
        return [node for nodes in self.files.values() for node in nodes if node.kind == kind]

    @cached_property
    def columns(self) -> dict[tuple[str, str], Node]:
        """Every column by table and name."""
        return {(t.name, column.name): column for t in self.tables.values() for column in t.of("column")}

    @cached_property
    def measures(self) -> dict[str, Node]:
        """Every measure by name."""
        return {measure.name: measure for table in self.tables.values() for measure in table.of("measure")}


def faults_of(files: Mapping[str, str]) -> list[str]:
    """What is wrong with a project, by path from its folder to text; nothing where all is well."""
    definition = {path: text for path, text in files.items() if "/definition/" in path and path.endswith(".tmdl")}
    found = [fault for path, text in files.items() for fault in _of_text(path, text)]
    if found:
        return found
    model = Model({path: read_tmdl(text) for path, text in definition.items()})
    checks = (_of_tables, _of_partitions, _of_columns, _of_relationships, _of_measures, _of_dax, _of_played_roles)
    found += [fault for check in checks for fault in check(model)]
    names = {(table, column) for table, column in model.columns}
    home = {name: table.name for table in model.tables.values() for name in (m.name for m in table.of("measure"))}
    return found + report_faults(files, names, home)


def _of_text(path: str, text: str) -> Iterator[str]:
    if text.startswith("\ufeff"):
        yield f"{path}: begins with a byte order mark"
    if "\r" in text:
        yield f"{path}: has carriage returns"
    if path.endswith(".tmdl") and any(line.startswith(" ") or "\t " in line for line in text.splitlines()):
        yield f"{path}: is indented by spaces"


def _of_tables(model: Model) -> Iterator[str]:
    referred = [node.name for node in model.all("ref table")]
    for name in {*referred} ^ {*model.tables}:
        yield f"table {name!r}: has a file or a ref in model.tmdl, not both"
    for name, times in Counter(referred).items():
        if times > 1:
            yield f"table {name!r}: {times} refs in model.tmdl"
    for node in model.all("ref role"):
        if node.name not in {role.name for role in model.all("role")}:
            yield f"role {node.name!r}: is referred to and not there"


def _of_partitions(model: Model) -> Iterator[str]:
    parameters = {node.name for node in model.all("expression")}
    for table in model.tables.values():
        partitions = table.of("partition")
        if not partitions:
            yield f"table {table.name!r}: has no partition"
        for partition in partitions:
            source = partition.properties.get("source", "")
            yield from _of_source(table, source)
            for parameter in (
                "RedshiftServer",
                "RedshiftDatabase",
                "RedshiftSchema",
                "DataFolder",
                "RangeStart",
                "RangeEnd",
            ):
                if parameter in source and parameter not in parameters:
                    yield f"table {table.name!r}: its partition reads {parameter}, which is no expression"


def _of_source(table: Node, source: str) -> Iterator[str]:
    for column in table.of("column"):
        wanted = column.properties.get("sourceColumn", "")
        if f'"{wanted}"' not in source and f"{wanted} = " not in source:
            yield f"column {table.name!r}[{column.name}]: its partition brings no {wanted!r}"
    for policy in table.of("refreshPolicy"):
        read = [source, *(policy.properties.get(key, "") for key in ("sourceExpression", "pollingExpression"))]
        if not all(mark in text for text in read for mark in HALF_OPEN):
            yield f"table {table.name!r}: is refreshed by day, but not filtered by >= RangeStart and < RangeEnd"


def _of_columns(model: Model) -> Iterator[str]:
    for table in model.tables.values():
        own = {column.name for column in table.of("column")}
        for name, times in Counter(column.name for column in table.of("column")).items():
            if times > 1:
                yield f"column {table.name!r}[{name}]: is there {times} times"
        for column in table.of("column"):
            sorted_by = column.properties.get("sortByColumn")
            if sorted_by and sorted_by.strip("'") not in own:
                yield f"column {table.name!r}[{column.name}]: is sorted by {sorted_by}, which is not there"
        for level in (level for hierarchy in table.of("hierarchy") for level in hierarchy.of("level")):
            if level.properties.get("column", "").strip("'") not in own:
                yield f"level {table.name!r}[{level.name}]: has no column"


def _of_relationships(model: Model) -> Iterator[str]:
    active: Counter[tuple[str, str]] = Counter()
    for node in model.all("relationship"):
        ends = [_end(node.properties[key]) for key in ENDS]
        types = [model.columns[end].properties["dataType"] for end in ends if end in model.columns]
        if len(types) < 2:
            yield f"relationship {ends}: one end is no column"
        elif types[0] != types[1]:
            yield f"relationship {ends}: {types[0]} against {types[1]}"
        if node.properties.get("isActive") != "false":
            active[ends[0][0], ends[1][0]] += 1
    for pair, times in active.items():
        if times > 1:
            yield f"tables {pair}: {times} active relationships between them"
    yield from _of_second_ways(active)


def _of_second_ways(active: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """A dimension that leads on to another makes two ways from a fact to that one."""
    for (fact, dimension), (between, other) in ((one, two) for one in active for two in active):
        if dimension == between and (fact, other) in active:
            yield f"tables {(fact, other)}: a second active way by {dimension!r}"


def _of_played_roles(model: Model) -> Iterator[str]:
    """A measure by another day goes by a relationship that is there."""
    ways = {frozenset(_end(node.properties[key]) for key in ENDS) for node in model.all("relationship")}
    for measure in model.measures.values():
        named = [token for token in dax_tokens(measure.expression) if token.kind in ("word", "column")]
        for place, token in enumerate(named):
            ends = frozenset((end.table, end.value) for end in named[place + 1 : place + 3])
            if token.value == "USERELATIONSHIP" and ends not in ways:
                yield f"measure {measure.name!r}: goes by a relationship that is not there: {sorted(ends)}"


def _end(text: str) -> tuple[str, str]:
    """`'Order lines'.'Bid id'` as table and column."""
    parts = text.split(".", 1) if not text.startswith("'") else text[1:].split("'.", 1)
    return parts[0], parts[1].strip("'")


def _of_measures(model: Model) -> Iterator[str]:
    named = Counter(measure.name for table in model.tables.values() for measure in table.of("measure"))
    for name, times in named.items():
        if times > 1:
            yield f"measure {name!r}: is there {times} times"
    for table in model.tables.values():
        for measure in table.of("measure"):
            if (table.name, measure.name) in model.columns:
                yield f"measure {measure.name!r}: is called like a column of its table"
            if not measure.description or not measure.properties.keys() >= TOLD:
                yield f"measure {measure.name!r}: has no description, no format or no folder"


def _of_dax(model: Model) -> Iterator[str]:
    for measure in model.measures.values():
        yield from _of_expression(model, f"measure {measure.name!r}", measure.expression)
    for role in model.all("role"):
        for permission in role.of("tablePermission"):
            if permission.name not in model.tables:
                yield f"role {role.name!r}: {permission.name!r} is no table"
            yield from _of_expression(model, f"role {role.name!r}", permission.expression)


def _of_expression(model: Model, where: str, text: str) -> Iterator[str]:
    """Every table, column, measure and variable that an expression names, and whether its parentheses close."""
    tokens = list(dax_tokens(text))
    marks = Counter(token.value for token in tokens if token.kind == "mark")
    if marks["("] != marks[")"] or marks["{"] != marks["}"]:
        yield f"{where}: parentheses do not close"
    variables = {after.value for token, after in itertools.pairwise(tokens) if token.value == "VAR"}
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        is_called = after is not None and after.value == "("
        if token.kind == "column" and (token.table, token.value) not in model.columns:
            yield f"{where}: {token.table!r}[{token.value}] is no column"
        elif token.kind == "table" and token.value not in model.tables:
            yield f"{where}: {token.value!r} is no table"
        elif token.kind == "bare" and token.value not in model.measures and not token.value.startswith(MADE_COLUMN):
            yield f"{where}: [{token.value}] is no measure"
        elif token.kind == "word" and not is_called and token.value not in {*KEYWORDS, *variables}:
            yield f"{where}: {token.value} is neither a variable nor a function"
