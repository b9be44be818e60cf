"""What the preview shows, ready to be written: texts as people read them, numbers where a chart needs them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from gem.contracts.mart_spec import IST_MINUTES
from gem.contracts.measures.spec import Measure, Unit
from gem.figures import CRORE, LAKH, format_figure
from gem.powerbi.pages import Axis, Shape, Visual
from gem.report.asking import ALL, Answer
from gem.report.dates import period
from gem.report.planning import is_filtered_by_ministry, is_filtered_by_year
from gem.report.ranking import fixed_order, ranked

RowsByChoice = dict[str, list[list[str]]]
AnswersOf = Sequence[tuple[Measure, Sequence[Answer]]]
"""What was answered, measure by measure."""
MOST_MEASURES = 8
"""Measures that a table shows beside one another; of more each is a row, and the years are the columns."""
IST = timedelta(minutes=IST_MINUTES)
MONTH = re.compile(r"\d{4}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T")
"""A moment as India's clocks show it."""


@dataclass(frozen=True)
class Card:
    """A headline figure: its text by year and ministry, each "*" for all."""

    key: str
    name: str
    meaning: str
    by_year: bool
    by_ministry: bool
    texts: dict[str, str]
    period: str = ""
    """The days that it is of by itself, whichever year is chosen."""


@dataclass(frozen=True)
class Point:
    """One bar or point of a chart."""

    member: str
    year: str
    ministry: str
    value: float | None
    text: str

    @property
    def label(self) -> str:
        """Its member as people read it."""
        if MONTH.fullmatch(self.member):
            return f"{datetime.fromisoformat(f'{self.member}-01'):%b %Y}"
        if MOMENT.match(self.member):
            return f"{datetime.fromisoformat(self.member):%d %b %Y, %H:%M} IST"
        return self.member


@dataclass(frozen=True)
class Chart:
    """A picture of one measure, or of a bar for each of several."""

    key: str
    title: str
    shape: Shape
    axis: Axis | None
    unit: str
    format: str
    by_year: bool
    by_ministry: bool
    points: tuple[Point, ...]
    note: str = ""
    order: tuple[str, ...] = ()
    """Members whose place is theirs whatever their figures: sizes from the smallest, and what stands last."""


@dataclass(frozen=True)
class Table:
    """Several measures by an axis: rows of texts by year and ministry."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: RowsByChoice
    by_year: bool
    by_ministry: bool
    note: str = ""


@dataclass(frozen=True)
class Listing:
    """Rows as the warehouse has them."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    nothing: str = "None."
    """What is said where there are no rows."""


@dataclass(frozen=True)
class PageView:
    """One page."""

    key: str
    title: str
    question: str
    cards: tuple[Card, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    listings: tuple[Listing, ...] = ()


@dataclass(frozen=True)
class Report:
    """All of it, with where its figures come from."""

    made_at: datetime
    day: str
    loaded: tuple[tuple[str, str, str], ...]
    """Of each source: its id, the newest batch that is loaded, and the time of its snapshot in India."""
    years: tuple[str, ...]
    ministries: tuple[str, ...]
    pages: tuple[PageView, ...] = field(default_factory=tuple)
    notice: str = ""
    """What stands on every page, such as that the data are generated."""
    warning: str = ""
    """Why figures as of the day mislead."""


def card(measure: Measure, answers: Sequence[Answer], day: date) -> Card:
    """A headline figure of what was answered as of the day."""
    texts = {f"{each.year}|{each.ministry}": format_figure(each.value, measure.unit) for each in answers}
    rule = f" As of a day D: {measure.as_of_rule}" if measure.as_of_rule else ""
    return Card(
        measure.key,
        measure.name,
        f"{measure.description}{rule}",
        is_filtered_by_year(measure),
        is_filtered_by_ministry(measure),
        texts,
        period(measure, day),
    )


def chart(key: str, visual: Visual, answers: AnswersOf, by_value: Sequence[Answer] = ()) -> Chart:
    """A picture of what was answered, of the members with most net GMV, which `by_value` says."""
    first = answers[0][0]
    found = [(measure, each) for measure, own in answers for each in own]
    names = dict(zip([measure.key for measure, _ in answers], short_names([m.name for m, _ in answers]), strict=True))
    members, note = ranked(visual.axis_of_members, [each for _, each in found], by_value, is_table=False)
    unit, scale = _scale(first.unit, [each.value for _, each in found])
    points = tuple(
        Point(
            each.member or names[measure.key],
            each.year,
            each.ministry,
            None if each.value is None else round(float(each.value / scale), 6),
            format_figure(each.value, measure.unit),
        )
        for measure, each in found
        if members is None or each.member in members
    )
    return Chart(
        key=key,
        title=visual.title,
        shape=visual.shape,
        axis=visual.by,
        unit=f"{first.name if visual.by else ''}{unit}".removeprefix(", "),
        format={Unit.SHARE: ".0%", Unit.POINTS: "+.0f"}.get(first.unit, ",.2~f"),
        by_year=is_filtered_by_year(first),
        by_ministry=is_filtered_by_ministry(first) and visual.by is not Axis.MINISTRY,
        points=points,
        note=note,
        order=fixed_order(visual.by, members or ()),
    )


def table(key: str, visual: Visual, answers: AnswersOf, by_value: Sequence[Answer] = ()) -> Table:
    """A table of what was answered; a measure that a choice does not reach shows what it is of all."""
    found = [each for _, own in answers for each in own]
    members, note = ranked(visual.axis_of_members, found, by_value, is_table=True)
    known = {(m.key, a.member, a.year, a.ministry): format_figure(a.value, m.unit) for m, own in answers for a in own}
    there: dict[tuple[str, str], dict[str, None]] = {}
    for _, own in answers:
        for each in own:
            if members is None or each.member in members:
                there.setdefault((each.year, each.ministry), {})[each.member] = None
    measures = [measure for measure, _ in answers]
    reach = [(each.key, is_filtered_by_year(each), is_filtered_by_ministry(each)) for each in measures]
    rows = {
        f"{year}|{ministry}": [
            [
                member,
                *(
                    known.get((key, member, year if by_year else ALL, ministry if by_ministry else ALL), "—")
                    for key, by_year, by_ministry in reach
                ),
            ]
            for member in _ordered(present, members)
        ]
        for (year, ministry), present in there.items()
    }
    head = (str(visual.by).capitalize(), *(measure.name for measure in measures))
    if visual.by is Axis.YEAR and len(measures) > MOST_MEASURES:
        head, rows = _turned(head, rows)
    return Table(
        key,
        visual.title,
        head,
        rows,
        by_year=visual.by is not Axis.YEAR and any(map(is_filtered_by_year, measures)),
        by_ministry=visual.by is not Axis.MINISTRY and any(map(is_filtered_by_ministry, measures)),
        note=note,
    )


def _turned(head: tuple[str, ...], rows: RowsByChoice) -> tuple[tuple[str, ...], RowsByChoice]:
    """A table with its columns as rows: every member is a column, also where a choice has no row of it."""
    members = sorted({row[0] for chosen in rows.values() for row in chosen})
    turned = {}
    for choice, chosen in rows.items():
        by_member = {row[0]: row for row in chosen}
        turned[choice] = [
            [name, *(by_member[member][place] if member in by_member else "—" for member in members)]
            for place, name in enumerate(head[1:], start=1)
        ]
    return ("Measure", *members), turned


def short_names(names: Sequence[str]) -> list[str]:
    """Names without the words that all of them begin with, or else end with: those are their picture's title."""
    parted = [name.split() for name in names]
    before = _common(parted)
    after = 0 if before else _common([words[::-1] for words in parted])
    cut = [" ".join(words[before : len(words) - after]) for words in parted]
    return [each[0].upper() + each[1:] for each in cut] if len(names) > 1 and all(cut) else list(names)


def _common(parted: Sequence[Sequence[str]]) -> int:
    """How many words all begin with."""
    return next((n for n, words in enumerate(zip(*parted, strict=False)) if len(set(words)) > 1), 0)


def _ordered(found: Iterable[str], members: list[str] | None) -> list[str]:
    """In the order of the members; years from the first."""
    return sorted(found) if members is None else [member for member in members if member in set(found)]


def _scale(unit: Unit, values: Sequence[Decimal | None]) -> tuple[str, Decimal]:
    """What a chart's numbers are of: rupees in crore or lakh, as the largest asks."""
    if unit is not Unit.RUPEES:
        others = {Unit.DAYS: (", days", Decimal(1)), Unit.POINTS: (", percentage points", Decimal("0.01"))}
        return others.get(unit, ("", Decimal(1)))
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    return (", ₹ crore", CRORE) if largest >= CRORE else (", ₹ lakh", LAKH)


def in_india(moment: datetime) -> str:
    """A moment in UTC as India's clocks show it."""
    return f"{moment + IST:%d %b %Y, %H:%M} IST"
