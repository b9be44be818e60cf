"""The figures of the pages: measures by an axis, for every financial year and ministry and for all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from gem.contracts.measures.query import PRESENT_DAY, is_of_same_rows, sets_query
from gem.contracts.measures.spec import Aggregate, Measure
from gem.contracts.measures.terms import columns_of, parse
from gem.powerbi.pages import COLUMNS, Axis
from gem.warehouse.connection import Connection, execute

MINISTRY = COLUMNS[Axis.MINISTRY]
IST_DAY = f"select {PRESENT_DAY}"
ALL = "*"
"""Stands for every financial year or every ministry."""
UNKNOWN = "Not known"
QUANTILES = (Aggregate.MEDIAN, Aggregate.P90, Aggregate.DISTINCT)


@dataclass(frozen=True)
class Answer:
    """A figure of one member of an axis, "" without one, of one year and ministry or of all; None where unknown."""

    member: str
    year: str
    ministry: str
    value: Decimal | None


@dataclass(frozen=True)
class Question:
    """A measure by an axis, and what it can be filtered by."""

    measure: Measure
    axis: Axis | None
    is_filtered: bool = True
    """Whether it is asked by year and ministry too, not in all alone."""

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns of the axis."""
        year = self.measure.year
        match self.axis:
            case None:
                return ()
            case Axis.YEAR:
                return (year,) if year else ()
            case Axis.MONTH:
                day = str(year).partition(".")[0]
                return (str(year), f"{day}.fy_month_no")
        return (COLUMNS[self.axis],)

    @property
    def filters(self) -> tuple[str, ...]:
        """The columns of year and ministry that it can be filtered by beside its axis."""
        if not self.is_filtered:
            return ()
        year = self.measure.year if is_filtered_by_year(self.measure) else None
        found = (year if self.axis not in (Axis.YEAR, Axis.MONTH) else None, self._ministry())
        return tuple(column for column in found if column)

    def _ministry(self) -> str | None:
        has_buyer = any(key == "buyer_org_key" for key in self.measure.source.keys)
        return MINISTRY if has_buyer and self.axis is not Axis.MINISTRY else None


def is_filtered_by_year(measure: Measure) -> bool:
    """Whether it falls into years, and does not itself say of which year it is."""
    figures = [figure for figure in (measure.numerator, measure.denominator) if figure]
    texts = [measure.where, *(figure.where for figure in figures)]
    read = {column for text in texts if text for column in columns_of(parse(text))}
    return measure.year is not None and not any(c.alias == "as_of" and c.name.startswith("fy_") for c in read)


def is_filtered_by_ministry(measure: Measure) -> bool:
    """Whether its rows name a buyer."""
    return "buyer_org_key" in measure.source.keys


def asked(
    connection: Connection, questions: Iterable[Question], day: date
) -> dict[tuple[str, Axis | None], list[Answer]]:
    """The answers to every question, by measure and axis; questions over the same rows are asked together."""
    found: dict[tuple[str, Axis | None], list[Answer]] = {}
    for together in _together(dict.fromkeys(questions), day):
        for question, answers in _answers(connection, together, day):
            found[question.measure.key, question.axis] = answers
    return found


def _together(questions: Iterable[Question], day: date) -> list[list[Question]]:
    groups: list[list[Question]] = []
    for question in questions:
        for group in groups:
            first = group[0]
            if (
                (first.kept, first.filters) == (question.kept, question.filters)
                and _is_simple(first.measure)
                and _is_simple(question.measure)
                and is_of_same_rows(first.measure, question.measure, question.kept, question.filters, day)
            ):
                group.append(question)
                break
        else:
            groups.append([question])
    return groups


def _is_simple(measure: Measure) -> bool:
    """Whether it is of sums and counts, which every warehouse makes of several sets of groups at once."""
    figures = [figure for figure in (measure.numerator, measure.denominator) if figure]
    return not measure.per and not any(figure.aggregate in QUANTILES for figure in figures)


def _answers(
    connection: Connection, questions: Sequence[Question], day: date
) -> Iterator[tuple[Question, list[Answer]]]:
    first = questions[0]
    if not _is_simple(first.measure):
        yield first, list(_one_by_one(connection, first, day))
        return
    query = sets_query([question.measure for question in questions], first.kept, first.filters, day)
    rows = execute(connection, query)
    places = len(first.kept) + 2 * len(first.filters)
    for number, question in enumerate(questions):
        yield question, [_of_sets(question, row, row[places + number]) for row in rows]


def _of_sets(question: Question, row: Sequence[Any], value: Any) -> Answer:
    kept, filters = len(question.kept), len(question.filters)
    flags = row[kept + filters : kept + 2 * filters]
    members = row[kept : kept + filters]
    chosen = [ALL if flag else _text(member) for flag, member in zip(flags, members, strict=True)]
    return _answer(question, row[:kept], dict(zip(question.filters, chosen, strict=True)), value)


def _one_by_one(connection: Connection, question: Question, day: date) -> Iterator[Answer]:
    """A query for each subset of the filters, for what is no sum: medians, distinct counts, two steps."""
    for size in range(len(question.filters) + 1):
        for chosen in combinations(question.filters, size):
            for row in execute(connection, question.measure.sql(*question.kept, *chosen, as_of=day)):
                kept = len(question.kept)
                filters = dict(zip(chosen, map(_text, row[kept:-1]), strict=True))
                yield _answer(question, row[:kept], filters, row[-1])


def _answer(question: Question, kept: Sequence[Any], filters: dict[str, str], value: Any) -> Answer:
    figure = None if value is None else Decimal(str(value))
    year = filters.get(str(question.measure.year), ALL)
    if question.axis is Axis.MONTH:
        known = kept[0] is not None and kept[1] is not None
        year = _text(kept[0])
        member = f"{_calendar_year(year, int(kept[1]))}-{_month(int(kept[1])):02}" if known else UNKNOWN
    else:
        member = _text(kept[0]) if kept else ""
    return Answer(member, year, filters.get(MINISTRY, ALL), figure)


def _month(of_year: int) -> int:
    """April is the first month of a financial year."""
    return (of_year + 2) % 12 + 1


def _calendar_year(financial_year: str, month: int) -> int:
    return int(financial_year[:4]) + (month > 9)


def _text(member: Any) -> str:
    return UNKNOWN if member is None else str(member)
