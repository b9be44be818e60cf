"""Raw parts: verified against their manifest, then read with the declared types."""

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Self

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from emr_jobs.footers import Footer, read_footer
from emr_jobs.session import partitions_for
from gem.contracts.errors import ManifestError, PartError
from gem.contracts.keys import S3Uri
from gem.contracts.manifest import PartKind, RawManifest, RawPart
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, SOURCE_TABLES
from gem.contracts.source_spec import Aggregate
from gem.lake import StoredObject

MAX_PART_BYTES = 1024**3
"""A part is hashed whole by one task, so its size bounds the memory of an executor's core."""

FOOTER_READERS = 8
"""Footers read at the same time; each is two or three small requests."""

Frames = Mapping[str, DataFrame]
ColumnTypes = dict[str, str]


@dataclass(frozen=True)
class RawBatch:
    """One batch: `tables` by source table and `roots` (column root_id) by aggregate, for every changed one."""

    manifest: RawManifest
    tables: Frames
    roots: Frames

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """The aggregates with a changed root that it holds, in the order of the manifest."""
        return tuple(one for one in _changed(self.manifest) if one.name in self.roots)

    def rows(self, table: str) -> int:
        """How many rows the manifest states for a source table."""
        return sum(part.rows for part in self.manifest.parts_of(PartKind.ROWS, table))

    @cached_property
    def partitions(self) -> int:
        """Over how many partitions the rows of its aggregates are spread together, as the manifest counts them."""
        return partitions_for(sum(map(self.rows, self.tables)))

    def only(self, aggregate: Aggregate) -> Self:
        """The same batch with nothing of other aggregates."""
        tables = {table.name: self.tables[table.name] for table in aggregate.tables}
        return replace(self, tables=tables, roots={aggregate.name: self.roots[aggregate.name]})

    def kept_by_root(self) -> Self:
        """The same rows, persisted, and in every table of an aggregate those of a root in the partition of one number.

        So each table is read from the lake once and moved once: what joins or groups the members of a root needs no
        shuffle. Rows that do not fit into memory are kept on disk.
        """
        tables = {
            table.name: _laid(self.tables[table.name], table.root_column, part.partitions).persist()
            for part in map(self.only, self.aggregates)
            for aggregate in part.aggregates
            for table in aggregate.tables
            if self.rows(table.name)
        }
        return replace(self, tables={**self.tables, **tables})

    def together(self, frames: Iterable[DataFrame]) -> DataFrame:
        """The union of frames; of a batch of one partition in one, which the planner cannot see by itself."""
        union = reduce(DataFrame.unionAll, frames)
        return union.coalesce(1) if self.partitions == 1 else union


def _laid(rows: DataFrame, root_column: str | None, partitions: int) -> DataFrame:
    if partitions == 1:
        return rows.coalesce(1)
    return rows.repartition(partitions, root_column) if root_column else rows.repartition(partitions)


def column_types(kind: PartKind, table: str) -> ColumnTypes:
    """The columns of a part and their Spark types, in order."""
    if kind is PartKind.ROOTS:
        return {"root_id": "bigint"}
    return {column.name: column.type.spark for column in SOURCE_TABLES[table].extracted_columns}


def part_schema(kind: PartKind, table: str) -> str:
    """The declared schema of a part as DDL; every column may be NULL, since the rules are there to see that."""
    return ", ".join(f"`{name}` {type_}" for name, type_ in column_types(kind, table).items())


def read_batch(spark: SparkSession, manifest: RawManifest) -> RawBatch:
    """The frames of a batch, lazily; each row carries its `source_id`. Verify the parts first.

    ManifestError where the manifest carries no aggregate that changed, or counts its changed roots differently from
    what its parts list.
    """
    _check_aggregates(manifest)
    declared = _changed(manifest)
    tables = [table.name for aggregate in declared for table in aggregate.tables]
    return RawBatch(
        manifest=manifest,
        tables={name: _frame(spark, manifest, PartKind.ROWS, name) for name in tables},
        roots={aggregate.name: _frame(spark, manifest, PartKind.ROOTS, aggregate.name) for aggregate in declared},
    )


def _changed(manifest: RawManifest) -> tuple[Aggregate, ...]:
    return tuple(AGGREGATE_BY_NAME[aggregate.name] for aggregate in manifest.aggregates if aggregate.changed_roots)


def _check_aggregates(manifest: RawManifest) -> None:
    if not _changed(manifest):
        raise ManifestError(f"{manifest.key}: no aggregate with a changed root; such a batch is never written")
    for aggregate in manifest.aggregates:
        listed = sum(part.rows for part in manifest.parts_of(PartKind.ROOTS, aggregate.name))
        if listed != aggregate.changed_roots:
            raise ManifestError(
                f"{manifest.key}: aggregate {aggregate.name!r} says {aggregate.changed_roots} changed roots, "
                f"its parts list {listed}; extract the batch again"
            )
    carried = {table.name for aggregate in _changed(manifest) for table in aggregate.tables}
    stray = sorted({part.table for part in manifest.parts if part.kind is PartKind.ROWS} - carried)
    if stray:
        raise ManifestError(f"{manifest.key}: rows of {stray}, but no changed root of theirs; extract the batch again")


def _frame(spark: SparkSession, manifest: RawManifest, kind: PartKind, table: str) -> DataFrame:
    schema = part_schema(kind, table)
    uris = [_uri(manifest, part) for part in manifest.parts_of(kind, table)]
    rows = spark.read.schema(schema).parquet(*uris) if uris else empty_frame(spark, schema)
    return rows.withColumn("source_id", sf.lit(manifest.source_id))


def empty_frame(spark: SparkSession, schema: str) -> DataFrame:
    """No rows, and known as such to the optimiser (LIMIT 0), so that joins and aggregates with it cost nothing."""
    return spark.createDataFrame([], schema).limit(0)


def _uri(manifest: RawManifest, part: RawPart) -> str:
    return str(S3Uri(manifest.bucket, part.key))


def verify_parts(spark: SparkSession, manifest: RawManifest, stored: Iterable[StoredObject]) -> None:
    """PartError unless every part is there with the stated size, SHA-256, columns and rows.

    `stored` is what lies in the batch's folder. The bytes are hashed by the executors (one part a task, nothing
    through the driver and no Python worker); rows and columns come from each part's own footer, because reading with a
    given schema would turn a missing column into NULLs.
    """
    if not manifest.parts:
        return
    _verify_sizes(manifest, {entry.key: entry.size_bytes for entry in stored})
    _verify_digests(spark, manifest)
    uris = [_uri(manifest, part) for part in manifest.parts]
    with ThreadPoolExecutor(max_workers=FOOTER_READERS) as readers:
        for uri, part, footer in zip(
            uris, manifest.parts, readers.map(lambda uri: read_footer(spark, uri), uris), strict=True
        ):
            _verify_footer(uri, part, footer)


def _verify_sizes(manifest: RawManifest, size_by_key: Mapping[str, int]) -> None:
    for part in manifest.parts:
        size = size_by_key.get(part.key)
        if size is None:
            raise PartError(
                f"{_uri(manifest, part)} ({part.table}): named by the manifest but not there; replay needs it"
            )
        if size != part.size_bytes:
            raise PartError(
                f"{_uri(manifest, part)} ({part.table}): {size} bytes, the manifest says {part.size_bytes}; "
                "the part was changed after its manifest: extract the batch again"
            )
        if size == 0:
            raise PartError(f"{_uri(manifest, part)} ({part.table}): 0 bytes, no Parquet file; extract the batch again")
        if size > MAX_PART_BYTES:
            raise PartError(
                f"{_uri(manifest, part)} ({part.table}): {size} bytes, more than {MAX_PART_BYTES} a part; "
                "lower GEM_PART_ROWS of the extractor"
            )


def _verify_digests(spark: SparkSession, manifest: RawManifest) -> None:
    uris = [_uri(manifest, part) for part in manifest.parts]
    hashed = spark.read.format("binaryFile").load(uris).select("path", sf.sha2("content", 256).alias("sha256"))
    digest_by_key = {S3Uri.parse(row["path"]).key: row["sha256"] for row in hashed.collect()}
    for part in manifest.parts:
        if digest_by_key.get(part.key) != part.sha256:
            raise PartError(
                f"{_uri(manifest, part)} ({part.table}): SHA-256 {digest_by_key.get(part.key)}, the manifest says "
                f"{part.sha256}; the part was changed after its manifest: extract the batch again"
            )


def _verify_footer(uri: str, part: RawPart, footer: Footer) -> None:
    if footer.rows != part.rows:
        raise PartError(
            f"{uri} ({part.table}): {footer.rows} rows, the manifest says {part.rows}; extract the batch again"
        )
    spellings = Counter(name.lower() for name in footer.columns)
    for name, declared in column_types(part.kind, part.table).items():
        if spellings[name] > 1:
            raise PartError(f"{uri}: table {part.table!r} has column {name!r} in several spellings; leave one")
        found = footer.columns.get(name)
        if found is None:
            raise PartError(f"{uri}: table {part.table!r} lacks column {name!r}; extract the batch again")
        if found != declared:
            raise PartError(
                f"{uri}: table {part.table!r}, column {name!r} is {found}, declared is {declared}; "
                "extractor and job must be of one release"
            )
