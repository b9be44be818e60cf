"""The vocabulary of the source: its tables, grouped into the aggregates that travel as one."""

from enum import StrEnum
from functools import cached_property
from typing import Self

from pydantic import model_validator

from gem.contracts.frozen import Frozen
from gem.contracts.types import Type

SOURCE_SCHEMA = "gem"

WHOLE_TABLE_ROOT = 0
"""The root id of an aggregate that travels whole: the table itself is the root."""


class Personal(StrEnum):
    """What becomes of a column on the way out of PostgreSQL: a dropped one never leaves it."""

    KEEP = "keep"
    DROP = "drop"
    HASH = "hash"


class Column(Frozen):
    """A column of a source table."""

    name: str
    type: Type
    nullable: bool = True
    personal: Personal = Personal.KEEP
    comment: str = ""


class SourceTable(Frozen):
    """A table of the source database; `root_column` holds the id of the root its rows belong to.

    `root_column` is None in a reference table, which travels whole. In such a table the rows with one first column of
    the key tell of one thing (a parameter and its periods), and `parent_column` names the row above in a tree.
    """

    name: str
    comment: str
    primary_key: tuple[str, ...]
    root_column: str | None
    parent_column: str | None = None
    columns: tuple[Column, ...]

    @model_validator(mode="after")
    def _keys_are_columns(self) -> Self:
        names = {column.name for column in self.columns}
        missing = {*self.primary_key, *filter(None, (self.root_column, self.parent_column))} - names
        if missing:
            raise ValueError(f"{self.name}: key columns that are not declared: {sorted(missing)}")
        return self

    @cached_property
    def extracted_columns(self) -> tuple[Column, ...]:
        """The columns of a raw part, in order: all but the dropped ones."""
        return tuple(column for column in self.columns if column.personal is not Personal.DROP)

    def column(self, name: str) -> Column:
        """The declared column of that name; KeyError names the table too."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name} is not declared")


class Aggregate(Frozen):
    """A root with its members: what is extracted, replaced and versioned as one (DESIGN law 2)."""

    name: str
    tables: tuple[SourceTable, ...]
    travels_whole: bool = False

    @property
    def root(self) -> SourceTable:
        """The table that holds the roots."""
        return self.tables[0]

    @property
    def members(self) -> tuple[SourceTable, ...]:
        """The tables that hang on the root."""
        return self.tables[1:]
