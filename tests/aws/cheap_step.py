"""Stands in for spark-submit in tests of the wiring: reads the step's real arguments and writes what curate.py writes.

A batch of kind `backfill` fails, with exit code 1 and no curated manifest.
"""

import argparse
import io
import sys
from datetime import UTC, datetime

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from gem.contracts.keys import Attempt, BatchId, S3Uri
from gem.contracts.manifest import (
    BatchKind,
    CuratedFile,
    CuratedManifest,
    CuratedTable,
    RawManifest,
    Verdict,
    manifest_body,
    parse_manifest,
)
from gem.contracts.root_tables import ROOTS


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--manifest", type=S3Uri.parse, required=True)
    parser.add_argument("--attempt", type=int, required=True)
    arguments, _ = parser.parse_known_args(words)
    s3, uri = boto3.client("s3"), arguments.manifest
    body = s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
    manifest = parse_manifest(RawManifest, body, str(uri))
    if manifest.kind is BatchKind.BACKFILL:
        sys.exit("this step was told to fail")
    curated = curated_manifest(s3, manifest, Attempt(BatchId.parse(manifest.batch_id), arguments.attempt))
    key = curated.attempt_key.curated_manifest_key
    s3.put_object(Bucket=uri.bucket, Key=key, Body=manifest_body(curated), IfNoneMatch="*")


def curated_manifest(s3, raw: RawManifest, attempt: Attempt) -> CuratedManifest:
    key = f"{attempt.curated_prefix(ROOTS.name)}part-00000.parquet"
    schema = pa.schema([pa.field(c.name, c.type.arrow, c.nullable) for c in ROOTS.curated_columns])
    root = {"source_id": raw.source_id, "aggregate": "contract", "root_id": raw.batch_seq, "is_deleted": True}
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([root], schema), sink)
    etag = s3.put_object(Bucket=raw.bucket, Key=key, Body=sink.getvalue())["ETag"].strip('"')
    file = CuratedFile(key=key, size_bytes=len(sink.getvalue()), etag=etag)
    return CuratedManifest(
        batch_id=raw.batch_id,
        attempt=attempt.number,
        source_id=raw.source_id,
        batch_seq=raw.batch_seq,
        snapshot_at=raw.snapshot_at,
        created_at=datetime.now(UTC),
        verdict=Verdict.PASSED,
        tables=(CuratedTable(name=ROOTS.name, rows=1, files=(file,)),),
        raw_rows={"contract": 0},
    )


if __name__ == "__main__":
    main(sys.argv[1:])
