"""The figures of the pages: measures by an axis, for every financial year and ministry and for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gem.contracts.measures.query import PRESENT_DAY
from gem.powerbi.pages import Axis
from gem.report.planning import MINISTRY, Cut, Query, Question, planned
from gem.warehouse.connection import Connection, execute

IST_DAY = f"select {PRESENT_DAY}"
ALL = "*"
"""Stands for every financial year or every ministry."""
UNKNOWN = "Not known"
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Answer:
    """A figure of one member of an axis, "" without one, of one year and ministry or of all; None where unknown."""

    member: str
    year: str
    ministry: str
    value: Decimal | None


@dataclass(frozen=True)
class _Figures:
    """Rows of the figures of one measure by one cut: their columns, and the place of the value."""

    columns: tuple[str, ...]
    place: int
    rows: Rows

    def of(self, columns: Sequence[str]) -> Iterator[tuple[list[Any], Any]]:
        """The members of the columns, and the value, row by row."""
        places = [self.columns.index(column) for column in columns]
        return (([row[place] for place in places], row[self.place]) for row in self.rows)


def asked(
    connection: Connection, questions: Iterable[Question], day: date
) -> dict[tuple[str, Axis | None], list[Answer]]:
    """The answers to every question, by measure and axis."""
    wanted = list(questions)
    found: dict[tuple[str, Cut], _Figures] = {}
    for query in planned(wanted, day):
        found |= _figures(query, execute(connection, query.sql))
    return {(each.measure.key, each.axis): list(_answers(each, found)) for each in wanted}


def _figures(query: Query, rows: Rows) -> Iterator[tuple[tuple[str, Cut], _Figures]]:
    before = len(query.columns) * (2 if query.is_of_sets else 1)
    by_cut = _by_cut(query, rows)
    for cut in query.cuts:
        for number, measure in enumerate(query.measures):
            yield (measure.key, cut), _Figures(query.columns, before + number, by_cut[cut])


def _by_cut(query: Query, rows: Rows) -> dict[Cut, Rows]:
    if not query.is_of_sets:
        return {query.cuts[0]: rows}
    count = len(query.columns)
    by_flags: dict[tuple[Any, ...], list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        by_flags[tuple(row[count : 2 * count])].append(row)
    return {cut: by_flags[tuple(int(column not in cut) for column in query.columns)] for cut in query.cuts}


def _answers(question: Question, found: dict[tuple[str, Cut], _Figures]) -> Iterator[Answer]:
    axis, year = question.axis, question.measure.year
    for choice in question.choices:
        for members, value in found[question.measure.key, question.cut(choice)].of((*question.kept, *choice)):
            kept = members[: len(question.kept)]
            chosen = dict(zip(choice, map(_text, members[len(kept) :]), strict=True))
            figure = None if value is None else Decimal(str(value))
            of_year = _text(kept[0]) if axis is Axis.MONTH else chosen.get(str(year), ALL)
            yield Answer(_member(axis, kept), of_year, chosen.get(MINISTRY, ALL), figure)


def _member(axis: Axis | None, kept: Sequence[Any]) -> str:
    if axis is not Axis.MONTH:
        return _text(kept[0]) if kept else ""
    if kept[0] is None or kept[1] is None:
        return UNKNOWN
    number = int(kept[1])
    return f"{_calendar_year(kept[0], number)}-{_month(number):02}"


def _month(of_year: int) -> int:
    """April is the first month of a financial year."""
    return (of_year + 2) % 12 + 1


def _calendar_year(financial_year: str, month: int) -> int:
    return int(financial_year[:4]) + (month > 9)


def _text(member: Any) -> str:
    return UNKNOWN if member is None else str(member)
