"""What a measure is: an exact figure over one relation, declared as its parts, from which its SQL is made."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from gem.contracts.frozen import Frozen
from gem.contracts.measures.relations import RELATIONS, Relation, alias_of
from gem.contracts.policy import PARAMETER_BY_CODE


class Unit(StrEnum):
    """What a measure counts."""

    RUPEES = "rupees"
    COUNT = "count"
    RATIO = "ratio"
    SHARE = "share"
    POINTS = "points"
    """A share less another."""
    DAYS = "days"
    INDEX = "index"

    @property
    def is_of_shares(self) -> bool:
        """Whether people read it in hundredths."""
        return self in (Unit.SHARE, Unit.POINTS)

    @property
    def digits(self) -> int:
        """Digits behind the point to which a value is rounded, half away from zero."""
        return {Unit.RUPEES: 2, Unit.COUNT: 0, Unit.DAYS: 2, Unit.INDEX: 2}.get(self, 6)

    @property
    def digits_in_full(self) -> int:
        """Digits behind the point of a total to be compared, a share in percent; Power BI keeps four exactly."""
        return min(self.digits, 4)

    @property
    def format_string(self) -> str:
        """How Power BI and Excel show it."""
        by_unit = {
            Unit.RUPEES: "₹ #,##0.00",
            Unit.COUNT: "#,##0",
            Unit.SHARE: "0.0 %",
            Unit.POINTS: "+0.0 %;-0.0 %;0.0 %",
            Unit.DAYS: "#,##0.0",
            Unit.INDEX: "#,##0",
        }
        return by_unit.get(self, "#,##0.00")


class Aggregate(StrEnum):
    """How rows become one figure."""

    SUM = "sum"
    SQUARED_SUM = "squared_sum"
    """The square of the sum."""
    COUNT = "count"
    DISTINCT = "distinct"
    MEDIAN = "median"
    P90 = "p90"
    MAX = "max"


CONTINUOUS = {Aggregate.MEDIAN: "0.5", Aggregate.P90: "0.9"}
"""Quantiles between two rows are interpolated."""


class Figure(Frozen):
    """An aggregate over the rows of a measure's relation `f` and the dimensions it reads.

    `of` is SQL per row, or for DISTINCT the columns of `f` whose combinations are counted within their source. Only
    rows that meet `where` belong. One for which that is unknown does not; but where it is known of no row at all, the
    numerator of a ratio is unknown, not 0.
    """

    aggregate: Aggregate
    of: str = ""
    where: str | None = None
    less: str | None = None
    """Of a sum: what is taken from it, summed up by itself; unknown where either is."""
    is_shortfall: bool = False
    """Of a difference: 0 where it is below."""


def total(of: str, where: str | None = None) -> Figure:
    """Σ of the rows."""
    return Figure(aggregate=Aggregate.SUM, of=of, where=where)


def difference(of: str, less: str, where: str | None = None, *, is_shortfall: bool = False) -> Figure:
    """Σ of the rows less another Σ."""
    return Figure(aggregate=Aggregate.SUM, of=of, where=where, less=less, is_shortfall=is_shortfall)


def rows(where: str | None = None) -> Figure:
    """How many rows."""
    return Figure(aggregate=Aggregate.COUNT, where=where)


def distinct(*columns: str, where: str | None = None) -> Figure:
    """How many different combinations, NULL not counted."""
    return Figure(aggregate=Aggregate.DISTINCT, of=" ".join(columns), where=where)


def most(of: str) -> Figure:
    """The highest of the rows."""
    return Figure(aggregate=Aggregate.MAX, of=of)


def median(of: str) -> Figure:
    """The middle one of the rows where it is known, interpolated between two."""
    return Figure(aggregate=Aggregate.MEDIAN, of=of)


def ninetieth(of: str) -> Figure:
    """The 90th percentile of the rows where it is known, interpolated between two."""
    return Figure(aggregate=Aggregate.P90, of=of)


class Measure(Frozen):
    """One figure, declared once.

    Conditions and values are SQL over the relation `f`, the dimensions of `dimensions`, each by its name without
    `dim_` (`seller`, `contract_date`), and, where `as_of_rule` says what that means, the day `as_of` of dim_date. A
    ratio is Σ numerator ÷ Σ denominator at the query's grain, never an average of ratios, and NULL where the
    denominator is 0. A sum or count of no rows is 0.
    """

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
    """Its name for programs; never changes."""
    number: Annotated[int, Field(ge=1)]
    """Its number in DOMAIN section 8, which several may share; plain counts have numbers from 101."""
    name: str
    description: str
    folder: str
    unit: Unit
    relation: str
    numerator: Figure
    denominator: Figure | None = None
    where: str | None = None
    """Which rows count at all, in numerator and denominator."""
    dimensions: tuple[str, ...] = ()
    """The keys of the relation whose dimensions the figures read."""
    by_day: str | None = None
    """The date key by which it falls into periods, where it is not the relation's."""
    slices: tuple[str, ...] = ()
    """What its view groups by beside the financial year."""
    as_of_rule: str = ""
    """What of it depends on a day D, "" where nothing does."""
    parameters: tuple[str, ...] = ()
    """Policy parameters in force on D, each read by its code in lower case."""
    per: tuple[str, ...] = ()
    """Columns of `f` by which rows are first summed up, each within its source; `inner` is then `part.amount`."""
    inner: Figure | None = None
    shown_where: str | None = None
    """A condition over aggregates without which there is no value."""
    expression: str | None = None
    """The remainder: SQL over aggregates in place of numerator by denominator, which then only stand for its parts."""
    dax: str | None = None
    """The remainder in DAX: what no DAX is made of, because it has an expression, parameters or two steps."""

    @model_validator(mode="after")
    def _refers_to_what_is_declared(self) -> Self:
        unknown = {*self.dimensions, *([self.by_day] if self.by_day else [])} - set(self.source.keys)
        unknown |= set(self.parameters) - set(PARAMETER_BY_CODE)
        if unknown:
            raise ValueError(f"{self.key}: neither keys of {self.relation} nor parameters: {sorted(unknown)}")
        if bool(self.per) != (self.inner is not None):
            raise ValueError(f"{self.key}: `per` goes with `inner`")
        if self.parameters and not self.as_of_rule:
            raise ValueError(f"{self.key}: a parameter is in force on a day: say the rule of it")
        if bool(self.dax) != bool(self.expression or self.parameters or self.per):
            raise ValueError(f"{self.key}: what has an expression, parameters or two steps says its DAX, and no other")
        return self

    @property
    def source(self) -> Relation:
        """The relation it is read from."""
        return RELATIONS[self.relation]

    @property
    def grain(self) -> str:
        """What a row of its relation is."""
        return self.source.grain

    @property
    def day(self) -> str | None:
        """The date key by which it falls into periods; None where it has none."""
        return self.by_day or self.source.day

    @property
    def year(self) -> str | None:
        """The column to group by for financial years; None where it falls into none."""
        if self.source.own_year:
            return f"f.{self.source.own_year}"
        return f"{alias_of(self.day)}.financial_year" if self.day else None

    @property
    def adds_up(self) -> bool:
        """Whether it is a sum or a count, and so 0 of no rows, where all else is unknown."""
        kinds = (Aggregate.SUM, Aggregate.COUNT, Aggregate.DISTINCT)
        return self.denominator is None and self.numerator.aggregate in kinds and self.numerator.less is None

    @property
    def is_asked_alone(self) -> bool:
        """Whether no query answers it beside another one: Redshift makes neither two steps nor quantiles so."""
        figures = (figure for figure in (self.numerator, self.denominator) if figure)
        return bool(self.per) or any(figure.aggregate in CONTINUOUS for figure in figures)

    @property
    def format_string(self) -> str:
        """How Power BI and Excel show it."""
        return self.unit.format_string

    def sql(self, *group_by: str, through: tuple[str, ...] = (), as_of: date | None = None) -> str:
        """A query with one row per combination of `group_by` (such as `buyer_org.org_name`), the figure as `value`.

        The dimensions that `group_by` names are joined by the relation's keys of them, or by those in `through`.
        `as_of` is the day D; the present day in India without.
        """
        from gem.contracts.measures.query import value_query  # noqa: PLC0415  (it reads this module)

        return value_query(self, group_by, through, as_of)

    def parts_sql(self, *group_by: str, through: tuple[str, ...] = (), as_of: date | None = None) -> str:
        """The same with `numerator` and `denominator`, exact and not rounded, in place of `value`.

        The denominator of what is no ratio is 1.
        """
        from gem.contracts.measures.query import parts_query  # noqa: PLC0415

        return parts_query(self, group_by, through, as_of)
