"""What the ledger and the lake say of batches: every batch in a line, one batch in full, freshness per table."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import AwareDatetime

from gem.contracts.errors import ManifestError, TerminalError
from gem.contracts.frozen import Frozen
from gem.contracts.keys import Attempt, BatchId, RawManifestKey, S3Uri
from gem.contracts.manifest import CuratedManifest, Rejects
from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.states import Mover, State
from gem.lake import curated_manifest
from gem.ledger import BatchRecord, Ledger, Moved

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

LOADED_LOOKED_AT = 50
"""Newest LOADED batches of each source in which the freshness of a table is looked for."""
SUGGESTED = 3


class StatusLine(Frozen):
    """One batch: `rows` as extracted, `age_seconds` since its last move, `hop_seconds` of its newest pass."""

    batch_id: str
    state: State
    attempt: int
    rows: int
    age_seconds: float
    hop_seconds: dict[State, float]
    """How long it took to reach the state from the one before."""
    error: str


class Freshness(Frozen):
    """The newest loaded batch that brought rows to a mart table: it is as the source was at `snapshot_at`."""

    table: str
    source_id: str
    batch_id: str
    snapshot_at: AwareDatetime
    age_seconds: float


class Hop(Frozen):
    """One move; `seconds` since the move before, None for the first."""

    state: State
    at: AwareDatetime
    seconds: float | None
    attempt: int
    by: Mover
    note: str


class TableRows(Frozen):
    """Rows of a table at each stage; None where the stage does not know the table, or was not reached."""

    table: str
    raw: int | None
    curated: int | None
    loaded: int | None


class BatchReport(Frozen):
    """All that is known of one batch."""

    batch_id: str
    state: State
    attempt: int
    age_seconds: float
    error: str
    snapshot_at: AwareDatetime | None
    """When the source was as this batch shows it; None until its newest attempt is curated."""
    step_name: str
    step_id: str
    cluster_id: str
    held_by: str
    """Who has claimed it, empty where nobody has."""
    released_attempt: int
    hops: tuple[Hop, ...]
    rows: tuple[TableRows, ...]
    rejects: tuple[Rejects, ...]
    uris: dict[str, str]


def record_of(ledger: Ledger, batch_id: str) -> BatchRecord:
    """The batch's record; TerminalError names the newest batches where the ledger does not know this one."""
    try:
        record = ledger.get(BatchId.parse(batch_id))
    except ManifestError as error:
        raise TerminalError(f"{error}; {_newest(ledger)}") from error
    if record is None:
        raise TerminalError(f"the ledger knows no batch {batch_id}; {_newest(ledger)}")
    return record


def status(
    ledger: Ledger, now: datetime, limit: int, source_id: str | None = None, state: State | None = None
) -> list[StatusLine]:
    """The newest batches of each source, at most `limit`, the newest first."""
    records = _newest_records(ledger, [state] if state else list(State), limit, source_id)
    return [_line(record, now) for record in records]


def freshness(
    ledger: Ledger, s3: "S3Client", bucket: str, now: datetime, source_id: str | None = None
) -> list[Freshness]:
    """How old the newest rows of each mart table are; a table is absent where no recent batch brought it any."""
    newest: dict[tuple[str, str], BatchRecord] = {}
    for record in _newest_records(ledger, [State.LOADED], LOADED_LOOKED_AT, source_id):
        for table in (name for name, rows in record.loaded_rows.items() if rows and name in MART_TABLE_BY_NAME):
            newest.setdefault((table, record.source_id), record)
    attempts = {record.newest_attempt for record in newest.values()}
    snapshots = {a: m.snapshot_at for a in attempts if (m := curated_manifest(s3, bucket, a))}
    return [
        Freshness(
            table=table,
            source_id=source,
            batch_id=record.batch_id,
            snapshot_at=snapshots[record.newest_attempt],
            age_seconds=_seconds(snapshots[record.newest_attempt], now),
        )
        for (table, source), record in sorted(newest.items())
        if record.newest_attempt in snapshots
    ]


def batch_report(ledger: Ledger, s3: "S3Client", bucket: str, batch_id: str, now: datetime) -> BatchReport:
    """One batch in full; TerminalError where the ledger does not know it."""
    record = record_of(ledger, batch_id)
    manifest = curated_manifest(s3, bucket, record.newest_attempt) if record.attempt else None
    return BatchReport(
        batch_id=record.batch_id,
        state=record.state,
        attempt=record.attempt,
        age_seconds=_seconds(record.moved_at, now),
        error=record.error,
        snapshot_at=manifest.snapshot_at if manifest else None,
        step_name=record.step_name,
        step_id=record.step_id,
        cluster_id=record.cluster_id,
        held_by=record.lease_owner if record.lease_until > now.timestamp() else "",
        released_attempt=record.released_attempt,
        hops=_hops(record.history),
        rows=_table_rows(record),
        rejects=manifest.rejects if manifest else (),
        uris=_uris(record, manifest, bucket),
    )


def _newest_records(ledger: Ledger, states: Sequence[State], limit: int, source_id: str | None) -> list[BatchRecord]:
    found = [record for state in states for record in ledger.newest(state, limit, source_id)]
    # A batch that moves while we look may be found in two states, or in none: the index lags a moment behind.
    newest = {record.batch_id: record for record in sorted(found, key=lambda record: record.moved_at)}
    kept: list[BatchRecord] = []
    counts: Counter[str] = Counter()
    for record in sorted(newest.values(), key=lambda record: record.batch_seq, reverse=True):
        counts[record.source_id] += 1
        if counts[record.source_id] <= limit:
            kept.append(record)
    return sorted(kept, key=lambda record: record.created_at, reverse=True)


def _line(record: BatchRecord, now: datetime) -> StatusLine:
    return StatusLine(
        batch_id=record.batch_id,
        state=record.state,
        attempt=record.attempt,
        rows=sum(record.raw_rows.values()),
        age_seconds=_seconds(record.moved_at, now),
        hop_seconds=_newest_pass(record.history),
        error=record.error,
    )


def _newest_pass(history: Sequence[Moved]) -> dict[State, float]:
    """Seconds per hop since the batch was extracted, or since a person last moved it."""
    starts = [index for index, move in enumerate(history) if index == 0 or move.by is Mover.OPERATOR]
    newest = _hops(history[starts[-1] :]) if starts else ()
    return {hop.state: hop.seconds for hop in newest if hop.seconds is not None}


def _hops(history: Sequence[Moved]) -> tuple[Hop, ...]:
    befores = [None, *history]
    return tuple(
        Hop(
            state=move.state,
            at=move.at,
            seconds=_seconds(before.at, move.at) if before else None,
            attempt=move.attempt,
            by=move.by,
            note=move.note,
        )
        for before, move in zip(befores, history, strict=False)
    )


def _table_rows(record: BatchRecord) -> tuple[TableRows, ...]:
    stages = (record.raw_rows, record.curated_rows, record.loaded_rows)
    names = dict.fromkeys(name for rows in stages for name in rows)
    return tuple(
        TableRows(table=name, raw=stages[0].get(name), curated=stages[1].get(name), loaded=stages[2].get(name))
        for name in names
    )


def _uris(record: BatchRecord, manifest: CuratedManifest | None, bucket: str) -> dict[str, str]:
    keys = {"raw manifest": str(RawManifestKey(record.id))}
    if manifest:
        attempt = Attempt(record.id, record.attempt)
        keys["curated manifest"] = attempt.curated_manifest_key
        keys |= {f"rejected {reject.table}": attempt.rejected_prefix(reject.table) for reject in manifest.rejects}
    return {what: str(S3Uri(bucket, key)) for what, key in keys.items()}


def _newest(ledger: Ledger) -> str:
    records = _newest_records(ledger, list(State), SUGGESTED, None)[:SUGGESTED]
    if not records:
        return "it knows none yet: did the extractor run?"
    return f"its newest are {', '.join(record.batch_id for record in records)}; gem status lists more"


def _seconds(start: datetime, end: datetime) -> float:
    return round((end - start).total_seconds(), 3)
