"""Rounds of lifelike change at a source: new, changed, moved and deleted rows, made inside PostgreSQL by a seed."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib import resources

from psycopg2 import extensions, sql

from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.source_spec import SOURCE_SCHEMA
from local_aws.source.schema import identifier

QUIET_ROUNDS = 0.1
"""The share of seeds whose round changes nothing."""

KIND_MARK = "-- kind: "
_FUNCTIONS = (("generate", "00_functions.sql"), ("evolution", "0_round.sql"))
_CHANGES = (
    "1_sellers.sql",
    "2_references.sql",
    "3_orders.sql",
    "4_contracts.sql",
    "5_bids.sql",
    "6_awards.sql",
    "7_catalogue.sql",
    "8_deliveries.sql",
    "9_feedback.sql",
)
# A round takes up to a week, but at most half of what is left until now (and a second at least): what somebody changes
# by hand after a round must be newer than it.
_CLOCK = """
select
  since,
  since + greatest(interval '1 second', least(interval '7 days', (clock_timestamp() - since) / 2)) as until
from (select date_trunc('second', max(changed_at)) + interval '1 second' as since from ({}) as newest) as begun
"""


_WRITTEN = """
select coalesce(sum(n_tup_ins), 0), coalesce(sum(n_tup_upd), 0), coalesce(sum(n_tup_del), 0)
from pg_stat_xact_user_tables
where schemaname = %s and relname = any (%s)
"""


@dataclass(frozen=True)
class Change:
    """One kind of change in a round: the rows or roots that it counts, and all rows written for it, members too."""

    kind: str
    count: int
    inserted: int
    updated: int
    deleted: int


def evolve(
    connection: extensions.connection, seed: int, share: Decimal | float, progress: Callable[[str], None]
) -> dict[str, int]:
    """One round of change, as `changes` makes it; how many rows or roots each kind changed, empty where none did."""
    return {change.kind: change.count for change in changes(connection, seed, share, progress)}


def changes(
    connection: extensions.connection, seed: int, share: Decimal | float, progress: Callable[[str], None]
) -> list[Change]:
    """One round of change that touches about `share` of what can change; every kind with what it wrote.

    The round begins after the newest change at the source, and every time that it writes lies within it. The same
    seed and share on the same rows give the same rows, as long as the source is more than two weeks behind the clock.
    Some seeds, and share 0, change nothing. Runs in the caller's transaction, as a superuser: it states the rows' times
    itself, so the trigger that would is off; the change log's are not. Raises ValueError where the seed is no bigint,
    the share not between 0 and 1, or the source empty.
    """
    if not 0 <= share <= 1 or not -(2**63) <= seed < 2**63:
        raise ValueError(f"share {share} must lie between 0 and 1 and seed {seed} be a 64-bit integer")
    if share == 0 or is_quiet(seed):
        progress("nothing changes")
        return []
    with connection.cursor() as cursor:
        since, until = _round_times(cursor)
        parameters = {"seed": seed, "share": float(share), "since": since, "until": until}
        for folder, file in _FUNCTIONS:
            cursor.execute((resources.files("local_aws.source") / folder / file).read_text("utf-8"), parameters)
        made = []
        for kind, statements in _kinds():
            progress(f"changing: {kind}")
            before = _written_rows(cursor)
            cursor.execute(statements, parameters)
            count = max(cursor.rowcount, 0)
            written = (after - then for after, then in zip(_written_rows(cursor), before, strict=True))
            made.append(Change(kind, count, *written))
        cursor.execute("set local session_replication_role = origin")
    return made


def _written_rows(cursor: extensions.cursor) -> tuple[int, ...]:
    """Rows of the source inserted, updated and deleted; only the difference within a transaction means anything."""
    cursor.execute(_WRITTEN, (SOURCE_SCHEMA, list(SOURCE_TABLES)))
    return tuple(map(int, cursor.fetchone() or ()))


def is_quiet(seed: int) -> bool:
    """Whether the round of that seed changes nothing, whatever its share."""
    return random.Random(seed).random() < QUIET_ROUNDS  # noqa: S311  (reproducible on purpose)


def _kinds() -> Iterator[tuple[str, str]]:
    """Each kind of change with its statements; the last of them counts."""
    for file in _CHANGES:
        text = (resources.files("local_aws.source.evolution") / file).read_text("utf-8")
        for part in text.split(KIND_MARK)[1:]:
            kind, _, statements = part.partition("\n")
            yield kind, statements


def _round_times(cursor: extensions.cursor) -> tuple[datetime, datetime]:
    newest = [
        sql.SQL("select max(updated_at) as changed_at from {}").format(identifier(table))
        for table in SOURCE_TABLES.values()
    ]
    cursor.execute(sql.SQL(_CLOCK).format(sql.SQL(" union all ").join(newest)))
    since, until = cursor.fetchone() or (None, None)
    if since is None:
        raise ValueError("the source is empty: generate or load rows first, then let them change")
    return since, until
