"""Backfill: a range of roots read again as new bounded batches, while every live window stays where it is."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg2 import sql

from extractor_ec2.changelog_sql import CHANGE_LOG
from extractor_ec2.cutting import Candidates, Slice, next_slice, whole_slice
from extractor_ec2.extract import Extractor
from extractor_ec2.plan import refuse_drift
from extractor_ec2.postgres import source_errors
from extractor_ec2.publication import until_reserved
from extractor_ec2.roots import id_at, ids_array
from extractor_ec2.snapshot import Snapshot, open_snapshot
from extractor_ec2.state import Backfill, ExtractorState, Held
from gem.contracts.errors import TerminalError
from gem.contracts.manifest import BatchKind, PartKind
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME
from gem.contracts.source_spec import SOURCE_SCHEMA, Aggregate

logger = logging.getLogger(__name__)

LOWEST, HIGHEST = -(2**63), 2**63 - 1


@dataclass(frozen=True)
class Wanted:
    """The roots of a backfill: from `first` to `last`, both included (None: no such end), or only those in `roots`."""

    aggregate: Aggregate
    first: int | None = None
    last: int | None = None
    roots: tuple[int, ...] = ()
    everything: bool = False

    @property
    def is_range(self) -> bool:
        """Whether a range of keys is read, and not named roots alone."""
        return self.everything or self.first is not None or self.last is not None

    @property
    def before_first(self) -> int | None:
        """The highest key that is not asked for."""
        return None if self.first is None or self.first == LOWEST else self.first - 1


def wanted(
    aggregate: str,
    *,
    first: int | None = None,
    last: int | None = None,
    roots: Sequence[int] = (),
    everything: bool = False,
) -> Wanted:
    """What to read, checked; TerminalError says what is wrong and what to say instead."""
    if aggregate not in AGGREGATE_BY_NAME:
        raise TerminalError(f"aggregate {aggregate!r} is not declared: name one of {', '.join(AGGREGATE_BY_NAME)}")
    found = AGGREGATE_BY_NAME[aggregate]
    has_range = first is not None or last is not None
    if found.travels_whole:
        if has_range or roots:
            raise TerminalError(
                f"{aggregate} travels whole: leave --from, --to and --roots away, it is read as one root"
            )
        return Wanted(found)
    if everything and (has_range or roots):
        raise TerminalError("--all reads every root: leave --from, --to and --roots away")
    if not (everything or has_range or roots):
        raise TerminalError(f"which roots of {aggregate}? Say --from and --to, --roots, or --all")
    _refuse_impossible(first, last, roots)
    return Wanted(found, first, last, tuple(sorted(set(roots))), everything)


def _refuse_impossible(first: int | None, last: int | None, roots: Sequence[int]) -> None:
    for name, value in (("--from", first), ("--to", last), *(("--roots", root) for root in roots)):
        if value is not None and not LOWEST <= value <= HIGHEST:
            raise TerminalError(f"{name} {value} is no root id: those are 64-bit integers")
    low, high = LOWEST if first is None else first, HIGHEST if last is None else last
    if low > high:
        raise TerminalError(f"--from {low} is above --to {high}: no root lies between")
    outside = [root for root in roots if not low <= root <= high]
    if outside:
        raise TerminalError(
            f"roots {outside[:5]} of --roots lie outside --from and --to: leave the range away, or run it twice"
        )


@dataclass
class BackfillSummary:
    """What a backfill did; `resumed_after` is the root behind which it went on, where an earlier run was stopped."""

    aggregate: str
    resumed_after: int | None = None
    batches: list[dict[str, Any]] = field(default_factory=list)
    is_dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """The summary that the command prints."""
        ids = [batch["batch_id"] for batch in self.batches if "batch_id" in batch]
        return {
            "batch_id": ids[-1] if ids else None,
            "batches": ids,
            "aggregate": self.aggregate,
            "resumed_after": self.resumed_after,
            "dry_run": self.is_dry_run,
            "ranges": self.batches,
        }


def dry_run(extractor: Extractor, roots: Wanted) -> BackfillSummary:
    """What a backfill of these roots would read now; nothing is written anywhere."""
    summary = BackfillSummary(roots.aggregate.name, is_dry_run=True)
    after = roots.before_first
    with open_snapshot(extractor.source) as snapshot:
        extractor.publisher.store.read().state.belongs_to(snapshot.identity)
        refuse_drift(snapshot, roots.aggregate)
        while (found := _slice(snapshot, roots, after, extractor.max_rows)).roots:
            summary.batches.append(_range(found))
            if found.cut_after is None:
                break
            after = found.cut_after
    return summary


def backfill(extractor: Extractor, roots: Wanted, *, restart: bool = False) -> BackfillSummary:
    """Reads the roots again as BACKFILL batches of about `max_rows` rows; a root that is absent is a tombstone.

    Absent roots are those named, and those in the range that the change log still knows. Every batch is complete in
    itself and the state keeps how far it got: the same call goes on after an earlier one that was stopped, or begins
    anew with `restart`. The reading of a whole aggregate settles a sweep that was due before it began. Raises
    TerminalError where the aggregate cannot be read.
    """
    name, run = roots.aggregate.name, _Run(extractor, roots)
    stored = extractor.publisher.store.read().state.backfills.get(name)
    asked = Backfill(first=roots.first, last=roots.last, roots=roots.roots, after=LOWEST, first_seq=0)
    progress = stored if stored is not None and not restart and stored.asks_the_same(asked) else None
    summary = BackfillSummary(name, resumed_after=progress.after if progress else None)
    if progress:
        logger.info("%s: going on after root %d, where an earlier run stopped", name, progress.after)
    is_finished = False
    while not is_finished:
        before = progress
        progress, is_finished = until_reserved(
            extractor.source.source_id,
            lambda: run.next_batch(before, summary),  # noqa: B023 (called at once)
        )
    return summary


@dataclass(frozen=True)
class _Run:
    extractor: Extractor
    roots: Wanted

    def next_batch(self, progress: Backfill | None, summary: BackfillSummary) -> tuple[Backfill | None, bool]:
        """Publishes the next batch; the new progress, and whether nothing remains."""
        publisher, aggregate = self.extractor.publisher, self.roots.aggregate
        held = publisher.store.read()
        with open_snapshot(self.extractor.source) as snapshot:
            held = Held(held.state.belongs_to(snapshot.identity), held.etag)
            refuse_drift(snapshot, aggregate)
            after = progress.after if progress else self.roots.before_first
            found = _slice(snapshot, self.roots, after, self.extractor.max_rows)
            if not found.roots:
                if progress:
                    publisher.store.change(held, lambda state: self._finished(state, progress))
                return progress, True
            batch_id, held = publisher.reserve(held, snapshot)
            content = publisher.write(snapshot, batch_id, [aggregate], {aggregate.name: found.roots})
        for reason in content.failures.values():
            raise TerminalError(f"{batch_id}: {aggregate.name}: {reason}")
        publisher.publish(snapshot, batch_id, BatchKind.BACKFILL, content)
        rows = sum(part.rows for part in content.parts if part.kind is PartKind.ROWS)
        summary.batches.append({"batch_id": str(batch_id), **_range(found), "rows": rows})
        logger.info("%s: backfill of %s", batch_id, summary.batches[-1])
        return self._note(held, found, progress.first_seq if progress else batch_id.batch_seq)

    def _note(self, held: Held, found: Slice, first_seq: int) -> tuple[Backfill, bool]:
        """Writes down how far the backfill is, or that it is finished."""
        reached = Backfill(
            first=self.roots.first,
            last=self.roots.last,
            roots=self.roots.roots,
            after=id_at(found.roots.ids, -1),
            first_seq=first_seq,
        )
        is_finished, name = found.cut_after is None, self.roots.aggregate.name
        self.extractor.publisher.store.change(
            held,
            lambda state: self._finished(state, reached) if is_finished else state.with_backfill(name, reached),
        )
        return reached, is_finished

    def _finished(self, state: ExtractorState, reached: Backfill) -> ExtractorState:
        return state.without_backfill(self.roots.aggregate.name, reached, settles_sweep=self.roots.everything)


def _slice(snapshot: Snapshot, roots: Wanted, after: int | None, max_rows: int) -> Slice:
    if roots.aggregate.travels_whole:
        return whole_slice(snapshot.connection, roots.aggregate)
    candidates = Candidates(
        every_root=roots.is_range,
        logged=_ever_logged(snapshot, roots.aggregate) if roots.is_range else None,
        named=ids_array(*roots.roots),
        upto=roots.last,
    )
    return next_slice(snapshot.connection, roots.aggregate, candidates, after, max_rows)


def _ever_logged(snapshot: Snapshot, aggregate: Aggregate) -> sql.Composable | None:
    """Selects every root of the aggregate that the change log still knows; None where there is no log."""
    with source_errors("looking for the change log"), snapshot.connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", (f"{SOURCE_SCHEMA}.change_log",))
        if cursor.fetchone() != (True,):
            return None
    return sql.SQL("select root_id from {} where aggregate = {}").format(CHANGE_LOG, sql.Literal(aggregate.name))


def _range(found: Slice) -> dict[str, Any]:
    """What a person reads of a batch: its first and last root, how many, and how many rows they have."""
    ids = found.roots.ids
    return {"from": id_at(ids, 0), "to": id_at(ids, -1), "roots": len(ids), "rows": found.rows}
