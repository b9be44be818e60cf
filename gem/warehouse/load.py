"""The load of curated batches into the warehouse: one transaction, idempotent, in any order (DESIGN 7)."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from math import inf
from typing import Any, Literal

from gem.contracts.errors import AuditError, BelowMarkError, ManifestError, PublishHeldError, TransientError
from gem.contracts.manifest import CuratedManifest, Verdict
from gem.settings import WarehouseSettings
from gem.warehouse.connection import Connection, abandon, commit, execute
from gem.warehouse.hold import refuse_while_held
from gem.warehouse.mark import refuse_below_mark
from gem.warehouse.publish import publish
from gem.warehouse.staging import ObjectStore, brought_tables, create_stages, stage_batch

TRIES = 6
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 20.0

STAGING_SHARE = 0.5
"""Of the time that a load has when it holds the mutex, how much may be gone when one more batch is copied: publishing
and COMMIT, which take longer the more is staged, have the rest."""

# What a batch itself is guilty of; any other TerminalError (a log-in, a missing table) stops the load.
GUILTY = (AuditError, BelowMarkError, ManifestError)

Outcome = Literal["loaded", "already_loaded", "quarantined", "superseded"]


@dataclass(frozen=True)
class LoadReport:
    """What became of one attempt; `rows` counts the rows it brought, by table, `seconds` its transaction."""

    batch_id: str
    attempt: int
    outcome: Outcome
    rows: dict[str, int] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Loader:
    """What a load needs: how to reach the warehouse and the lake, how to wait between two tries, and until when."""

    connection_factory: Callable[[], Connection]
    s3_client: ObjectStore
    settings: WarehouseSettings
    sleep: Callable[[float], None] = time.sleep
    may_retry: Callable[[], bool] = lambda: True
    remaining_seconds: Callable[[], float] = lambda: inf


def load_curated(
    connection_factory: Callable[[], Connection],
    s3_client: ObjectStore,
    settings: WarehouseSettings,
    manifests: Sequence[CuratedManifest],
    *,
    sleep: Callable[[float], None] = time.sleep,
    may_retry: Callable[[], bool] = lambda: True,
    remaining_seconds: Callable[[], float] = lambda: inf,
) -> list[LoadReport]:
    """Load the batches, in seq order, in one transaction; the reports come in that order.

    Where `remaining_seconds` do not suffice for all, those that were copied in time are loaded, one at least, and only
    they are reported: loads commute, so any part of the batches may come first.
    Idempotent: an attempt that is in the warehouse is `already_loaded`; one that a later attempt of its batch has
    overtaken is `superseded`: only roots and observations that the later one does not speak of are taken from it. When
    an audit fails, or a batch comes when its source's low-water mark has passed it, nothing is kept, and the batches
    are loaded one by one, so that only the guilty one is `quarantined`.
    A lost COMMIT is settled by a new try, which finds the load log after taking the mutex.

    Raises ManifestError for a batch that Spark did not pass, PublishHeldError while a hold is in force, TransientError
    when the tries are used up or `may_retry` denies one (it is asked before the pause, of LONGEST_PAUSE_SECONDS at
    most), TerminalError for what no batch is guilty of (a log-in, a missing table).
    """
    loader = Loader(connection_factory, s3_client, settings, sleep, may_retry, remaining_seconds)
    ordered = _in_seq_order(manifests)
    if not ordered:
        return []
    try:
        return _load_with_retries(loader, ordered)
    except GUILTY as error:
        if len(ordered) == 1:
            return [_quarantined(ordered[0], error)]
    return _load_each(loader, ordered)


def _in_seq_order(manifests: Sequence[CuratedManifest]) -> list[CuratedManifest]:
    """Each attempt once, by seq. Raises ManifestError for one that Spark did not pass."""
    for manifest in manifests:
        if manifest.verdict is not Verdict.PASSED:
            raise ManifestError(f"{_name(manifest)} is {manifest.verdict}: only a passed one is loaded")
    distinct = {(m.batch_seq, m.source_id, m.attempt): m for m in manifests}
    return [distinct[key] for key in sorted(distinct)]


def _name(manifest: CuratedManifest) -> str:
    return f"batch {manifest.batch_id} attempt {manifest.attempt}"


def _load_each(loader: Loader, manifests: list[CuratedManifest]) -> list[LoadReport]:
    reports: list[LoadReport] = []
    for manifest in manifests:
        if reports and not loader.may_retry():
            break
        reports.append(_load_alone(loader, manifest))
    return reports


def _load_alone(loader: Loader, manifest: CuratedManifest) -> LoadReport:
    try:
        return _load_with_retries(loader, [manifest])[0]
    except GUILTY as error:
        return _quarantined(manifest, error)


def _quarantined(manifest: CuratedManifest, error: Exception) -> LoadReport:
    text = str(error) if _name(manifest) in str(error) else f"{_name(manifest)}, {error}"
    return LoadReport(manifest.batch_id, manifest.attempt, "quarantined", error=text)


def _load_with_retries(loader: Loader, manifests: list[CuratedManifest]) -> list[LoadReport]:
    """One transaction, tried again with full jitter while what went wrong may pass."""
    longest = FIRST_PAUSE_SECONDS
    for _ in range(TRIES - 1):
        try:
            return _load_once(loader, manifests)
        except PublishHeldError:
            raise
        except TransientError:
            if not loader.may_retry():
                raise
            loader.sleep(random.SystemRandom().uniform(0, longest))
            longest = min(longest * 2, LONGEST_PAUSE_SECONDS)
    return _load_once(loader, manifests)


def _load_once(loader: Loader, manifests: list[CuratedManifest]) -> list[LoadReport]:
    started = time.monotonic()
    connection = loader.connection_factory()
    try:
        # Before anything that takes the transaction's snapshot: what another load commits while we wait must be seen.
        execute(connection, "lock table ops.load_mutex")
        refuse_while_held(connection)
        logged = _logged(connection, manifests)
        pending = [m for m in manifests if (m.batch_id, m.attempt) not in logged]
        staged: list[CuratedManifest] = []
        if pending:
            refuse_below_mark(connection, pending)
            staged = _stage(loader, connection, pending)
            # First, for a dimension's observations take the moment of their snapshot from the log.
            for manifest in staged:
                _log(connection, manifest)
            publish(connection, brought_tables(staged), _staged_rows(staged))
        commit(connection)
    finally:
        abandon(connection)
    left = {(m.batch_id, m.attempt) for m in pending[len(staged) :]}
    return _reports([m for m in manifests if (m.batch_id, m.attempt) not in left], logged, time.monotonic() - started)


def _stage(loader: Loader, connection: Connection, pending: list[CuratedManifest]) -> list[CuratedManifest]:
    """Copy the batches while their share of the time lasts, the first in any case; those that are staged."""
    time_to_publish = loader.remaining_seconds() * (1 - STAGING_SHARE)
    create_stages(connection, pending)
    for count, manifest in enumerate(pending, start=1):
        stage_batch(connection, loader.s3_client, loader.settings, manifest)
        if loader.remaining_seconds() < time_to_publish:
            return pending[:count]
    return pending


def _logged(connection: Connection, manifests: list[CuratedManifest]) -> set[tuple[Any, Any]]:
    """Batch and attempt of what stands in the load log of these batches."""
    marks = ", ".join(["%s"] * len(manifests))
    query = f"select batch_id, attempt from ops.load_log where batch_id in ({marks})"  # noqa: S608 - only placeholders
    return {(row[0], row[1]) for row in execute(connection, query, [m.batch_id for m in manifests])}


def _reports(manifests: list[CuratedManifest], logged: set[tuple[Any, Any]], seconds: float) -> list[LoadReport]:
    """What loading each attempt was, by what stood in the load log and among these attempts."""
    known = logged | {(m.batch_id, m.attempt) for m in manifests}
    newest = {batch_id: max(a for b, a in known if b == batch_id) for batch_id, _ in known}
    return [
        LoadReport(m.batch_id, m.attempt, _outcome(m, logged, newest), _rows(m), seconds=seconds) for m in manifests
    ]


def _outcome(manifest: CuratedManifest, logged: set[tuple[Any, Any]], newest: dict[Any, Any]) -> Outcome:
    if (manifest.batch_id, manifest.attempt) in logged:
        return "already_loaded"
    return "superseded" if manifest.attempt < newest[manifest.batch_id] else "loaded"


def _staged_rows(manifests: list[CuratedManifest]) -> Counter[str]:
    return sum((Counter(_rows(manifest)) for manifest in manifests), Counter())


def _rows(manifest: CuratedManifest) -> dict[str, int]:
    return {table.name: table.rows for table in manifest.tables}


def _log(connection: Connection, manifest: CuratedManifest) -> None:
    execute(
        connection,
        "insert into ops.load_log (batch_id, attempt, source_id, batch_seq, snapshot_at, loaded_at)\n"
        "values (%s, %s, %s, %s, %s, getdate())",
        [
            manifest.batch_id,
            manifest.attempt,
            manifest.source_id,
            manifest.batch_seq,
            manifest.snapshot_at.astimezone(UTC).replace(tzinfo=None),
        ],
    )
    _insert(connection, "ops.load_rows", ("table_name", "row_count"), manifest, list(_rows(manifest).items()))
    _insert(connection, "ops.quality", ("table_name", "kind", "reason", "row_count"), manifest, _quality(manifest))


def _quality(manifest: CuratedManifest) -> list[tuple[str, str, str, int]]:
    """What was rejected from the batch by source table, and what warns in it by fact."""
    rejects = [(reject.table, "reject", reject.reason, reject.rows) for reject in manifest.rejects]
    return rejects + [(t.name, "warn", column, rows) for t in manifest.tables for column, rows in t.warnings.items()]


def _insert(
    connection: Connection, table: str, columns: Sequence[str], manifest: CuratedManifest, rows: Sequence[Sequence[Any]]
) -> None:
    """Rows of an attempt, in one statement."""
    if not rows:
        return
    names = ("batch_id", "attempt", *columns)
    marks = ", ".join([f"({', '.join(['%s'] * len(names))})"] * len(rows))
    statement = f"insert into {table} ({', '.join(names)})\nvalues {marks}"
    execute(connection, statement, [value for row in rows for value in (manifest.batch_id, manifest.attempt, *row)])
