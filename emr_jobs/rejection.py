"""Rejected rows: found by the quality rules, set aside with their reason, and their aggregates left out whole.

A rejected row takes every row of its root out of this batch, and the root itself: the warehouse keeps what it has. A
table that travels whole has no such roots: there the rejected row takes out the rows in which it has a say, those below
it in a tree and the other periods of its parameter, and the warehouse keeps these as they are. Without it they would
tell of themselves what was never true, and by their history for good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.quality import THRESHOLDS, RowRule
from emr_jobs.raw import Frames, RawBatch, empty_frame
from emr_jobs.rules import ROW_RULES, SET_RULES
from emr_jobs.set_rules import SetRule, root_column, row_key
from emr_jobs.transforms.hierarchy import MAX_HOPS, with_ancestors
from gem.contracts.manifest import Rejects
from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.source_spec import WHOLE_TABLE_ROOT, Aggregate, SourceTable

REJECTED_COLUMNS = ("reason", "column", "value", "root_id", "row")
_VIOLATION = "table string, row_key string, reason string, column string, value string, root_id bigint, row string"
_JSON = {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", "ignoreNullFields": "false"}


@dataclass(frozen=True)
class RejectionSummary:
    """How many rows of each table were rejected for which reason, and whether that is too much for the batch."""

    rejects: tuple[Rejects, ...] = ()
    too_many: tuple[str, ...] = ()
    """The tables whose threshold is passed."""

    @property
    def tables(self) -> frozenset[str]:
        """The source tables with a rejected row."""
        return frozenset(reject.table for reject in self.rejects)


def violations(batch: RawBatch, census: DataFrame) -> DataFrame:
    """One row per rejected row and reason: table, row_key, and the REJECTED_COLUMNS.

    Rows are fetched only for the reasons that occur: one job finds these for all tables and rules. Of a good batch the
    frame is empty without a further job; else it is persisted, and the caller unpersists it.

    No rule sees more than one aggregate, so ask for one at a time (`batch.only`): every task of a job is sent the whole
    of its plan, and a plan of all tables and rules takes longer to unpack than a small batch to check.
    """
    faults = [(rule, rule.faults(batch, census)) for rule in SET_RULES if rule.is_asked(batch)]
    occurring = [
        *(_broken_rules(rows, name) for name, rows in batch.tables.items()),
        *(frame.select("table", sf.lit(rule.reason).alias("reason")) for rule, frame in faults),
    ]
    occurs = {(row["table"], row["reason"]) for row in batch.together(occurring).distinct().collect()}
    found = [
        _row_violations(rule, batch.tables[rule.table]) for rule in ROW_RULES if (rule.table, rule.reason) in occurs
    ]
    found += [
        _set_violations(rule, batch.tables[table], SOURCE_TABLES[table], frame)
        for rule, frame in faults
        for table in batch.tables
        if rule.speaks_of(table) and (table, rule.reason) in occurs
    ]
    if not found:
        return empty_frame(census.sparkSession, _VIOLATION)
    return reduce(DataFrame.unionByName, found).persist()


def _broken_rules(rows: DataFrame, table: str) -> DataFrame:
    """table, reason: the row rules that some row of a table breaks."""
    reasons = [sf.when(sf.bool_or(rule.is_broken()), sf.lit(rule.reason)) for rule in ROW_RULES if rule.table == table]
    broken = rows.agg(sf.array_compact(sf.array(*reasons)).alias("reasons"))
    return broken.select(sf.lit(table).alias("table"), sf.explode("reasons").alias("reason"))


def _row_violations(rule: RowRule, rows: DataFrame) -> DataFrame:
    return rows.where(rule.is_broken()).select(
        sf.lit(rule.reason).alias("reason"),
        rule.column().alias("column"),
        rule.value().alias("value"),
        *_identity(SOURCE_TABLES[rule.table]),
    )


def _set_violations(rule: SetRule, rows: DataFrame, table: SourceTable, faults: DataFrame) -> DataFrame:
    named = faults.where(sf.col("table") == table.name).select(sf.col(rule.named_by).alias("named"))
    name = row_key(table) if rule.named_by == "row_key" else sf.col(root_column(table))
    return (
        rows.withColumn("named", name)
        .join(named, "named", "left_semi")
        .select(
            sf.lit(rule.reason).alias("reason"),
            sf.lit(rule.column(table)).alias("column"),
            sf.col(rule.column(table)).cast("string").alias("value"),
            *_identity(table),
        )
    )


def _identity(table: SourceTable) -> list[Column]:
    root = sf.col(table.root_column) if table.root_column else sf.lit(WHOLE_TABLE_ROOT)
    return [
        sf.lit(table.name).alias("table"),
        root.cast("bigint").alias("root_id"),
        row_key(table).alias("row_key"),
        sf.to_json(sf.struct(*(column.name for column in table.extracted_columns)), _JSON).alias("row"),
    ]


def summarise(found: DataFrame, batch: RawBatch) -> RejectionSummary:
    """Collects the counts (one row a table and reason) and holds them against the thresholds."""
    counted = found.rollup("table", "reason").agg(
        sf.count("*").alias("rows"),
        sf.count_distinct("root_id").alias("roots"),
        sf.count_distinct("row_key").alias("keys"),
    )
    rows = [row for row in counted.collect() if row["table"] is not None]
    by_reason = sorted(
        (row for row in rows if row["reason"] is not None), key=lambda row: (row["table"], row["reason"])
    )
    whole = {table.name for aggregate in batch.aggregates if aggregate.travels_whole for table in aggregate.tables}
    rejects = tuple(
        Rejects(
            table=row["table"],
            reason=row["reason"],
            rows=row["rows"],
            roots=0 if row["table"] in whole else row["roots"],
        )
        for row in by_reason
    )
    rejected = {
        row["table"]: row["keys"] if row["table"] in whole else row["roots"] for row in rows if row["reason"] is None
    }
    return RejectionSummary(rejects, tuple(sorted(_too_many(batch, rejected))))


def _too_many(batch: RawBatch, rejected: dict[str, int]) -> Iterable[str]:
    changed_roots = {aggregate.name: aggregate.changed_roots for aggregate in batch.manifest.aggregates}
    for aggregate in batch.aggregates:
        for table in aggregate.tables:
            total = batch.rows(table.name) if aggregate.travels_whole else changed_roots[aggregate.name]
            if THRESHOLDS[table.name].is_passed(rejected.get(table.name, 0), total):
                yield table.name


def accepted_tables(batch: RawBatch, found: DataFrame, tables: frozenset[str]) -> Frames:
    """The rows of every table without the rejected aggregates; `tables` names those with a rejected row."""
    accepted: dict[str, DataFrame] = {}
    for aggregate in batch.aggregates:
        has_rejects = _has_reject(aggregate, tables)
        for table in aggregate.tables:
            rows = batch.tables[table.name]
            accepted[table.name] = _without_rejected(rows, found, aggregate, table) if has_rejects else rows
    return accepted


def _without_rejected(rows: DataFrame, found: DataFrame, aggregate: Aggregate, table: SourceTable) -> DataFrame:
    if table.root_column is None:
        return _untouched(rows, found.where(sf.col("table") == table.name), table)
    names = [one.name for one in aggregate.tables]
    rejected = found.where(sf.col("table").isin(names)).select(sf.col("root_id").alias(table.root_column))
    return rows.where(sf.col(table.root_column).isNotNull()).join(rejected, table.root_column, "left_anti")


def _untouched(rows: DataFrame, rejected: DataFrame, table: SourceTable) -> DataFrame:
    """Of a table that travels whole the rows in which no rejected one has a say."""
    subject = table.primary_key[0]
    named = rejected.select(sf.get_json_object("row", f"$.{subject}").alias("named"))
    told = rows.select(sf.col(subject).alias("affected"), sf.col(subject).cast("string").alias("named"))
    if table.parent_column:
        paths = with_ancestors(rows, subject, table.parent_column, (), MAX_HOPS)
        above = sf.explode(sf.transform("path", lambda node: node[subject].cast("string")))
        told = paths.select(sf.col(subject).alias("affected"), above.alias("named"))
    affected = told.join(named, "named", "left_semi").select("affected")
    keyed = rows.where(row_key(table).isNotNull())
    return keyed.join(affected, sf.col(subject) == sf.col("affected"), "left_anti")


def accepted_roots(batch: RawBatch, census: DataFrame, found: DataFrame) -> DataFrame:
    """source_id, aggregate, root_id, is_deleted: every changed root that was not rejected.

    A changed root that is absent from the snapshot was deleted at the source; a table that travels whole never is.
    """
    by_roots = [one for one in batch.aggregates if not one.travels_whole]
    aggregate_of = [
        sf.when(sf.col("table").isin([table.name for table in one.tables]), sf.lit(one.name)) for one in by_roots
    ]
    nowhere = sf.lit(None).cast("string")
    rejected = found.select(sf.coalesce(*aggregate_of, nowhere).alias("aggregate"), "root_id")
    return (
        census.where("is_listed")
        .join(rejected, ["aggregate", "root_id"], "left_anti")
        .select(
            sf.lit(batch.manifest.source_id).alias("source_id"),
            "aggregate",
            "root_id",
            (~sf.col("is_present")).alias("is_deleted"),
        )
    )


def rejected_roots(batch: RawBatch, found: DataFrame) -> DataFrame:
    """source_id, aggregate, root_id, source_table, reason, rejected_rows: why the batch brings nothing of a root.

    Rows that name no root are in no such row. A table that travels whole is its own root, of which it brings the rest.
    """
    named = [(table.name, one.name) for one in batch.aggregates for table in one.tables]
    aggregate_of = sf.create_map(*(sf.lit(name) for pair in named for name in pair))
    return (
        found.where(sf.col("root_id").isNotNull())
        .groupBy("root_id", "table", "reason")
        .agg(sf.count("*").alias("rejected_rows"))
        .select(
            sf.lit(batch.manifest.source_id).alias("source_id"),
            aggregate_of[sf.col("table")].alias("aggregate"),
            "root_id",
            sf.col("table").alias("source_table"),
            "reason",
            "rejected_rows",
        )
    )


def accepted_counts(batch: RawBatch, accepted: Frames, tables: frozenset[str]) -> dict[str, int]:
    """Rows of every source table that are left: as the manifest states them, and counted where a row was rejected."""
    counts = {name: batch.rows(name) for name in batch.tables}
    touched = [table.name for one in batch.aggregates for table in one.tables if _has_reject(one, tables)]
    counted = [accepted[name].agg(sf.count("*").alias("rows")).withColumn("table", sf.lit(name)) for name in touched]
    if counted:
        counts |= {row["table"]: row["rows"] for row in reduce(DataFrame.unionAll, counted).collect()}
    return counts


def _has_reject(aggregate: Aggregate, tables: frozenset[str]) -> bool:
    return not tables.isdisjoint(table.name for table in aggregate.tables)


def rejected_rows(found: DataFrame, table: str) -> DataFrame:
    """The rejected rows of one source table as they are kept for a person: reason, column, value, root_id, row."""
    return found.where(sf.col("table") == table).select(*REJECTED_COLUMNS)
