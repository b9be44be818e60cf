"""The page of those who run the pipeline: hops and their times, freshness as promised, failures, rejects."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gem.contracts.mart.tables import CURATED_TABLES
from gem.figures import group_indian
from gem.powerbi.pages import Shape
from gem.report.asking import ALL
from gem.report.ledger_view import HopTimes, LedgerView, in_words
from gem.report.views import IST, Card, Chart, Listing, PageView, Point, in_india
from gem.warehouse.connection import Connection, execute

SHOWN = 20
"""Batches that are shown, the newest."""
LOADED_BATCHES = f"""
select
    loaded.batch_id,
    max(loaded.attempt) as attempt,
    max(loaded.snapshot_at) as snapshot_at,
    min(loaded.loaded_at) as loaded_at,
    max(coalesce(brought.row_count, 0)) as row_count,
    max(coalesce(rejected.row_count, 0)) as rejected
from ops.load_log as loaded
left join (
    select batch_id, attempt, sum(row_count) as row_count from ops.load_rows group by batch_id, attempt
) as brought
    on brought.batch_id = loaded.batch_id
    and brought.attempt = loaded.attempt
left join (
    select batch_id, sum(row_count) as row_count from bi.v_quality where kind = 'reject' group by batch_id
) as rejected
    on rejected.batch_id = loaded.batch_id
group by loaded.batch_id
order by max(loaded.snapshot_at) desc, loaded.batch_id
limit {SHOWN}
"""  # noqa: S608  (a number of ours)
FRESHNESS = """
select source_id, table_name, max(snapshot_at), max(max(snapshot_at)) over (partition by source_id)
from bi.v_freshness
group by source_id, table_name
"""
REJECTS = """
select rejected.source_id, rejected.table_name, rejected.reason, sum(rejected.row_count), count(distinct batch_id),
    max(rejected.batch_id), max(coalesce(still.roots, 0))
from bi.v_quality as rejected
left join (
    select source_id, source_table, reason, count(distinct root_id) as roots
    from bi.v_open_rejects
    group by source_id, source_table, reason
) as still
    on still.source_id = rejected.source_id
    and still.source_table = rejected.table_name
    and still.reason = rejected.reason
where rejected.kind = 'reject'
group by rejected.source_id, rejected.table_name, rejected.reason
order by 4 desc, 1, 2, 3
"""
OPEN_ROOTS = """
select count(*) from (select distinct source_id, aggregate, root_id from bi.v_open_rejects) as root
"""
NO_LEDGER = "Not known: this report was made without the ledger, which GEM_LEDGER_TABLE names."
UNKNOWN = "not known"
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Fresh:
    """A table of a source: the snapshot that it shows, the last that brought it rows, and the hours promised."""

    source_id: str
    table: str
    promised: timedelta
    shown: datetime
    changed: datetime | None

    def keeps(self, now: datetime) -> bool:
        """Whether it is as fresh as promised."""
        return now - self.shown <= self.promised


def operators_page(connection: Connection, ledger: LedgerView | None, now: datetime) -> PageView:
    """Hops, latency, freshness and rejects at a moment in UTC; without a ledger what it alone knows is not known."""
    batches = execute(connection, LOADED_BATCHES)
    fresh = freshness(execute(connection, FRESHNESS))
    rejects = execute(connection, REJECTS)
    [[open_roots]] = execute(connection, OPEN_ROOTS)
    hops = ledger.hops if ledger else ()
    return PageView(
        "operators",
        "Operators",
        "What is on its way, how long does each hop take, is every promise kept, and what was set aside?",
        cards=tuple(_cards(ledger, fresh, int(open_roots), now)),
        charts=(_latency(batches), *map(_trend, (hop for hop in hops if hop.promised))),
        listings=(
            _standing(ledger),
            _hops(hops, ledger),
            fresh_listing(fresh, now),
            _rejects(rejects),
            _loaded(batches),
        ),
    )


def freshness(rows: Rows) -> list[Fresh]:
    """Every table of every source: a snapshot shows all of them, also those in which nothing had changed."""
    newest = {source: shown for source, _, _, shown in rows}
    changed = {(source, table): at for source, table, at, _ in rows}
    return [
        Fresh(source, table.name, timedelta(hours=table.fresh_within_hours), shown, changed.get((source, table.name)))
        for source, shown in sorted(newest.items())
        for table in CURATED_TABLES
    ]


def _cards(ledger: LedgerView | None, fresh: list[Fresh], open_roots: int, now: datetime) -> Iterator[Card]:
    stale = sum(not each.keeps(now) for each in fresh)
    ages = [(now - each.shown).total_seconds() for each in fresh]
    yield _card(
        "on-their-way",
        "On their way",
        "Batches that move by themselves.",
        str(ledger.on_their_way) if ledger else None,
    )
    yield _card(
        "standing",
        "Late or stopped",
        "Batches that stand longer than a hop may take, and those that wait for a person.",
        str(len(ledger.breaches)) if ledger else None,
    )
    yield _card(
        "age",
        "Age of the data",
        "Since the newest snapshot that is loaded, of the source that waits longest.",
        in_words(max(ages)) if ages else None,
    )
    yield _card("stale", "Stale tables", "Tables that are older than promised.", str(stale) if fresh else None)
    yield _card("rejected", "Rejected roots", "Whose newest version is not in the warehouse.", group_indian(open_roots))


def _card(key: str, name: str, meaning: str, text: str | None) -> Card:
    return Card(key, name, meaning, False, False, {f"{ALL}|{ALL}": UNKNOWN if text is None else text})


def _latency(batches: Rows) -> Chart:
    taken = [(snapshot_at, (loaded_at - snapshot_at).total_seconds()) for _, _, snapshot_at, loaded_at, _, _ in batches]
    return _times("operators-latency", "From the snapshot to the warehouse", [*reversed(taken)], "")


def _trend(hop: HopTimes) -> Chart:
    taken = list(zip(hop.moments, hop.seconds, strict=True))[-SHOWN:]
    note = f"promised within {in_words(hop.promised)}" if hop.promised else ""
    return _times(f"operators-{hop.state.lower()}", f"To {hop.state}", taken, note)


def _times(key: str, title: str, taken: Sequence[tuple[datetime, float]], note: str) -> Chart:
    """Seconds by batch, at the time of each in India."""
    points = tuple(
        Point(f"{at.replace(tzinfo=None) + IST:%Y-%m-%dT%H:%M:%SZ}", ALL, ALL, round(seconds, 3), in_words(seconds))
        for at, seconds in taken
    )
    return Chart(key, title, Shape.LINE, None, "seconds", ",.2~f", False, False, points, note)


def _standing(ledger: LedgerView | None) -> Listing:
    rows = [(in_india(each.since.replace(tzinfo=None)), each.message) for each in ledger.breaches] if ledger else []
    return Listing(
        "Late or stopped batches",
        ("Since", "What it is, and what to do"),
        tuple(rows),
        nothing="None: every batch moves." if ledger else NO_LEDGER,
    )


def _hops(hops: Sequence[HopTimes], ledger: LedgerView | None) -> Listing:
    return Listing(
        "Hops against what is promised",
        ("Hop", "Batches", "Half within (p50)", "Most within (p95)", "Newest", "Promised", "Kept"),
        tuple(map(_hop, hops)),
        f"of the newest {len(ledger.batches)} batches" if ledger and ledger.batches else "",
        nothing="The ledger knows no batch." if ledger else NO_LEDGER,
    )


def _hop(hop: HopTimes) -> tuple[str, ...]:
    most = hop.percentile(0.95)
    promise = ("—", "—") if hop.promised is None else (in_words(hop.promised), "yes" if most <= hop.promised else "no")
    times = (in_words(hop.percentile(0.5)), in_words(most), in_words(hop.seconds[-1]))
    return (f"to {hop.state}", str(len(hop.seconds)), *times, *promise)


def fresh_listing(fresh: Sequence[Fresh], now: datetime, called: Callable[[str], str] = str) -> Listing:
    """What is broken first; tables are called as the function says."""
    return Listing(
        "Freshness of every table against what is promised",
        ("Table", "Source", "Shows the source as of", "Age", "Promised", "Kept", "Last changed by the snapshot of"),
        tuple(
            (
                called(each.table),
                each.source_id,
                in_india(each.shown),
                in_words((now - each.shown).total_seconds()),
                f"{each.promised / timedelta(hours=1):.0f} h",
                "yes" if each.keeps(now) else "no",
                in_india(each.changed) if each.changed else "never",
            )
            for each in sorted(fresh, key=lambda each: each.keeps(now))
        ),
        "by the newest snapshot loaded, that of a backfill too: gem sla looks at live ones alone" if fresh else "",
        nothing="No batch is loaded.",
    )


def _rejects(rejects: Rows) -> Listing:
    return Listing(
        "Rejects by rule",
        ("Table of the source", "Rule", "Source", "Rows", "Batches", "Newest batch", "Roots still open"),
        tuple(
            (table, reason, source, *(group_indian(int(n)) for n in (rows, batches)), newest, group_indian(int(roots)))
            for source, table, reason, rows, batches, newest, roots in rejects
        ),
        nothing="None: no loaded batch had a row rejected.",
    )


def _loaded(batches: Rows) -> Listing:
    return Listing(
        "Loaded batches",
        ("Batch", "Attempt", "Snapshot", "Loaded", "Latency", "Rows", "Rejected rows"),
        tuple(
            (
                str(batch_id),
                str(attempt),
                in_india(snapshot_at),
                in_india(loaded_at),
                in_words((loaded_at - snapshot_at).total_seconds()),
                group_indian(int(rows)),
                group_indian(int(rejected)),
            )
            for batch_id, attempt, snapshot_at, loaded_at, rows, rejected in batches
        ),
        f"the newest {SHOWN}" if len(batches) == SHOWN else "",
        nothing="No batch is loaded.",
    )
