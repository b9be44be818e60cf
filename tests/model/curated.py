"""Curated batches written by hand: Parquet files and their manifest in S3, as Spark would leave them."""

import io
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedFile, CuratedManifest, CuratedTable, Verdict
from gem.contracts.mart_spec import NOT_STATED_KEY, MartColumn, MartTable
from gem.contracts.types import Kind
from gem.warehouse.staging import STAGED

BUCKET = "curated-by-hand"
SNAPSHOT = datetime(2026, 11, 1, tzinfo=UTC)
# Tests number their batches alike, and all S3 servers of a process share their objects: no file takes another's place.
_parts = itertools.count()
Row = Mapping[str, Any]

ARROW = {
    Kind.BIGINT: pa.int64(),
    Kind.INTEGER: pa.int32(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.VARCHAR: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us", tz="UTC"),
}
WHEN_REQUIRED: dict[Kind, Any] = {
    Kind.BIGINT: 0,
    Kind.INTEGER: -1,
    Kind.DECIMAL: Decimal(0),
    Kind.BOOLEAN: False,
    Kind.VARCHAR: "",
}


def write_batch(
    s3: Any,
    seq: int,
    tables: Mapping[str, Sequence[Row]],
    *,
    attempt: int = 1,
    source_id: str = "gem",
    bucket: str = BUCKET,
) -> CuratedManifest:
    """Write one attempt's files and return its manifest. Columns that a row does not name are as `unsaid` has them."""
    batch_id = BatchId(source_id, seq)
    manifest = CuratedManifest(
        batch_id=str(batch_id),
        attempt=attempt,
        source_id=source_id,
        batch_seq=seq,
        snapshot_at=snapshot_of(seq),
        created_at=snapshot_of(seq) + timedelta(minutes=5),
        verdict=Verdict.PASSED,
    )
    written = [_write_table(s3, bucket, manifest, name, rows) for name, rows in tables.items() if rows]
    return manifest.model_copy(update={"tables": tuple(written)})


def snapshot_of(seq: int) -> datetime:
    """When the snapshot of a batch was taken, the same for all its attempts."""
    return SNAPSHOT + timedelta(hours=seq)


def _write_table(s3: Any, bucket: str, manifest: CuratedManifest, name: str, rows: Sequence[Row]) -> CuratedTable:
    table = STAGED[name]
    complete = [_complete(table, manifest.source_id, row) for row in rows]
    body = io.BytesIO()
    fields = [pa.field(c.name, _arrow(c), nullable=c.nullable) for c in table.curated_columns]
    pq.write_table(pa.Table.from_pylist(complete, schema=pa.schema(fields)), body)
    key = f"{manifest.attempt_key.curated_prefix(name)}part-{next(_parts):05}.parquet"
    etag = s3.put_object(Bucket=bucket, Key=key, Body=body.getvalue())["ETag"]
    sums = {c: sum((row[c] for row in complete if row[c] is not None), Decimal(0)) for c in table.money_columns}
    file = CuratedFile(key=key, size_bytes=len(body.getvalue()), etag=etag)
    return CuratedTable(name=name, rows=len(rows), files=(file,), sums=sums)


def _complete(table: MartTable, source_id: str, row: Row) -> dict[str, Any]:
    unknown = set(row) - {c.name for c in table.curated_columns}
    assert not unknown, f"{table.name} has no {unknown}"
    return {**{c.name: unsaid(c) for c in table.curated_columns}, "source_id": source_id, **row}


def unsaid(column: MartColumn) -> Any:
    """What a column holds of which a row says nothing: NULL, or the least that a required one can say."""
    if column.nullable:
        return None
    return NOT_STATED_KEY if column.member_of else WHEN_REQUIRED.get(column.type.kind)


def _arrow(column: MartColumn) -> pa.DataType:
    if column.type.kind is Kind.DECIMAL:
        return pa.decimal128(column.type.precision, column.type.scale)
    return ARROW[column.type.kind]
