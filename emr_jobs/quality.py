"""What a quality rule of one row is, and how many rejects are too many.

A rule speaks of one table and gives one reason code of gem.contracts.quality. Where an operand is NULL the row passes:
a real portal knows less than the model. Rules that see other rows of the same aggregate are set rules.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from pyspark.sql import Column
from pyspark.sql import functions as sf

from gem.contracts.source.aggregates import SOURCE_TABLES


class Check(NamedTuple):
    """What must not hold of a row, and the column to look at where it does."""

    column: str
    is_broken: Column


@dataclass(frozen=True)
class RowRule:
    """Rejects a row of `table` where one of its checks holds; a check that is NULL does not."""

    reason: str
    table: str
    checks: Callable[[], Sequence[Check]]

    def is_broken(self) -> Column:
        """Whether a row breaks the rule; NULL or false where it does not."""
        return reduce(or_, (check.is_broken for check in self.checks()))

    def column(self) -> Column:
        """The name of the first broken column."""
        return sf.coalesce(*(sf.when(check.is_broken, sf.lit(check.column)) for check in self.checks()))

    def value(self) -> Column:
        """The value that is wrong, as text."""
        return sf.coalesce(*(sf.when(check.is_broken, sf.col(check.column).cast("string")) for check in self.checks()))


def each(columns: Iterable[str], is_broken: Callable[[str], Column]) -> tuple[Check, ...]:
    """The same check of several columns."""
    return tuple(Check(name, is_broken(name)) for name in columns)


@dataclass(frozen=True)
class Threshold:
    """A table is quarantined with its batch when both limits are passed."""

    share: float = 0.05
    at_least: int = 10

    def is_passed(self, rejected: int, total: int) -> bool:
        """Whether `rejected` roots (rows, for a table that travels whole) of `total` are too many."""
        return rejected >= self.at_least and rejected > self.share * total


THRESHOLDS: dict[str, Threshold] = {name: Threshold() for name in SOURCE_TABLES}
"""By source table: more than 5 percent of the roots, and at least 10 of them."""
