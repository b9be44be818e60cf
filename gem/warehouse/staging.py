"""Staging a batch: its curated files copied into temporary tables, counted and summed against its manifest."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Protocol

from gem.aws import aws_errors
from gem.contracts.errors import AuditError, ManifestError, TerminalError
from gem.contracts.keys import S3Uri
from gem.contracts.manifest import CuratedManifest, CuratedTable
from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.mart_spec import MartTable
from gem.contracts.root_tables import REJECTED_ROOTS, ROOTS
from gem.settings import WarehouseSettings
from gem.warehouse.connection import Connection, execute
from gem.warehouse.scripts import load_steps
from gem.warehouse.templates.stage import copy_statement

STAGED = {table.name: table for table in (ROOTS, REJECTED_ROOTS, *CURATED_TABLES)}

FILE_IS_WRONG = (
    # What a file holds (COPY from columnar data formats; Spectrum, query troubleshooting; load error reference).
    "incompatible parquet schema",
    "unmatched number of columns",
    "invalid type length",
    "invalid version number",
    "longer than the length defined",
    "value too long",
    "out of range",
    "overflow",
    "not-null field",
    "null value",
    "utf8",
    "load_error",
    # That it is gone, or no longer of the length that its manifest states.
    "status 404",
    "nosuchkey",
    "not satisfiable",
    "content_length",
    # The local stand-in's.
    "not readable as parquet",
)
"""What COPY says of a file that will be no better the next time."""


class ObjectStore(Protocol):
    """The part of the S3 client that this package uses."""

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> Any:  # noqa: N803 - the API's own names
        """Write an object."""


def brought_tables(manifests: list[CuratedManifest]) -> list[MartTable]:
    """The mart tables that these batches bring rows of, dimensions first."""
    brought = _brought(manifests)
    return [table for table in CURATED_TABLES if table.name in brought]


def create_stages(connection: Connection, manifests: list[CuratedManifest]) -> None:
    """Create the stages of all that these batches bring rows of, and that of the roots in any case."""
    rejected = [REJECTED_ROOTS] if REJECTED_ROOTS.name in _brought(manifests) else []
    for table in (ROOTS, *rejected, *brought_tables(manifests)):
        run_step(connection, table, "create_stage")


def stage_batch(
    connection: Connection, s3_client: ObjectStore, settings: WarehouseSettings, manifest: CuratedManifest
) -> None:
    """Copy every table of a batch into its stage.

    Raises AuditError where COPY finds a file wrong or a count or sum differs, ManifestError for a table or file that
    cannot be the batch's, TransientError where the lake cannot be written.
    """
    for curated in manifest.tables:
        if not curated.is_copied:
            continue
        table = STAGED.get(curated.name)
        if table is None:
            raise ManifestError(f"{where(manifest, curated.name)}: no step writes it; stages are {sorted(STAGED)}")
        run_step(connection, table, "create_incoming")
        uri = _write_copy_manifest(s3_client, settings.lake_bucket, manifest, curated)
        with _blaming(manifest, table):
            execute(connection, copy_statement(table, str(uri), settings.copy_role_arn))
        _audit_incoming(connection, manifest, table, curated)
        keep, drop, analyze = load_steps(table.name)["keep_incoming"]
        execute(connection, keep, [manifest.batch_seq, manifest.attempt])
        execute(connection, drop)
        execute(connection, analyze)


def _brought(manifests: list[CuratedManifest]) -> set[str]:
    return {table.name for manifest in manifests for table in manifest.tables if table.is_copied}


def run_step(connection: Connection, table: MartTable, step: str) -> None:
    """Run every statement of a step of the table's load script."""
    for statement in load_steps(table.name)[step]:
        execute(connection, statement)


def where(manifest: CuratedManifest, table: str) -> str:
    """How messages name a table of an attempt."""
    return f"batch {manifest.batch_id} attempt {manifest.attempt}, table {table}"


@contextmanager
def _blaming(manifest: CuratedManifest, table: MartTable) -> Iterator[None]:
    """A file that is known to be wrong is the batch's fault; a missing right, or words met for the first time, are not.

    Of those a batch waits, CURATED, for what an operator does: the alarm on the oldest unloaded batch tells one.
    """
    try:
        yield
    except TerminalError as error:
        if not any(sign in str(error).lower() for sign in FILE_IS_WRONG):
            raise
        raise AuditError(f"{where(manifest, table.name)}: COPY failed: {error}; curate the batch again") from error


def _write_copy_manifest(
    s3_client: ObjectStore, bucket: str, manifest: CuratedManifest, curated: CuratedTable
) -> S3Uri:
    """Redshift's own manifest; Parquet needs every file's length. The same attempt writes the same bytes again."""
    attempt = manifest.attempt_key
    prefix = attempt.curated_prefix(curated.name)
    for file in curated.files:
        if not file.key.startswith(prefix):
            raise ManifestError(f"{where(manifest, curated.name)}: file {file.key!r} lies outside {prefix!r}")
    entries = [
        {"url": str(S3Uri(bucket, f.key)), "mandatory": True, "meta": {"content_length": f.size_bytes}}
        for f in curated.files
    ]
    uri = S3Uri(bucket, f"{attempt.copy_manifest_prefix}{curated.name}.json")
    with aws_errors(f"{uri}: writing"):
        s3_client.put_object(Bucket=bucket, Key=uri.key, Body=json.dumps({"entries": entries}, indent=2).encode())
    return uri


def _audit_incoming(connection: Connection, manifest: CuratedManifest, table: MartTable, curated: CuratedTable) -> None:
    """Rows and sums of money must be what Spark stated when it wrote the files."""
    (count,) = load_steps(table.name)["count_incoming"]
    rows, *sums = execute(connection, count)[0]
    if rows != curated.rows:
        raise AuditError(f"{where(manifest, table.name)}: {rows} rows were copied, its manifest says {curated.rows}")
    for column, copied in zip(table.money_columns, sums, strict=True):
        stated = curated.sums.get(column, Decimal(0))
        if (copied or Decimal(0)) != stated:
            raise AuditError(f"{where(manifest, table.name)}: {column} sums to {copied}, its manifest says {stated}")
