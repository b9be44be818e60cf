"""The change log kept short: months that no stored window needs are dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from psycopg2 import extensions, sql

from extractor_ec2.changelog_sql import CHANGE_LOG
from extractor_ec2.postgres import Connection, source_errors
from extractor_ec2.state import Window
from gem.contracts.errors import TransientError
from gem.contracts.source_spec import SOURCE_SCHEMA, Aggregate

# Whoever writes waits behind us while we wait: better not long, and try again tomorrow.
LOCK_TIMEOUT = "2s"

# The current month and the coming ones are in use, whatever they hold.
PAST_MONTHS = """
select c.relname
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
 where i.inhparent = to_regclass(%s) and c.relname ~ '^change_log_\\d{4}_\\d\\d$' and c.relname < %s
 order by 1
"""

# A row is needed while the window of its aggregate has not seen it.
IS_NEEDED = """
select exists (
  select from {partition}
   where {conditions}
)
"""
UNSEEN = """
(aggregate = {aggregate}
  and change_xid >= pg_snapshot_xmin({position}::pg_snapshot)
  and not pg_visible_in_snapshot(change_xid, {position}::pg_snapshot))
"""

# Another source_id may read the same database, and nobody here knows its windows. No change of the month tells whether
# a window has seen the others: the newest may have committed before an older one. So a month is closed first, by a row
# of a transaction that began after all of them had ended: whoever has seen that one has seen them all.
CLOSING = "(closed)"
"""In the place of an aggregate's name; none is called so, and no window asks for it."""
IS_CLOSED = "select aggregate = {closing} from {partition} order by change_xid desc limit 1"
CLOSE = "insert into {partition} (aggregate, changed_at) values ({closing}, {first})"

# To a window that has not seen the month closed this asks for a sweep, to every other one it is as old as the closing.
MARK = """
insert into {log} (aggregate, root_id, change_xid)
select distinct aggregate, null::bigint, (select max(change_xid) from {partition})
  from {partition}
 where aggregate <> {closing}
"""


@dataclass
class Pruned:
    """What became of the months that are over: dropped, closed, still needed, or busy and left for the next time."""

    dropped: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)


def prune(
    connection: Connection,
    aggregates: Sequence[Aggregate],
    windows: Mapping[str, Window],
    now: datetime | None = None,
) -> Pruned:
    """Closes each past month whose rows every window has seen, and drops it once they have seen that as well.

    Every month in a transaction of its own; so one goes at the second run, if a batch came between. The connection
    comes without an open transaction, and leaves with autocommit off. Before the first load nothing is dropped. A
    transaction that still holds rows of a month keeps it: nobody could tell what it will commit. A window of another
    source_id that has not seen a dropped month closed reads every root again, and finds a sweep due.
    """
    pruned = Pruned()
    positions = _positions(aggregates, windows)
    for month in _past_months(connection, now or datetime.now(UTC)):
        if positions is None or _is_needed(connection, month, positions):
            pruned.needed.append(month)
        else:
            _drop(connection, month, positions, pruned)
    return pruned


def _positions(aggregates: Sequence[Aggregate], windows: Mapping[str, Window]) -> dict[str, str] | None:
    """What each aggregate has seen; None where one has seen nothing, for a first reading may be under way.

    While a window is cut, its beginning counts; a first one has none, and needs what its first snapshot did not show.
    """
    found = {a.name: windows.get(a.name, Window()) for a in aggregates}
    positions = {name: window.position or window.newest_position for name, window in found.items()}
    known = {name: position for name, position in positions.items() if position is not None}
    return known if len(known) == len(found) else None


def _past_months(connection: Connection, now: datetime) -> list[str]:
    connection.autocommit = False
    with source_errors("looking at the change log"), connection, connection.cursor() as cursor:
        cursor.execute(PAST_MONTHS, (f"{SOURCE_SCHEMA}.change_log", f"change_log_{now:%Y_%m}"))
        return [month for (month,) in cursor.fetchall()]


def _is_needed(connection: Connection, month: str, positions: Mapping[str, str]) -> bool:
    with source_errors(f"looking at {month}"), connection, connection.cursor() as cursor:
        cursor.execute(_needed_query(month, positions))
        return cursor.fetchone() != (False,)


def _needed_query(month: str, positions: Mapping[str, str]) -> sql.Composable:
    """Whether a window has still to see a committed row of the month, its closing among them."""
    unseen = [
        sql.SQL(UNSEEN).format(aggregate=sql.Literal(name), position=sql.Literal(position))
        for aggregate, position in positions.items()
        for name in (aggregate, CLOSING)
    ]
    return sql.SQL(IS_NEEDED).format(
        partition=sql.Identifier(SOURCE_SCHEMA, month), conditions=sql.SQL(" or ").join(unseen)
    )


def _drop(connection: Connection, month: str, positions: Mapping[str, str], pruned: Pruned) -> None:
    """Locks the log as its writers do, the whole first; then nobody's uncommitted rows are in the month."""
    partition = sql.Identifier(SOURCE_SCHEMA, month)
    try:
        with source_errors(f"dropping {month}"), connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
            cursor.execute(sql.SQL("lock table only {} in access exclusive mode").format(CHANGE_LOG))
            cursor.execute(sql.SQL("lock table {} in access exclusive mode").format(partition))
            cursor.execute(_needed_query(month, positions))
            if cursor.fetchone() != (False,):
                became = pruned.needed
            elif _close(cursor, month):
                became = pruned.closed
            else:
                names = {"log": CHANGE_LOG, "partition": partition, "closing": sql.Literal(CLOSING)}
                cursor.execute(sql.SQL(MARK).format(**names))
                cursor.execute(sql.SQL("drop table {}").format(partition))
                became = pruned.dropped
    except TransientError:
        became = pruned.busy
    became.append(month)


def _close(cursor: extensions.cursor, month: str) -> bool:
    """Closes a locked month; False where nothing has come since it was closed, or ever."""
    first = datetime.strptime(month, "change_log_%Y_%m").replace(tzinfo=UTC)
    names = {
        "partition": sql.Identifier(SOURCE_SCHEMA, month),
        "closing": sql.Literal(CLOSING),
        "first": sql.Literal(first.isoformat()),
    }
    cursor.execute(sql.SQL(IS_CLOSED).format(**names))
    if cursor.fetchone() in (None, (True,)):
        return False
    cursor.execute(sql.SQL(CLOSE).format(**names))
    return True
