"""A publish hold: for a bounded time no load begins, so that a refresh of many transactions reads one warehouse."""

from dataclasses import dataclass
from datetime import datetime

from gem.contracts.errors import PublishHeldError, TerminalError
from gem.warehouse.connection import Connection, commit, execute

LONGEST_MINUTES = 240
"""No hold counts for longer, whoever wrote it: a refresh that died must not stop the warehouse."""

IN_FORCE = f"held_until > getdate() and held_from > dateadd(minute, -{LONGEST_MINUTES}, getdate())"


@dataclass(frozen=True)
class Hold:
    """A hold in force; times are UTC."""

    holder: str
    reason: str
    held_from: datetime
    held_until: datetime


def place_hold(connection: Connection, holder: str, reason: str, minutes: int) -> Hold:
    """Let no load begin for `minutes`; returns when none is running any more. A holder's new hold replaces its old one.

    Raises TerminalError for a time out of range or an empty name.
    """
    if not 1 <= minutes <= LONGEST_MINUTES or not holder.strip():
        raise TerminalError(f"a hold needs a holder and 1 to {LONGEST_MINUTES} minutes, not {holder!r} and {minutes}")
    # A load holds the mutex from its first statement to its COMMIT: behind it, all loads are over or will see the hold.
    execute(connection, "lock table ops.load_mutex")
    execute(connection, f"delete from ops.publish_hold where holder = %s or not ({IN_FORCE})", [holder])  # noqa: S608 - a constant
    execute(
        connection,
        "insert into ops.publish_hold (holder, reason, held_from, held_until)\n"
        "values (%s, %s, getdate(), dateadd(minute, cast(%s as integer), getdate()))",
        [holder, reason, minutes],
    )
    [hold] = [hold for hold in holds(connection) if hold.holder == holder]
    commit(connection)
    return hold


def lift_hold(connection: Connection, holder: str) -> bool:
    """End a holder's hold before its time; whether there was one in force."""
    was_held = any(hold.holder == holder for hold in holds(connection))
    execute(connection, "delete from ops.publish_hold where holder = %s", [holder])
    commit(connection)
    return was_held


def holds(connection: Connection) -> list[Hold]:
    """The holds in force, the longest first."""
    query = f"select holder, reason, held_from, held_until from ops.publish_hold where {IN_FORCE} order by 4 desc, 1"  # noqa: S608 - a constant
    return [Hold(*row) for row in execute(connection, query)]


def refuse_while_held(connection: Connection) -> None:
    """Raise PublishHeldError while a hold is in force; to be asked with the load mutex held."""
    if found := holds(connection):
        hold = found[0]
        raise PublishHeldError(
            f"{hold.holder} holds publishing until {hold.held_until:%Y-%m-%d %H:%M:%S} UTC ({hold.reason}): "
            "batches wait as CURATED; `gem hold lift` ends it sooner"
        )
