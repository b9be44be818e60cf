"""Rejected rows: found by the quality rules, set aside with their reason, and their aggregates left out whole.

A rejected row takes every row of its root out of this batch, and the root itself: the warehouse keeps what it has. A
table that travels whole has no such roots: there only the rejected row is left out, and the warehouse keeps it
as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.quality import ROW_RULES, SET_RULES, THRESHOLDS, RowRule, SetRule
from emr_jobs.raw import Frames, RawBatch
from gem.contracts.manifest import Rejects
from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.spec import WHOLE_TABLE_ROOT, Aggregate, SourceTable

REJECTED_COLUMNS = ("reason", "column", "value", "root_id", "row")
_JSON = {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", "ignoreNullFields": "false"}


@dataclass(frozen=True)
class RejectionSummary:
    """How many rows of each table were rejected for which reason, and whether that is too much for the batch."""

    rejects: tuple[Rejects, ...]
    too_many: tuple[str, ...]
    """The tables whose threshold is passed."""

    @property
    def tables(self) -> frozenset[str]:
        """The source tables with a rejected row."""
        return frozenset(reject.table for reject in self.rejects)


def violations(batch: RawBatch) -> DataFrame:
    """One row per rejected row and reason: table, row_key, and the REJECTED_COLUMNS."""
    names = batch.tables.keys()
    found = [_row_violations(batch.tables[name], SOURCE_TABLES[name]) for name in names]
    found += [_set_violations(rule, batch) for rule in SET_RULES if rule.table in names]
    return reduce(DataFrame.unionByName, found)


def _row_violations(rows: DataFrame, table: SourceTable) -> DataFrame:
    checks = sf.array(*(_tagged(rule) for rule in ROW_RULES if rule.table == table.name))
    broken = sf.filter(checks, lambda check: check.isNotNull())
    return rows.withColumn("broken", sf.explode(broken)).select(
        "broken.reason", "broken.column", "broken.value", *_identity(table)
    )


def _tagged(rule: RowRule) -> Column:
    violation = rule.violation()
    reason = sf.lit(rule.reason).alias("reason")
    return sf.when(
        violation.isNotNull(), sf.struct(reason, violation["column"].alias("column"), violation["value"].alias("value"))
    )


def _set_violations(rule: SetRule, batch: RawBatch) -> DataFrame:
    return rule.bad_rows(batch).select(
        sf.lit(rule.reason).alias("reason"),
        sf.lit(rule.column).alias("column"),
        sf.col(rule.column).cast("string").alias("value"),
        *_identity(SOURCE_TABLES[rule.table]),
    )


def _identity(table: SourceTable) -> list[Column]:
    root = sf.col(table.root_column) if table.root_column else sf.lit(WHOLE_TABLE_ROOT)
    return [
        sf.lit(table.name).alias("table"),
        root.cast("bigint").alias("root_id"),
        _row_key(table).alias("row_key"),
        sf.to_json(sf.struct(*(column.name for column in table.extracted_columns)), _JSON).alias("row"),
    ]


def _row_key(table: SourceTable) -> Column:
    return sf.to_json(sf.struct(*table.primary_key), {"ignoreNullFields": "false"})


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
    per_table = {row["table"]: row for row in rows if row["reason"] is None}
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
    rejected = {name: row["keys"] if name in whole else row["roots"] for name, row in per_table.items()}
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
        has_rejects = not tables.isdisjoint(table.name for table in aggregate.tables)
        for table in aggregate.tables:
            rows = batch.tables[table.name]
            accepted[table.name] = _without_rejected(rows, found, aggregate, table) if has_rejects else rows
    return accepted


def _without_rejected(rows: DataFrame, found: DataFrame, aggregate: Aggregate, table: SourceTable) -> DataFrame:
    if table.root_column is None:
        rejected = found.where(sf.col("table") == table.name).select("row_key").distinct()
        return rows.withColumn("row_key", _row_key(table)).join(rejected, "row_key", "left_anti").drop("row_key")
    return rows.where(sf.col(table.root_column).isNotNull()).join(
        _rejected_roots(found, aggregate).withColumnRenamed("root_id", table.root_column),
        table.root_column,
        "left_anti",
    )


def _rejected_roots(found: DataFrame, aggregate: Aggregate) -> DataFrame:
    of_aggregate = sf.col("table").isin(*(table.name for table in aggregate.tables))
    return found.where(of_aggregate & sf.col("root_id").isNotNull()).select("root_id").distinct()


def accepted_roots(batch: RawBatch, found: DataFrame, tables: frozenset[str]) -> DataFrame:
    """source_id, aggregate, root_id, is_deleted: every changed root that was not rejected.

    A changed root that is absent from its table's rows was deleted at the source; a whole table never is.
    """
    return reduce(DataFrame.unionByName, [_roots_of(batch, found, tables, one) for one in batch.aggregates])


def _roots_of(batch: RawBatch, found: DataFrame, tables: frozenset[str], aggregate: Aggregate) -> DataFrame:
    roots = batch.roots[aggregate.name].withColumn("aggregate", sf.lit(aggregate.name))
    if aggregate.root.root_column is None:
        return roots.select("source_id", "aggregate", "root_id", sf.lit(False).alias("is_deleted"))
    if not tables.isdisjoint(table.name for table in aggregate.tables):
        roots = roots.join(_rejected_roots(found, aggregate), "root_id", "left_anti")
    present = batch.tables[aggregate.root.name].select(
        sf.col(aggregate.root.root_column).alias("root_id"), sf.lit(True).alias("is_present")
    )
    return roots.join(present, "root_id", "left").select(
        "source_id", "aggregate", "root_id", sf.col("is_present").isNull().alias("is_deleted")
    )


def rejected_rows(found: DataFrame, table: str) -> DataFrame:
    """The rejected rows of one source table as they are kept for a person: reason, column, value, root_id, row."""
    return found.where(sf.col("table") == table).select(*REJECTED_COLUMNS)
