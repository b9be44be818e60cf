"""The attempts that stand in the load log, read back from the lake so that they can be loaded once more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gem.contracts.errors import ManifestError
from gem.contracts.keys import Attempt, BatchId
from gem.contracts.manifest import CuratedManifest, CuratedTable, Verdict
from gem.lake import StoredObject, curated_manifest, objects_under
from gem.warehouse.connection import Connection, execute

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

LOAD_LOG = """
select batch_id, attempt, loaded_at
from ops.load_log
order by loaded_at, batch_seq, source_id, attempt
"""
WHAT_TO_DO = (
    "put the object back from the bucket's versions, or restore a snapshot of the warehouse of that time beside it"
)


@dataclass(frozen=True)
class Loaded:
    """An attempt that the warehouse has loaded, and when: UTC."""

    attempt: Attempt
    loaded_at: datetime


def load_log(connection: Connection) -> list[Loaded]:
    """Every attempt in the warehouse in the order of loading, those of one load by seq.

    The caller ends the transaction.
    """
    rows = execute(connection, LOAD_LOG)
    return [Loaded(Attempt(BatchId.parse(b), number), at.replace(tzinfo=UTC)) for b, number, at in rows]


def replayable(s3: "S3Client", bucket: str, attempt: Attempt) -> CuratedManifest:
    """The attempt's manifest, as loadable as it was: what the load log holds had passed, or was released by a person.

    Raises ManifestError that names batch, object and what to do where the manifest or a file is gone or another.
    """
    manifest = curated_manifest(s3, bucket, attempt)
    if manifest is None:
        raise _not_replayable(attempt, f"s3://{bucket}/{attempt.curated_manifest_key} is gone")
    for table in manifest.tables:
        stored = {file.key: file for file in objects_under(s3, bucket, attempt.curated_prefix(table.name))}
        for problem in _faults(table, stored):
            raise _not_replayable(attempt, f"s3://{bucket}/{problem}")
    return manifest.model_copy(update={"verdict": Verdict.PASSED})


def transactions(manifests: Sequence[CuratedManifest], row_budget: int) -> Iterator[list[CuratedManifest]]:
    """The manifests in their order, cut where one load would exceed the budget of rows."""
    chosen: list[CuratedManifest] = []
    for manifest in manifests:
        if chosen and sum(map(_rows, chosen)) + _rows(manifest) > row_budget:
            yield chosen
            chosen = []
        chosen.append(manifest)
    if chosen:
        yield chosen


def _faults(table: CuratedTable, stored: dict[str, StoredObject]) -> Iterator[str]:
    for file in table.files:
        found = stored.get(file.key)
        if found is None:
            yield f"{file.key} is gone"
        elif (found.size_bytes, found.etag) != (file.size_bytes, file.etag.strip('"')):
            yield f"{file.key} is not what was loaded: its ETag is {found.etag}, the manifest says {file.etag}"


def _not_replayable(attempt: Attempt, problem: str) -> ManifestError:
    return ManifestError(
        f"batch {attempt.batch_id} attempt {attempt.number} cannot be loaded again: {problem}; {WHAT_TO_DO}"
    )


def _rows(manifest: CuratedManifest) -> int:
    return sum(table.rows for table in manifest.tables)
