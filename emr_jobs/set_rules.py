"""What a quality rule is that sees other rows of the same aggregate, never another aggregate; and the rules of keys."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.raw import RawBatch
from gem.contracts.source.aggregates import AGGREGATES, SOURCE_TABLES
from gem.contracts.source_spec import Aggregate, SourceTable

_MEMBER_BITS = {name: 1 << n for n, name in enumerate(table.name for one in AGGREGATES for table in one.members)}


@dataclass(frozen=True)
class SetRule:
    """Rejects the rows that `faults` names: by `row_key` or by `root_id`, in the table of its column `table`.

    `tables` are those that it may name, or None where it speaks of all.
    """

    reason: str
    tables: tuple[str, ...] | None
    named_by: str
    column: Callable[[SourceTable], str]
    """The column to look at first."""
    faults: Callable[[RawBatch, DataFrame], DataFrame]
    """The batch and its census to a frame of `table` and the column `named_by`."""

    def speaks_of(self, table: str) -> bool:
        """Whether it may name rows of a source table."""
        return self.tables is None or table in self.tables

    def is_asked(self, batch: RawBatch) -> bool:
        """Whether the batch carries a table that it speaks of."""
        return any(self.speaks_of(table) for table in batch.tables)


def row_key(table: SourceTable) -> Column:
    """The primary key of a row as text; NULL where a part of it is missing."""
    return sf.concat(*(sf.col(name).cast("string") for name in table.primary_key))


def root_census(batch: RawBatch) -> DataFrame:
    """aggregate, root_id, is_listed, is_present, members: one row per root that the batch speaks of.

    Listed: among the changed roots. Present: has its own row in the snapshot. `members` has the bit of each
    table with rows of it: a set that is summed up as a number, without a list per root.
    """
    entries = [entry for aggregate in batch.aggregates for entry in _entries(batch, aggregate)]
    return (
        batch.together(entries)
        .where(sf.col("root_id").isNotNull())
        .groupBy("aggregate", "root_id")
        .agg(
            sf.bool_or("is_listed").alias("is_listed"),
            sf.bool_or("is_present").alias("is_present"),
            sf.bit_or("member").alias("members"),
        )
    )


def _members_of(batch: RawBatch) -> Column:
    """The names of the tables whose bits are set in `members`."""
    bits = {name: _MEMBER_BITS[name] for name in batch.tables if name in _MEMBER_BITS}
    names = [sf.when(sf.col("members").bitwiseAND(bit) != 0, sf.lit(name)) for name, bit in bits.items()]
    return sf.array_compact(sf.array(*names, sf.lit(None).cast("string")))


def _entries(batch: RawBatch, aggregate: Aggregate) -> list[DataFrame]:
    # A table that travels whole is its own root, and always there.
    listed = _entry(batch.roots[aggregate.name], aggregate, "root_id", is_present=aggregate.travels_whole)
    if aggregate.travels_whole:
        return [listed]
    rows = batch.tables[aggregate.root.name]
    present = _entry(rows, aggregate, str(aggregate.root.root_column), is_listed=False, is_present=True)
    members = [
        _entry(batch.tables[table.name], aggregate, str(table.root_column), is_listed=False, member=table.name)
        for table in aggregate.members
    ]
    return [listed, present, *members]


def _entry(
    rows: DataFrame,
    aggregate: Aggregate,
    root_column: str,
    *,
    is_listed: bool = True,
    is_present: bool = False,
    member: str = "",
) -> DataFrame:
    return rows.select(
        sf.lit(aggregate.name).alias("aggregate"),
        sf.col(root_column).alias("root_id"),
        sf.lit(is_listed).alias("is_listed"),
        sf.lit(is_present).alias("is_present"),
        sf.lit(_MEMBER_BITS.get(member, 0)).cast("bigint").alias("member"),
    )


def _duplicates(batch: RawBatch, _census: DataFrame) -> DataFrame:
    return batch.together(_repeated_keys(SOURCE_TABLES[name], rows) for name, rows in batch.tables.items())


def _repeated_keys(table: SourceTable, rows: DataFrame) -> DataFrame:
    repeated = rows.groupBy(*table.primary_key).count().where((sf.col("count") > 1) & row_key(table).isNotNull())
    return repeated.select(sf.lit(table.name).alias("table"), row_key(table).alias("row_key"))


def _orphans(batch: RawBatch, census: DataFrame) -> DataFrame:
    return census.where(~sf.col("is_present")).select(sf.explode(_members_of(batch)).alias("table"), "root_id")


def _unlisted(batch: RawBatch, census: DataFrame) -> DataFrame:
    table_of = sf.create_map(*(sf.lit(name) for one in batch.aggregates for name in (one.name, one.root.name)))
    unlisted = census.where(sf.col("is_present") & ~sf.col("is_listed"))
    return unlisted.select(table_of[sf.col("aggregate")].alias("table"), "root_id")


def root_column(table: SourceTable) -> str:
    """The column that names the root of a row; in a table that travels whole its key."""
    return table.root_column or table.primary_key[0]


KEY_RULES: tuple[SetRule, ...] = (
    SetRule("duplicate_key", None, "row_key", lambda table: table.primary_key[0], _duplicates),
    SetRule("orphan_member", None, "root_id", root_column, _orphans),
    SetRule("unlisted_root", None, "root_id", root_column, _unlisted),
)
