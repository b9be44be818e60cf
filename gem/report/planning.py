"""Which queries answer the pages' questions: as few passes over the warehouse's rows as there can be; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations

from gem.contracts.measures.query import rows_of, sets_query, values_query
from gem.contracts.measures.spec import Aggregate, Figure, Measure
from gem.contracts.measures.terms import columns_of, parse
from gem.powerbi.pages import COLUMNS, Axis

MINISTRY = "buyer_org.ministry"
Cut = frozenset[str]
"""The columns that figures are grouped by."""


@dataclass(frozen=True)
class Question:
    """A measure by an axis, and what it can be filtered by."""

    measure: Measure
    axis: Axis | None
    is_filtered: bool = True
    """Whether it is asked by year and ministry too, not in all alone."""

    @cached_property
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
            case Axis.MINISTRY:
                return (MINISTRY,)
        return (COLUMNS[self.axis],)

    @cached_property
    def filters(self) -> tuple[str, ...]:
        """The columns of year and ministry that it can be filtered by beside its axis."""
        if not self.is_filtered:
            return ()
        year = self.measure.year if is_filtered_by_year(self.measure) else None
        ministry = MINISTRY if is_filtered_by_ministry(self.measure) and self.axis is not Axis.MINISTRY else None
        found = (year if self.axis not in (Axis.YEAR, Axis.MONTH) else None, ministry)
        return tuple(column for column in found if column)

    @cached_property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """Every subset of the filters, of which a reader may have chosen a member each."""
        return tuple(one for size in range(len(self.filters) + 1) for one in combinations(self.filters, size))

    def cut(self, choice: Sequence[str]) -> Cut:
        """The columns by which its figures of a choice are grouped."""
        return frozenset({*self.kept, *choice})


@dataclass(frozen=True)
class Query:
    """One statement: measures of the same rows, by one cut or, where they are sums and counts, by several."""

    measures: tuple[Measure, ...]
    cuts: tuple[Cut, ...]
    columns: tuple[str, ...]
    """The columns that its rows begin with."""
    day: date
    is_of_sets: bool
    """Whether behind the columns stands a flag for each, 1 where the row's cut is without it."""

    @property
    def sql(self) -> str:
        """The statement."""
        first = self.measures[0]
        if self.is_of_sets:
            return sets_query(self.measures, [sorted(cut) for cut in self.cuts], self.day)
        if first.per:
            return first.sql(*self.columns, as_of=self.day)
        return values_query(self.measures, self.columns, self.day)


def is_filtered_by_year(measure: Measure) -> bool:
    """Whether it falls into years, and does not itself say of which year it is."""
    texts = [measure.where, *(figure.where for figure in _figures(measure))]
    read = {column for text in texts if text for column in columns_of(parse(text))}
    return measure.year is not None and not any(c.alias == "as_of" and c.name.startswith("fy_") for c in read)


def is_filtered_by_ministry(measure: Measure) -> bool:
    """Whether its rows name a buyer."""
    return "buyer_org_key" in measure.source.keys


def planned(questions: Iterable[Question], day: date) -> list[Query]:
    """The queries that together answer every question, none of them asking what another one answers."""
    together: dict[object, list[Measure]] = {}
    cuts: dict[object, tuple[Cut, ...]] = {}
    known: set[tuple[str, Cut]] = set()
    for question in questions:
        measure = question.measure
        new = [cut for cut in map(question.cut, question.choices) if (measure.key, cut) not in known]
        known |= {(measure.key, cut) for cut in new}
        for asked in [tuple(new)] if _is_of_sums(measure) else [(cut,) for cut in new]:
            if asked:
                key = (asked, _company(measure, asked, day))
                together.setdefault(key, []).append(measure)
                cuts[key] = asked
    return [_query(tuple(measures), cuts[key], day) for key, measures in together.items()]


def _query(measures: tuple[Measure, ...], cuts: tuple[Cut, ...], day: date) -> Query:
    return Query(measures, cuts, tuple(sorted(frozenset().union(*cuts))), day, _is_of_sums(measures[0]))


def _company(measure: Measure, cuts: Iterable[Cut], day: date) -> tuple[object, ...]:
    """What measures that are asked in one query have in common."""
    if measure.is_asked_alone:
        return (measure.key,)
    return _is_of_sums(measure), rows_of(measure, sorted(frozenset().union(*cuts)), day)


def _is_of_sums(measure: Measure) -> bool:
    """Whether it is of sums and counts alone, which every warehouse makes by several cuts at once."""
    is_distinct = any(figure.aggregate is Aggregate.DISTINCT for figure in _figures(measure))
    return not measure.is_asked_alone and not is_distinct


def _figures(measure: Measure) -> list[Figure]:
    return [figure for figure in (measure.numerator, measure.denominator) if figure]
