"""The page of those who run the pipeline: batches with their way and time, and what was rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gem.contracts.states import State
from gem.figures import group_indian
from gem.powerbi.pages import Shape
from gem.report.asking import ALL
from gem.report.views import Chart, Listing, PageView, Point, in_india
from gem.warehouse.connection import Connection, execute

SHOWN = 20
"""Batches that are shown, the newest."""
BATCHES = f"""
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
order by max(loaded.batch_seq) desc
limit {SHOWN}
"""  # noqa: S608  (a number of ours)


@dataclass(frozen=True)
class HopsOfBatch:
    """What the ledger says of a batch: its state, and the seconds that it took to each state."""

    batch_id: str
    state: State
    seconds: Mapping[State, float]


def operators_page(connection: Connection, hops: Sequence[HopsOfBatch]) -> PageView:
    """Hops, latency, freshness and rejects; without a ledger the hops are not known and left out."""
    batches = execute(connection, BATCHES)
    points = tuple(
        Point(
            batch_id,
            ALL,
            ALL,
            (loaded_at - snapshot_at).total_seconds(),
            f"{(loaded_at - snapshot_at).total_seconds():.0f} s",
        )
        for batch_id, _, snapshot_at, loaded_at, _, _ in reversed(batches)
    )
    latency = Chart(
        "operators-latency",
        "From the snapshot to the warehouse",
        Shape.BARS,
        None,
        "seconds",
        ",.0f",
        by_year=False,
        by_ministry=False,
        points=points,
    )
    listed = Listing(
        "Loaded batches",
        ("Batch", "Attempt", "Snapshot", "Loaded", "Latency", "Rows", "Rejected rows"),
        tuple(
            (
                str(batch_id),
                str(attempt),
                in_india(snapshot_at),
                in_india(loaded_at),
                f"{(loaded_at - snapshot_at).total_seconds():.0f} s",
                group_indian(int(rows)),
                group_indian(int(rejected)),
            )
            for batch_id, attempt, snapshot_at, loaded_at, rows, rejected in batches
        ),
        f"the newest {SHOWN}" if len(batches) == SHOWN else "",
    )
    return PageView(
        "operators",
        "Operators",
        "What is on its way, how long does each hop take, and what was set aside?",
        charts=(latency,),
        listings=(listed, *([_hops(hops)] if hops else [])),
    )


def _hops(hops: Sequence[HopsOfBatch]) -> Listing:
    states = [state for state in State if any(state in each.seconds for each in hops)]
    return Listing(
        "Seconds by hop, as the ledger knows them",
        ("Batch", "State", *(f"to {state}" for state in states)),
        tuple(
            (each.batch_id, str(each.state), *(f"{each.seconds[s]:.1f}" if s in each.seconds else "—" for s in states))
            for each in hops[:SHOWN]
        ),
    )
