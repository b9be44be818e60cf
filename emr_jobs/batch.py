"""One batch from verified raw parts to curated tables, and the verdict on it."""

from __future__ import annotations

import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import DataFrame, SparkSession

from emr_jobs.curated import Output, write_parquet, write_tables
from emr_jobs.raw import Frames, RawBatch, read_batch, verify_parts
from emr_jobs.rejection import (
    RejectionSummary,
    accepted_counts,
    accepted_roots,
    accepted_tables,
    rejected_roots,
    rejected_rows,
    summarise,
    violations,
)
from emr_jobs.session import fit_to
from emr_jobs.set_rules import root_census
from emr_jobs.transforms.registry import TRANSFORMS
from gem.contracts.keys import Attempt, S3Uri
from gem.contracts.manifest import CuratedManifest, CuratedTable, PartKind, RawManifest, Verdict
from gem.contracts.root_tables import REJECTED_ROOTS, ROOTS
from gem.contracts.source.aggregates import AGGREGATE_OF_TABLE, AGGREGATES
from gem.lake import objects_under

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOG = logging.getLogger("gem.curate")

JUDGES = 4
"""Aggregates whose rules are asked at the same time."""


def curate_batch(spark: SparkSession, s3: S3Client, manifest: RawManifest, attempt: int) -> CuratedManifest:
    """Writes the curated and rejected rows of a batch and returns the manifest to close the attempt with.

    Every run writes into a folder of its own under the attempt's prefix, so nothing is ever overwritten: what a
    crashed run left is named by no manifest. TerminalError where the batch cannot be curated at all.
    """
    raw_rows = _raw_rows(manifest)
    fit_to(spark, [sum(raw_rows.get(table.name, 0) for table in one.tables) for one in AGGREGATES])
    stored = objects_under(s3, manifest.bucket, manifest.key.prefix)
    verify_parts(spark, manifest, stored)
    LOG.info("%s: %d parts verified", manifest.batch_id, len(manifest.parts))
    batch = read_batch(spark, manifest).kept_by_root()
    judged = _judged(batch)
    census = reduce(DataFrame.unionAll, (one.census for one in judged))
    found = reduce(DataFrame.unionByName, (one.found for one in judged))
    try:
        summary = summarise(found, batch)
        LOG.info("%s: %d reasons to reject", manifest.batch_id, len(summary.rejects))
        this = Attempt(manifest.key.batch_id, attempt)
        _write_rejected(found, summary, manifest.bucket, this)
        accepted = accepted_tables(batch, found, summary.tables)
        tables = write_tables(spark, s3, _outputs(batch, accepted, census, found, this))
        left = accepted_counts(batch, accepted, summary.tables)
    finally:
        for frame in (*(frame for one in judged for frame in one), *batch.tables.values()):
            frame.unpersist()
    return closing_manifest(manifest, attempt, tables=tables, summary=summary, accepted_rows=left)


class _Judged(NamedTuple):
    """What the rules say of one aggregate; both frames are persisted."""

    census: DataFrame
    found: DataFrame


def _judged(batch: RawBatch) -> list[_Judged]:
    """Aggregate by aggregate, several at the same time: while the plan of one is made, another's tasks run."""
    with ThreadPoolExecutor(JUDGES) as judges:
        return list(judges.map(lambda aggregate: _judge(batch.only(aggregate)), batch.aggregates))


def _judge(batch: RawBatch) -> _Judged:
    census = root_census(batch).persist()
    return _Judged(census, violations(batch, census))


def _outputs(batch: RawBatch, accepted: Frames, census: DataFrame, found: DataFrame, attempt: Attempt) -> list[Output]:
    run = uuid.uuid4().hex[:12]
    made = [t for t in TRANSFORMS if t.rows_of in accepted and batch.rows(t.rows_of)]
    outputs = [
        Output(
            table=transform.table,
            frame=transform.frame(accepted, batch.tables),
            folder=_folder(batch.manifest.bucket, attempt.curated_prefix(transform.table.name), run),
            expected_rows=sum(batch.rows(name) for name in transform.inputs),
        )
        for transform in made
    ]
    changed = sum(aggregate.changed_roots for aggregate in batch.manifest.aggregates)
    roots = {ROOTS: accepted_roots(batch, census, found), REJECTED_ROOTS: rejected_roots(batch, found)}
    outputs += [
        Output(
            table=table,
            frame=rows.select(*(c.name for c in table.curated_columns)),
            folder=_folder(batch.manifest.bucket, attempt.curated_prefix(table.name), run),
            expected_rows=changed,
        )
        for table, rows in roots.items()
        if changed
    ]
    return outputs


def _folder(bucket: str, prefix: str, run: str) -> S3Uri:
    return S3Uri(bucket, f"{prefix}run-{run}/")


def _write_rejected(found: DataFrame, summary: RejectionSummary, bucket: str, attempt: Attempt) -> None:
    """Kept by attempt and not by run: a second run finds the same rows and puts them in the same place."""
    for table in sorted(summary.tables):
        rows = sum(reject.rows for reject in summary.rejects if reject.table == table)
        folder = S3Uri(bucket, attempt.rejected_prefix(table))
        write_parquet(rejected_rows(found, table), folder, rows, mode="overwrite")


def closing_manifest(
    manifest: RawManifest,
    attempt: int,
    *,
    tables: tuple[CuratedTable, ...] = (),
    summary: RejectionSummary | None = None,
    accepted_rows: dict[str, int] | None = None,
    error: str = "",
) -> CuratedManifest:
    """The curated manifest of an attempt: failed with an error, quarantined over a threshold, else passed."""
    too_many = summary.too_many if summary else ()
    verdict = Verdict.FAILED if error else Verdict.QUARANTINED if too_many else Verdict.PASSED
    if too_many and summary:
        error = _quarantine_reason(summary)
    return CuratedManifest(
        batch_id=manifest.batch_id,
        attempt=attempt,
        source_id=manifest.source_id,
        batch_seq=manifest.batch_seq,
        snapshot_at=manifest.snapshot_at,
        created_at=datetime.now(UTC),
        verdict=verdict,
        error=error,
        tables=tables,
        rejects=summary.rejects if summary else (),
        raw_rows=_raw_rows(manifest),
        accepted_rows=accepted_rows or {},
    )


def _quarantine_reason(summary: RejectionSummary) -> str:
    counts = [f"{r.table}: {r.rows} rows {r.reason}" for r in summary.rejects if r.table in summary.too_many]
    tables = ", ".join(summary.too_many)
    return f"too many rejects in {tables} ({'; '.join(counts)}); see rejected/, then release or replay"


def _raw_rows(manifest: RawManifest) -> dict[str, int]:
    carried = {aggregate.name for aggregate in manifest.aggregates}
    return {
        name: sum(part.rows for part in manifest.parts_of(PartKind.ROWS, name))
        for name, aggregate in AGGREGATE_OF_TABLE.items()
        if aggregate.name in carried
    }
