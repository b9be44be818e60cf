"""The part of a trace that lies in the lake: manifests, curated files and raw parts, read and verified now."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code
from gem.contracts.errors import ManifestError
from gem.contracts.keys import Attempt, RawManifestKey, S3Uri
from gem.contracts.manifest import CuratedFile, CuratedManifest, PartKind, RawManifest, RawPart, parse_manifest
from gem.contracts.mart_spec import MartTable
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME
from gem.contracts.source_spec import SourceTable
from gem.warehouse.trace_link import Figure, Link, copied_money, facts_of, link, not_checked, source_of

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CHUNK_BYTES = 1 << 20
MISSING = {"404", "NoSuchKey", "NoSuchBucket"}
NO_READER = "pyarrow is not installed here, so its rows were not looked at"


@dataclass(frozen=True)
class Load:
    """What the load log says of the attempt that brought the root."""

    attempt: Attempt
    snapshot_at: Any
    rows: Mapping[str, int]


@dataclass(frozen=True)
class Lake:
    """Where the batches' objects are."""

    s3: "S3Client"
    bucket: str

    def body(self, key: str) -> bytes | None:
        """An object's bytes; None where there is none."""
        with aws_errors(f"s3://{self.bucket}/{key}: reading"):
            try:
                return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            except ClientError as error:
                if error_code(error) in MISSING:
                    return None
                raise

    def fetch(self, key: str, file: IO[bytes]) -> str | None:
        """Write the object into `file` and return its SHA-256; None where there is none."""
        digest = hashlib.sha256()
        with aws_errors(f"s3://{self.bucket}/{key}: reading"):
            try:
                body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"]
            except ClientError as error:
                if error_code(error) in MISSING:
                    return None
                raise
            for chunk in body.iter_chunks(CHUNK_BYTES):
                digest.update(chunk)
                file.write(chunk)
        file.seek(0)
        return digest.hexdigest()


def curated_links(
    lake: Lake, load: Load, aggregate: str, root_id: int, figures: Mapping[str, Figure]
) -> Iterator[Link]:
    """The step's manifest, and the curated rows of the root."""
    uri = S3Uri(lake.bucket, load.attempt.curated_manifest_key)
    manifest, problem = _manifest(CuratedManifest, lake, uri)
    if manifest is None:
        yield link("curated manifest", str(uri), problem)
        return
    yield link(
        "curated manifest",
        str(uri),
        _curated_problem(manifest, load),
        step=load.attempt.step_name,
        verdict=str(manifest.verdict),
        created_at=manifest.created_at,
    )
    for fact in facts_of(aggregate):
        yield from _curated_rows(lake, manifest, fact, root_id, figures[fact.name])


def _manifest(model: Any, lake: Lake, uri: S3Uri) -> tuple[Any, str]:
    body = lake.body(uri.key)
    if body is None:
        return None, "it is not there"
    try:
        return parse_manifest(model, body, str(uri)), ""
    except ManifestError as error:
        return None, str(error)


def _curated_problem(manifest: CuratedManifest, load: Load) -> str:
    if manifest.attempt_key != load.attempt:
        return f"it is of batch {manifest.batch_id} attempt {manifest.attempt}"
    if manifest.snapshot_at.replace(tzinfo=None) != load.snapshot_at:
        return f"its snapshot is of {manifest.snapshot_at}, the load log says {load.snapshot_at}"
    stated = {table.name: table.rows for table in manifest.tables}
    wrong = [f"{name} {rows}" for name, rows in load.rows.items() if stated.get(name, 0) != rows]
    return f"the load log counts other rows: {', '.join(wrong)}" if wrong else ""


def _curated_rows(
    lake: Lake, manifest: CuratedManifest, fact: MartTable, root_id: int, loaded: Figure
) -> Iterator[Link]:
    table = manifest.table(fact.name)
    total = Figure(0, dict.fromkeys(fact.money_columns, Decimal(0)))
    for file in table.files if table else ():
        found, problem = _curated_file(lake, fact, file, root_id)
        if found is None:
            yield (
                link("curated file", file.key, problem) if problem else not_checked("curated file", file.key, NO_READER)
            )
            return
        total = _added(total, found)
    problem = total.differs(loaded, fact.money_columns)
    files = len(table.files) if table else 0
    yield link("curated rows", f"curated/{fact.name}", problem, files=files, **total.said)


def _curated_file(lake: Lake, fact: MartTable, file: CuratedFile, root_id: int) -> tuple[Figure | None, str]:
    with tempfile.TemporaryFile() as copy:
        if lake.fetch(file.key, copy) is None:
            return None, "it is not there"
        with aws_errors(f"s3://{lake.bucket}/{file.key}: reading"):
            etag = lake.s3.head_object(Bucket=lake.bucket, Key=file.key)["ETag"]
        if etag.strip('"') != file.etag.strip('"'):
            return None, f"its ETag is {etag}, the manifest says {file.etag}"
        return _rows_of(copy, str(fact.root_column), root_id, fact.money_columns), ""


def raw_links(lake: Lake, load: Load, aggregate: str, root_id: int, figures: Mapping[str, Figure]) -> Iterator[Link]:
    """The snapshot, and the raw parts of the aggregate: every part's SHA-256, and the root's rows in them."""
    uri = S3Uri(lake.bucket, str(RawManifestKey(load.attempt.batch_id)))
    manifest, problem = _manifest(RawManifest, lake, uri)
    if manifest is None:
        yield link("snapshot", str(uri), problem)
        return
    if manifest.snapshot_at.replace(tzinfo=None) != load.snapshot_at:
        problem = f"it is of {manifest.snapshot_at}, the load log says {load.snapshot_at}"
    yield link(
        "snapshot",
        str(uri),
        problem,
        snapshot=manifest.snapshot,
        snapshot_at=manifest.snapshot_at,
        kind=str(manifest.kind),
    )
    loaded = {source_of(fact).name: (fact, figures[fact.name]) for fact in facts_of(aggregate)}
    for table in AGGREGATE_BY_NAME[aggregate].tables:
        parts = manifest.parts_of(PartKind.ROWS, table.name)
        yield from _raw_table(lake, parts, table, root_id, loaded.get(table.name))


def _raw_table(
    lake: Lake,
    parts: tuple[RawPart, ...],
    table: SourceTable,
    root_id: int,
    loaded: tuple[MartTable, Figure] | None,
) -> Iterator[Link]:
    money = copied_money(loaded[0]) if loaded else ()
    found = [_raw_part(lake, part, str(table.root_column), root_id, money) for part in parts]
    yield from (shown for shown, _ in found if shown is not None)
    read = [figure for _, figure in found if figure is not None]
    if loaded and len(read) == len(found):
        total = reduce(_added, read, Figure(0, dict.fromkeys(money, Decimal(0))))
        problem = total.differs(loaded[1], money)
        yield link("raw rows", table.name, problem, parts_verified=len(parts), **total.said)


def _raw_part(
    lake: Lake, part: RawPart, root_column: str, root_id: int, money: tuple[str, ...]
) -> tuple[Link | None, Figure | None]:
    """The link of a part that holds rows of the root or is not what its manifest says; and those rows."""
    with tempfile.TemporaryFile() as copy:
        sha256 = lake.fetch(part.key, copy)
        if sha256 != part.sha256:
            problem = (
                "it is not there" if sha256 is None else f"its SHA-256 is {sha256}, the manifest says {part.sha256}"
            )
            return link("raw part", part.key, problem), None
        found = _rows_of(copy, root_column, root_id, money)
    if found is None:
        return not_checked("raw part", part.key, NO_READER, sha256=sha256), None
    return (link("raw part", part.key, "", sha256=sha256, **found.said) if found.rows else None), found


def _rows_of(file: IO[bytes], root_column: str, root_id: int, money: tuple[str, ...]) -> Figure | None:
    """The rows of a root in a Parquet file; None where nothing here reads Parquet."""
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  (only a trace reads Parquet, and may do without)
    except ImportError:
        return None
    table = pq.read_table(file, columns=[root_column, *money], filters=[(root_column, "=", root_id)])
    sums = {name: sum((v for v in table[name].to_pylist() if v is not None), Decimal(0)) for name in money}
    return Figure(table.num_rows, sums)


def _added(left: Figure, right: Figure) -> Figure:
    return Figure(left.rows + right.rows, {name: left.sums[name] + right.sums[name] for name in left.sums})
