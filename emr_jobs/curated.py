"""Curated tables: written as few Parquet files, then read back for the counts and sums that the manifest states."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sf

from gem.contracts.errors import TerminalError
from gem.contracts.keys import S3Uri
from gem.contracts.manifest import CuratedFile, CuratedTable
from gem.contracts.mart_spec import MartTable
from gem.contracts.quality import WARNINGS
from gem.lake import objects_under

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROWS_PER_FILE = 500_000
"""Files of some tens of megabytes: few requests, and still several for Redshift's slices."""

WRITERS = 4
"""Tables written at the same time; a small batch is all latency."""

_METRIC = "decimal(38,3)"
# _SUCCESS says nothing that the manifest does not, and is one more request.
_WRITE_OPTIONS = {"mapreduce.fileoutputcommitter.marksuccessfuljobs": "false"}


@dataclass(frozen=True)
class Output:
    """One table to write: where to, and about how many rows."""

    table: MartTable
    frame: DataFrame
    folder: S3Uri
    expected_rows: int


def write_parquet(frame: DataFrame, folder: S3Uri, expected_rows: int, *, mode: str = "error") -> None:
    """Writes a frame as one file per ROWS_PER_FILE rows."""
    files = max(1, -(-expected_rows // ROWS_PER_FILE))
    frame.coalesce(files).write.mode(mode).options(**_WRITE_OPTIONS).parquet(str(folder))


def write_tables(spark: SparkSession, s3: S3Client, outputs: Sequence[Output]) -> tuple[CuratedTable, ...]:
    """Writes the tables and describes what then stands in the lake; a table without rows is left out.

    Counts, sums and warnings come from the written files: what is stated is what will be loaded. TerminalError where a
    column that may not be NULL is.
    """
    with ThreadPoolExecutor(max_workers=WRITERS) as writers:
        described = list(writers.map(lambda one: _written(spark, s3, one), outputs))
    return tuple(table for table in described if table.rows)


def _written(spark: SparkSession, s3: S3Client, output: Output) -> CuratedTable:
    write_parquet(output.frame, output.folder, output.expected_rows)
    return _described(s3, output, _metrics(spark, output))


def _metrics(spark: SparkSession, output: Output) -> dict[str, Decimal]:
    schema = ", ".join(f"`{column.name}` {column.type.spark}" for column in output.table.curated_columns)
    measures: dict[str, Column] = {"rows": sf.count("*")}
    measures |= {f"sum {name}": sf.sum(name) for name in output.table.money_columns}
    required = [column.name for column in output.table.curated_columns if not column.nullable]
    measures |= {f"null {name}": sf.count_if(sf.col(name).isNull()) for name in required}
    measures |= {f"warn {name}": sf.count_if(sf.col(name)) for name in WARNINGS.get(output.table.name, ())}
    written = spark.read.schema(schema).parquet(str(output.folder))
    pairs = [part for name, value in measures.items() for part in (sf.lit(name), value.cast(_METRIC))]
    [row] = written.agg(sf.create_map(*pairs).alias("metrics")).collect()
    return {name: value for name, value in row["metrics"].items() if value is not None}


def _described(s3: S3Client, output: Output, metrics: dict[str, Decimal]) -> CuratedTable:
    table = output.table
    for column in table.curated_columns:
        missing = int(metrics.get(f"null {column.name}", 0))
        if missing:
            raise TerminalError(
                f"{table.name}.{column.name}: {missing} rows without a value in a column that must have one; "
                "a rule should have rejected their source rows"
            )
    stored = objects_under(s3, output.folder.bucket, output.folder.key)
    return CuratedTable(
        name=table.name,
        rows=int(metrics["rows"]),
        files=tuple(
            CuratedFile(key=entry.key, size_bytes=entry.size_bytes, etag=entry.etag)
            for entry in stored
            if entry.key.endswith(".parquet")
        ),
        sums={column: _sum(table, column, metrics) for column in table.money_columns},
        warnings=_warnings(table, metrics),
    )


def _warnings(table: MartTable, metrics: dict[str, Decimal]) -> dict[str, int]:
    counts = {name: int(metrics.get(f"warn {name}", 0)) for name in WARNINGS.get(table.name, ())}
    return {name: count for name, count in counts.items() if count}


def _sum(table: MartTable, column: str, metrics: dict[str, Decimal]) -> Decimal:
    scale = next(c.type.scale for c in table.curated_columns if c.name == column)
    return metrics.get(f"sum {column}", Decimal(0)).quantize(Decimal(1).scaleb(-scale))
