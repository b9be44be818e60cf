"""Computes DAX over rows in memory: as much of the language as the model's measures use, by Microsoft's reference.

Blank is None: it is 0 in sums and comparisons but not for `==` and IN, and makes products and quotients blank. Numbers
are fractions, so that nothing is lost. A filter keeps rows of a table, and by the active relationships the rows of the
tables that lead to it.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from tests.powerbi.dax_text import Node, read_dax

Row = dict[tuple[str, str], Any]
Column = tuple[str, str]
DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True)
class Way:
    """A relationship from many rows to one."""

    column: Column
    to: Column
    is_active: bool


@dataclass
class Data:
    """The rows of every table, how they lead to one another, and the measures by name."""

    tables: Mapping[str, list[Row]]
    ways: tuple[Way, ...]
    measures: Mapping[str, str]
    present: datetime
    indices: dict[Column, dict[Any, Row]] = field(default_factory=dict)

    def one(self, column: Column, value: Any) -> Row | None:
        if column not in self.indices:
            self.indices[column] = {row[column]: row for row in self.tables[column[0]]}
        return self.indices[column].get(value)


@dataclass(frozen=True)
class Context:
    """What an expression is computed in: the data, filters, the current rows, variables and relationships in use."""

    data: Data
    filters: tuple[Callable[["Context", str, Row], bool], ...] = ()
    rows: tuple[Row, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    used: tuple[tuple[Column, Column], ...] = ()

    def ways(self, table: str) -> list[Way]:
        """The relationships from a table that are in use."""
        chosen = {column[0]: (column, to) for column, to in self.used}
        found = []
        for way in self.data.ways:
            if way.column[0] != table:
                continue
            other = chosen.get(table)
            is_used = (way.column, way.to) == other if other and other[1] == way.to else way.is_active
            found += [way] if is_used else []
        return found

    def table(self, name: str) -> list[Row]:
        return [row for row in self.data.tables[name] if all(keep(self, name, row) for keep in self.filters)]

    def related(self, row: Row, table: str) -> Row | None:
        own = next(name for name, _ in row if name)
        way = next(way for way in self.ways(own) if way.to[0] == table)
        return self.data.one(way.to, row[way.column])


def where(table: str, column: str, value: Any) -> Callable[[Context, str, Row], bool]:
    """A filter on a column of a table, which reaches the tables that lead there."""

    def keep(context: Context, name: str, row: Row) -> bool:
        if name == table:
            return bool(row[table, column] == value)
        if any(way.to[0] == table for way in context.ways(name)):
            related = context.related(row, table)
            return (related[table, column] if related else None) == value
        return True

    return keep


def computed(data: Data, dax: str, *filters: Callable[[Context, str, Row], bool]) -> Any:
    """The value of a measure where filters are set."""
    return value(_read(dax), Context(data, filters))


_read = cache(read_dax)


def value(node: Node, context: Context) -> Any:
    operands = node.operands
    match node.kind:
        case "number":
            return Fraction(node.value)
        case "text":
            return node.value[1:-1].replace('""', '"')
        case "column":
            return next(row[node.value] for row in reversed(context.rows) if node.value in row)
        case "table":
            return context.table(node.value)
        case "bare" if node.value.startswith("@"):
            return next(row["", node.value] for row in reversed(context.rows) if ("", node.value) in row)
        case "bare":
            return value(_read(context.data.measures[node.value]), _filtered_by_rows(replace(context, variables={})))
        case "word":
            return context.variables.get(node.value, node.value)
        case "let":
            for variable in operands[:-1]:
                found = value(variable.operands[0], context)
                context = replace(context, variables={**context.variables, variable.value: found})
            return value(operands[-1], context)
        case "&&":
            return all(value(each, context) for each in operands)
        case "||":
            return any(value(each, context) for each in operands)
        case "NOT":
            return not value(operands[0], context)
        case "IN":
            return value(operands[0], context) in [value(each, context) for each in operands[1].operands]
        case "call":
            return FUNCTIONS[node.value](context, *operands)
    return _operator(node.kind, value(operands[0], context), value(operands[1], context))


def _operator(mark: str, left: Any, right: Any) -> Any:
    if mark == "==":
        return left == right and (left is None) == (right is None)
    if mark in ("<>", "<", "<=", ">", ">="):
        one, other = _comparable(left, right), _comparable(right, left)
        tests = {"<>": one != other, "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}
        return tests[mark]
    if mark in ("+", "-"):
        if left is None and right is None:
            return None
        return _number(left) + _number(right) * (1 if mark == "+" else -1)
    if left is None or right is None:
        return None
    return _number(left) * _number(right) if mark == "*" else _number(left) / _number(right)


def _comparable(one: Any, other: Any) -> Any:
    if one is None:
        return {str: "", bool: False}.get(type(other), Fraction(0))
    return one if isinstance(one, str | bool) else _number(one)


def _number(one: Any) -> Fraction:
    """A date is its days since 30 December 1899, a blank 0."""
    if one is None:
        return Fraction(0)
    if isinstance(one, datetime):
        seconds = one - datetime.combine(DAY_ZERO, datetime.min.time())
        return Fraction(seconds // timedelta(microseconds=1), 86_400_000_000)
    return Fraction((one - DAY_ZERO).days) if isinstance(one, date) else Fraction(one)


def _moment(one: Any) -> datetime:
    if isinstance(one, datetime):
        return one
    if isinstance(one, date):
        return datetime.combine(one, datetime.min.time())
    return datetime.combine(DAY_ZERO, datetime.min.time()) + timedelta(seconds=float(one * 86_400))


def _inside(context: Context, row: Row) -> Context:
    return replace(context, rows=(*context.rows, row))


def _each(context: Context, table: Node, term: Node) -> list[Any]:
    found = (value(term, _inside(context, row)) for row in value(table, context))
    return [one for one in found if one is not None]


def _sumx(context: Context, table: Node, term: Node) -> Any:
    found = _each(context, table, term)
    return sum(map(_number, found), Fraction(0)) if found else None


def _sum(context: Context, column: Node) -> Any:
    return _sumx(context, Node("table", column.value[0]), column)


def _filter(context: Context, table: Node, condition: Node) -> list[Row]:
    return [row for row in value(table, context) if value(condition, _inside(context, row))]


def _countrows(context: Context, table: Node) -> Any:
    return Fraction(len(value(table, context))) or None


def _if(context: Context, condition: Node, then: Node, otherwise: Node | None = None) -> Any:
    if value(condition, context):
        return value(then, context)
    return value(otherwise, context) if otherwise else None


def _switch(context: Context, asked: Node, *pairs: Node) -> Any:
    wanted = value(asked, context)
    for place in range(0, len(pairs) - 1, 2):
        if value(pairs[place], context) == wanted:
            return value(pairs[place + 1], context)
    return value(pairs[-1], context) if len(pairs) % 2 else None


def _divide(context: Context, above: Node, below: Node) -> Any:
    one, other = value(above, context), value(below, context)
    return None if one is None or not other else _number(one) / _number(other)


def _related(context: Context, column: Node) -> Any:
    row = context.rows[-1]
    related = context.related(row, column.value[0])
    return related[column.value] if related else None


def _summarize(context: Context, table: Node, *columns: Node) -> list[Row]:
    names = [column.value for column in columns]
    found = {tuple(row[name] for name in names) for row in value(table, context)}
    return [dict(zip(names, each, strict=True)) for each in found]


def _addcolumns(context: Context, table: Node, name: Node, term: Node) -> list[Row]:
    added = value(name, context)
    return [{**row, ("", added): value(term, _inside(context, row))} for row in value(table, context)]


def _calculate(context: Context, term: Node, *modifiers: Node) -> Any:
    """The current rows become filters; all filters go where they are removed; then come relationships and members."""
    by_kind: dict[str, list[Node]] = defaultdict(list)
    for each in modifiers:
        by_kind[each.value].append(each)
    assert by_kind.keys() <= {"USERELATIONSHIP", "REMOVEFILTERS", "TREATAS"}, by_kind
    assert not any(each.operands for each in by_kind["REMOVEFILTERS"]), "of all tables alone"
    inner = _filtered_by_rows(context)
    kept = () if by_kind["REMOVEFILTERS"] else inner.filters
    members = tuple(_member_filter(context, *each.operands) for each in by_kind["TREATAS"])
    used = tuple((each.operands[0].value, each.operands[1].value) for each in by_kind["USERELATIONSHIP"])
    return value(term, replace(inner, filters=(*kept, *members), used=(*context.used, *used)))


def _filtered_by_rows(context: Context) -> Context:
    """The transition from rows to filters."""
    rows = tuple(where(table, column, one) for row in context.rows for (table, column), one in row.items() if table)
    return replace(context, filters=(*context.filters, *rows), rows=())


def _member_filter(context: Context, members: Node, column: Node) -> Callable[[Context, str, Row], bool]:
    """A filter on a column for the one member of a set; it is of a table that leads nowhere and to which none leads."""
    [member] = (value(each, context) for each in members.operands)
    return where(*column.value, member)


def _percentile(found: list[Any], share: Fraction) -> Any:
    """Interpolated between the two rows about the place, the first at 0 and the last at 1."""
    if not found:
        return None
    ordered = sorted(map(_number, found))
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _max(context: Context, *terms: Node) -> Any:
    if len(terms) == 1:
        column = terms[0]
        found = _each(context, Node("table", column.value[0]), column)
    else:
        found = [value(term, context) or Fraction(0) for term in terms]
    return max(found, default=None)


def _datediff(context: Context, begin: Node, end: Node, unit: Node) -> Any:
    """How many borders of the unit lie between."""
    one, other = _moment(value(begin, context)), _moment(value(end, context))
    if unit.value == "SECOND":
        return Fraction(int((other.replace(microsecond=0) - one.replace(microsecond=0)).total_seconds()))
    return Fraction((other.date() - one.date()).days)


def _edate(context: Context, day: Node, months: Node) -> Any:
    moment = _moment(value(day, context))
    place = moment.year * 12 + moment.month - 1 + int(value(months, context))
    last = (date(place // 12 + (place % 12 == 11), (place % 12 + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(place // 12, place % 12 + 1, min(moment.day, last))


def _round(context: Context, term: Node, digits: Node) -> Any:
    """Half away from zero."""
    found = value(term, context)
    if found is None:
        return None
    scale = 10 ** int(value(digits, context))
    return Fraction(math.floor(abs(found) * scale + Fraction(1, 2)), scale) * (-1 if found < 0 else 1)


def _selected(context: Context, column: Node) -> Any:
    found = {row[column.value] for row in context.table(column.value[0])}
    return found.pop() if len(found) == 1 else None


def _values(context: Context, column: Node) -> list[Row]:
    found = dict.fromkeys(row[column.value] for row in context.table(column.value[0]))
    return [{column.value: each} for each in found]


def _abs(context: Context, term: Node) -> Any:
    found = value(term, context)
    return None if found is None else abs(_number(found))


def _first(found: Iterable[Any]) -> Any:
    return next((one for one in found if one is not None), None)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ABS": _abs,
    "ADDCOLUMNS": _addcolumns,
    "CALCULATE": _calculate,
    "COALESCE": lambda context, *terms: _first(value(term, context) for term in terms),
    "COUNTROWS": _countrows,
    "DATE": lambda context, *parts: date(*(int(value(part, context)) for part in parts)),
    "DATEDIFF": _datediff,
    "DAY": lambda context, term: Fraction(_moment(value(term, context)).day),
    "DIVIDE": _divide,
    "EDATE": _edate,
    "FALSE": lambda _: False,
    "FILTER": _filter,
    "HASONEVALUE": lambda context, column: len(_values(context, column)) == 1,
    "IF": _if,
    "ISBLANK": lambda context, term: value(term, context) is None,
    "ISEMPTY": lambda context, table: not value(table, context),
    "MAX": _max,
    "MAXX": lambda context, table, term: max(_each(context, table, term), default=None),
    "MEDIANX": lambda context, table, term: _percentile(_each(context, table, term), Fraction(1, 2)),
    "MONTH": lambda context, term: Fraction(_moment(value(term, context)).month),
    "PERCENTILEX.INC": lambda context, table, term, share: _percentile(
        _each(context, table, term), value(share, context)
    ),
    "RELATED": _related,
    "ROUND": _round,
    "SELECTEDVALUE": _selected,
    "SUM": _sum,
    "SUMMARIZE": _summarize,
    "SUMX": _sumx,
    "SWITCH": _switch,
    "TRUE": lambda _: True,
    "UTCNOW": lambda context: context.data.present,
    "VALUES": _values,
    "YEAR": lambda context, term: Fraction(_moment(value(term, context)).year),
}
