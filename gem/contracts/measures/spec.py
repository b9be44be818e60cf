"""What a measure is: an exact figure over one fact, and the SQL that answers it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gem.contracts.frozen import Frozen
from gem.contracts.mart.tables import MART_TABLE_BY_NAME


class Unit(StrEnum):
    """What a measure counts."""

    RUPEES = "rupees"
    COUNT = "count"
    RATIO = "ratio"
    SHARE = "share"


class Measure(Frozen):
    """One figure, declared once.

    `numerator` and `denominator` are SQL aggregates over the fact `f` and the dimensions it names, each by its name
    without `dim_` (`seller`, `buyer_org`). A ratio is Σ numerator ÷ Σ denominator at the query's grain, never an
    average of ratios, and NULL where the denominator is 0.
    """

    number: Annotated[int, Field(ge=1)]
    """Its number in DOMAIN section 8; the plain counts under its ratios have numbers from 101."""
    name: str
    description: str
    folder: str
    unit: Unit
    fact: str
    dimensions: tuple[str, ...] = ()
    """The key columns of the fact whose dimensions the measure or a grouping reads."""
    numerator: str
    denominator: str | None = None

    def sql(self, *group_by: str, through: tuple[str, ...] = ()) -> str:
        """A query with one row per combination of `group_by` (such as `buyer_org.org_name`), the figure as `value`.

        `through` names further key columns whose dimensions the grouping reads.
        """
        groups = "".join(f"{column},\n  " for column in group_by)
        tail = f"\ngroup by {', '.join(group_by)}" if group_by else ""
        return f"select\n  {groups}{self._value()} as value\nfrom mart.{self.fact} f{self._joins(through)}{tail}"

    def _value(self) -> str:
        if self.denominator is None:
            return self.numerator
        return f"cast({self.numerator} as numeric(38,6)) / nullif({self.denominator}, 0)"

    def _joins(self, through: tuple[str, ...]) -> str:
        references = {c.name: c.reference for c in MART_TABLE_BY_NAME[self.fact].references if c.reference}
        joins = []
        for key in dict.fromkeys((*self.dimensions, *through)):
            dimension = MART_TABLE_BY_NAME[references[key].dimension]
            alias = dimension.name.removeprefix("dim_")
            joins.append(f"\n  join mart.{dimension.name} {alias} on {alias}.{dimension.key_column} = f.{key}")
        return "".join(joins)
