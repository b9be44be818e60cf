"""The links of a trace: what each says of a root's figures, and whether it agrees with the link before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import MartTable, TableKind
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME
from gem.contracts.source_spec import SourceTable


class Standing(StrEnum):
    """What came of looking at a link."""

    PROVED = "proved"
    BROKEN = "broken"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Link:
    """One link: `name` is a table or object, `says` what stands there, `problem` why it is broken or not checked."""

    what: str
    name: str
    standing: Standing
    says: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Figure:
    """Rows of one root in one place, and the sums of their money."""

    rows: int
    sums: Mapping[str, Decimal]

    def differs(self, other: "Figure", names: tuple[str, ...]) -> str:
        """In which of these columns, or the count of rows, the two differ; empty where they agree."""
        found = [f"{self.rows} rows against {other.rows}"] if self.rows != other.rows else []
        found += [
            f"{name} {self.sums[name]} against {other.sums[name]}"
            for name in names
            if self.sums[name] != other.sums[name]
        ]
        return ", ".join(found)

    @property
    def said(self) -> dict[str, Any]:
        """For a link's `says`."""
        return {"rows": self.rows, **{name: value for name, value in self.sums.items() if value}}


def link(what: str, name: str, problem: str, **says: Any) -> Link:
    """A link that is proved unless there is a problem."""
    return Link(what, name, Standing.BROKEN if problem else Standing.PROVED, says, problem)


def not_checked(what: str, name: str, why: str, **says: Any) -> Link:
    """A link that could not be looked at."""
    return Link(what, name, Standing.NOT_CHECKED, says, why)


def facts_of(aggregate: str) -> list[MartTable]:
    """The facts that hold a row of their own for rows of this aggregate's roots."""
    facts = [table for table in MART_TABLES if table.kind is TableKind.FACT and table.aggregate == aggregate]
    keys = {table.primary_key for table in AGGREGATE_BY_NAME[aggregate].tables}
    return [fact for fact in facts if fact.natural_key in keys]


def source_of(fact: MartTable) -> SourceTable:
    """The source table that has a row for each of the fact's."""
    tables = AGGREGATE_BY_NAME[str(fact.aggregate)].tables
    return next(table for table in tables if table.primary_key == fact.natural_key)


def copied_money(fact: MartTable) -> tuple[str, ...]:
    """The money columns that the fact copies from its source table under the same name."""
    types = {column.name: column.type for column in source_of(fact).extracted_columns}
    own = {column.name: column.type for column in fact.columns}
    return tuple(name for name in fact.money_columns if types.get(name) == own[name])
