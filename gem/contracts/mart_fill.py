"""Who fills a warehouse column and from what: a key, another fact, a count, or the sums of a day."""

from enum import StrEnum

from gem.contracts.frozen import Frozen


class Owner(StrEnum):
    """Who fills a warehouse column."""

    CURATED = "curated"
    """The Spark transform, from the table's own aggregate: the column is in the curated Parquet."""
    KEY = "key"
    """The load, by resolving a dimension's surrogate key."""
    OTHER = "other"
    """The load, from another aggregate, whichever of the two changed: `filled_from` says how."""
    DERIVED = "derived"
    """The load, from the rows of the fact that an aggregate sums up: `filled_from` says how."""
    WAREHOUSE = "warehouse"
    """The load's own bookkeeping."""


class KeyReference(Frozen):
    """How the load resolves a surrogate key: which dimension, by which column of the fact, as of which event time."""

    dimension: str
    natural_key: str
    as_of: str | None = None


class Lookup(Frozen):
    """A value from the one row of another fact that a column of this fact names, unknown while that row is not there.

    `by` is the column here that holds the other fact's root id, the first of this fact's sort key: rows are found from
    either side. `value` is SQL over curated columns, in which {own} and {other} stand for the two rows.
    """

    fact: str
    by: str
    value: str


class Rollup(Frozen):
    """A count over the rows of another fact of the same root, by what a dimension of another aggregate says of each.

    `key` is the counted fact's key of that dimension; `condition` is SQL in which {row} stands for the counted row and
    {dimension} for its dimension, of which it reads `attributes`.
    """

    fact: str
    key: str
    condition: str
    attributes: tuple[str, ...]


class GroupedBy(Frozen):
    """What an aggregate parts a day's rows by.

    `value` is SQL over the fact `f` and the dimensions that the aggregate reads, each by its name without `dim_`, as in
    a measure. It is never NULL: the columns of this kind are the aggregate's key.
    """

    value: str


class SumOf(Frozen):
    """A sum over the rows of a group; `value` is SQL as in GroupedBy, and NULL adds nothing."""

    value: str


class RootsOf(Frozen):
    """How many roots have rows in a group that meet `condition`, SQL over the fact `f`.

    One that `is_additive` counts a root once a day, in the group of its first such row: sums over any groups count no
    root twice. Another counts it in every group that holds such a row of it.
    """

    condition: str
    is_additive: bool


class DayAggregate(Frozen):
    """What an aggregate sums up: the rows of `fact` by source and day, and by what its columns are grouped by.

    `day` is the fact's date key, and the aggregate's column of that name. `keys` are the fact's keys of the dimensions
    that the columns read, all of them SCD2: the load knows which days' facts a changed version concerns.
    """

    fact: str
    day: str
    keys: tuple[str, ...]
