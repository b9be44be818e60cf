"""The vocabulary of the warehouse: its tables and their columns, from which DDL, COPY and Spark schemas derive."""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from gem.contracts.frozen import Frozen
from gem.contracts.mart_fill import DayAggregate, GroupedBy, KeyReference, Lookup, Owner, Rollup, RootsOf, SumOf
from gem.contracts.types import BIGINT, BOOLEAN, INTEGER, TIMESTAMP, Type, varchar

SOURCE_ID = varchar(32)

BATCH_ID = varchar(64)

ROW_HASH = varchar(32)

UNKNOWN_KEY = -1
"""The member for a natural key that the dimension does not hold (yet): such facts are resolved when it arrives."""

NOT_STATED_KEY = -2
"""The member for a fact that names no natural key: nothing will ever resolve it."""

BEGINNING_OF_TIME = "1900-01-01 00:00:00"

IST_MINUTES = 330
"""Indian Standard Time is UTC + 5:30, without summer time."""

END_OF_TIME = "9999-12-31 00:00:00"


class MartColumn(Frozen):
    """A column of a warehouse table."""

    name: str
    type: Type
    comment: str
    nullable: bool = True
    owner: Owner = Owner.CURATED
    reference: KeyReference | None = None
    filled_from: Lookup | Rollup | GroupedBy | SumOf | RootsOf | None = None
    business_validity: bool = False
    """SCD2 only: the value follows the newest observation's business validity, not the time it was observed."""
    member_of: str | None = None
    """The static dimension whose member the transform names; dates name `dim_date` by their suffix alone."""

    @model_validator(mode="after")
    def _reference_goes_with_key(self) -> Self:
        if (self.reference is None) == (self.owner is Owner.KEY):
            raise ValueError(f"{self.name}: a column owned by KEY has a reference, and no other has")
        if (self.filled_from is None) == (self.owner in (Owner.OTHER, Owner.DERIVED)):
            raise ValueError(
                f"{self.name}: a column owned by OTHER or DERIVED says what it is filled from, and no other does"
            )
        return self


class TableKind(StrEnum):
    """What a warehouse table is, which decides how it is loaded."""

    STATIC = "static"
    """Filled by a migration (dim_date)."""
    SCD1 = "scd1"
    """A dimension whose rows are overwritten."""
    SCD2 = "scd2"
    """A dimension that keeps its versions, rebuilt from all observations of a key."""
    FACT = "fact"
    """Rows of touched roots are deleted and inserted as one set."""
    PERIODIC = "periodic"
    """A fact that a job of the warehouse (sql/jobs) makes of other tables, period by period; no load touches it."""
    AGGREGATE = "aggregate"
    """Sums of a fact by day: the days of rows that a load changed are computed again."""


LOADED_FROM_FILES = (TableKind.SCD1, TableKind.SCD2, TableKind.FACT)
"""The kinds whose rows come in curated files."""

DW_COLUMNS: tuple[MartColumn, ...] = (
    MartColumn(name="batch_id", type=BATCH_ID, owner=Owner.WAREHOUSE, comment="Batch that last wrote the row"),
    MartColumn(name="source_version", type=BIGINT, owner=Owner.WAREHOUSE, comment="batch_seq of that batch"),
    MartColumn(name="dw_inserted_at", type=TIMESTAMP, owner=Owner.WAREHOUSE, comment="First load of the row, UTC"),
    MartColumn(name="dw_updated_at", type=TIMESTAMP, owner=Owner.WAREHOUSE, comment="Last load of the row, UTC"),
)

SCD2_COLUMNS: tuple[MartColumn, ...] = (
    MartColumn(name="valid_from", type=TIMESTAMP, nullable=False, owner=Owner.WAREHOUSE, comment="Valid from, UTC"),
    MartColumn(
        name="valid_to", type=TIMESTAMP, nullable=False, owner=Owner.WAREHOUSE, comment="Valid to, UTC, exclusive"
    ),
    MartColumn(name="is_current", type=BOOLEAN, nullable=False, owner=Owner.WAREHOUSE, comment="The newest version"),
    MartColumn(name="row_hash", type=ROW_HASH, nullable=False, owner=Owner.WAREHOUSE, comment="MD5 of the attributes"),
)

OBSERVATION_COLUMNS: tuple[MartColumn, ...] = (
    MartColumn(
        name="observed_at", type=TIMESTAMP, nullable=False, comment="When its newest row changed at the source, UTC"
    ),
    MartColumn(
        name="segment_from",
        type=TIMESTAMP,
        nullable=False,
        comment="Start of the business validity that this row describes; 1900-01-01 for the first, UTC",
    ),
)
"""What a curated SCD2 row carries beside its key and attributes: one row per key and segment."""

SOURCE_ID_COLUMN = MartColumn(name="source_id", type=SOURCE_ID, nullable=False, comment="Source database")

COMPUTED_AT_COLUMN = MartColumn(
    name="dw_updated_at", type=TIMESTAMP, owner=Owner.WAREHOUSE, comment="When it was last computed, UTC"
)
"""All the bookkeeping of what is computed in the warehouse: its rows are of no one batch."""


class Member(Frozen):
    """A member of a static dimension that is declared with it: its key, and the values of its other columns."""

    key: int
    values: dict[str, str | bool | None]


class MartTable(Frozen):
    """A warehouse table, declared once: DDL, COPY lists, Spark schemas and the dictionary derive from it.

    `columns` are the table's own, without the bookkeeping that `warehouse_columns` adds. A dimension's surrogate key is
    `key_column`. `natural_key` identifies a row within a source; a fact row belongs to the root in `root_column`.
    """

    name: str
    comment: str
    kind: TableKind
    aggregate: str | None
    grain: str
    natural_key: tuple[str, ...]
    columns: tuple[MartColumn, ...]
    root_column: str | None = None
    dist_key: str | None = None
    """DISTKEY; None means DISTSTYLE ALL, or EVEN where `dist_even` says so."""
    dist_even: bool = False
    sort_key: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    """The members of a static dimension; dim_date has its own migration."""
    sums_up: DayAggregate | None = None
    """What a table of kind AGGREGATE is made of."""
    fresh_within_hours: Annotated[int, Field(ge=1)] = 26
    """How far it may lie behind its source at most: a day between daily runs, and two hours for the run."""

    @model_validator(mode="after")
    def _aggregates_sum_up(self) -> Self:
        if (self.sums_up is None) == (self.kind is TableKind.AGGREGATE):
            raise ValueError(f"{self.name}: an aggregate says what it sums up, and no other table does")
        return self

    @property
    def is_dimension(self) -> bool:
        """Whether the table has a surrogate key and unknown members."""
        return self.kind in (TableKind.STATIC, TableKind.SCD1, TableKind.SCD2)

    @property
    def key_column(self) -> str:
        """A dimension's surrogate key: `dim_seller` has `seller_key`."""
        return self.name.removeprefix("dim_") + "_key"

    @cached_property
    def attributes(self) -> tuple[MartColumn, ...]:
        """The curated columns that are not key: what SCD2 hashes and MERGE updates."""
        keys = {"source_id", *self.natural_key}
        return tuple(c for c in self.columns if c.owner is Owner.CURATED and c.name not in keys)

    @cached_property
    def curated_columns(self) -> tuple[MartColumn, ...]:
        """The columns of the curated Parquet and of COPY, in order."""
        own = tuple(c for c in self.columns if c.owner is Owner.CURATED)
        extra = OBSERVATION_COLUMNS if self.kind is TableKind.SCD2 else ()
        return (SOURCE_ID_COLUMN, *own, *extra)

    @cached_property
    def warehouse_columns(self) -> tuple[MartColumn, ...]:
        """The columns of the table in the warehouse, in order."""
        if self.kind is TableKind.STATIC:
            return self.columns
        if self.kind in (TableKind.PERIODIC, TableKind.AGGREGATE):
            return (SOURCE_ID_COLUMN, *self.columns, COMPUTED_AT_COLUMN)
        key = MartColumn(
            name=self.key_column,
            type=BIGINT,
            nullable=False,
            owner=Owner.WAREHOUSE,
            comment="Surrogate key: a deterministic hash; -1 unknown, -2 not stated",
        )
        history = SCD2_COLUMNS if self.kind is TableKind.SCD2 else ()
        return (*((key,) if self.is_dimension else ()), SOURCE_ID_COLUMN, *self.columns, *history, *DW_COLUMNS)

    @cached_property
    def references(self) -> tuple[MartColumn, ...]:
        """The surrogate key columns that the load resolves."""
        return tuple(c for c in self.columns if c.owner is Owner.KEY)

    @cached_property
    def lookups(self) -> tuple[tuple[MartColumn, Lookup], ...]:
        """The columns that the load copies from a row of another aggregate, with how."""
        return tuple((c, c.filled_from) for c in self.columns if isinstance(c.filled_from, Lookup))

    @cached_property
    def rollups(self) -> tuple[tuple[MartColumn, Rollup], ...]:
        """The columns that the load counts by what another aggregate says, with how."""
        return tuple((c, c.filled_from) for c in self.columns if isinstance(c.filled_from, Rollup))

    @cached_property
    def money_columns(self) -> tuple[str, ...]:
        """The curated decimal columns whose sums the curated manifest states and the load checks."""
        return tuple(c.name for c in self.columns if c.owner is Owner.CURATED and c.type.precision == 18)


def key_reference(name: str, dimension: str, natural_key: str, as_of: str | None, comment: str) -> MartColumn:
    """A surrogate key column of a fact; -1 where the dimension does not know the key (yet), -2 where none is stated."""
    return MartColumn(
        name=name,
        type=BIGINT,
        nullable=False,
        owner=Owner.KEY,
        comment=comment,
        reference=KeyReference(dimension=dimension, natural_key=natural_key, as_of=as_of),
    )


def member_key(name: str, dimension: str, comment: str) -> MartColumn:
    """The key of a static dimension's member; -1 where the code is not among them, -2 where none is stated."""
    return MartColumn(name=name, type=BIGINT, nullable=False, member_of=dimension, comment=comment)


def date_key(name: str, comment: str) -> MartColumn:
    """A date key: the IST date of an instant as yyyymmdd; -1 where the instant is unknown."""
    return MartColumn(name=name, type=INTEGER, nullable=False, comment=comment)
