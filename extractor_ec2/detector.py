"""Change detectors: which roots of an aggregate changed since its last window."""

from dataclasses import dataclass
from typing import Protocol

from psycopg2 import sql

from extractor_ec2.changelog import bypasses, missing_triggers
from extractor_ec2.changelog_sql import CHANGE_LOG
from extractor_ec2.postgres import source_errors
from extractor_ec2.snapshot import Snapshot, is_older
from gem.contracts.errors import SchemaDriftError, TerminalError, TransientError
from gem.contracts.source_spec import Aggregate


@dataclass(frozen=True)
class Detection:
    """What a window asks for: the roots that were logged, or `every_root` and the logged ones beside.

    `sweep_due` where deletions may have gone unseen (TRUNCATE).
    """

    is_changed: bool
    every_root: bool
    sweep_due: bool = False


class Detector(Protocol):
    """Finds changed roots within one snapshot; positions are the detector's own words and opaque to others."""

    def position(self) -> str:
        """Where the next window of what this snapshot shows begins."""

    def refuse(self, aggregate: Aggregate, newest: str | None) -> None:
        """Raises SchemaDriftError where changes of the aggregate cannot be seen.

        TransientError or TerminalError where the snapshot is older than the position `newest`.
        """

    def detection(self, aggregate: Aggregate, since: str | None, until: str) -> Detection:
        """What the window between two positions asks for; without a beginning, every root."""

    def window_query(self, aggregate: Aggregate, since: str, until: str) -> sql.Composable:
        """Selects the `root_id` of every change in the window, in no order and with repetitions."""


class ChangelogDetector:
    """Reads gem.change_log, which triggers write in the transaction of each change; exact, whenever that commits.

    A row belongs to the window when the previous snapshot could not see it and this one can. The previous snapshot is
    kept whole: a transaction that was open then is found by name, and holds back nothing else (FACTS P1c).
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Looks at the source through `snapshot` only."""
        self._snapshot = snapshot

    def position(self) -> str:
        """The snapshot; on a standby, which cannot list running transactions, only its lower bound."""
        if not self._snapshot.is_standby:
            return self._snapshot.text
        xmin = self._snapshot.text.split(":", maxsplit=1)[0]
        return f"{xmin}:{xmin}:"

    def refuse(self, aggregate: Aggregate, newest: str | None) -> None:
        """See Detector: the triggers are looked at, and the bounds of both snapshots."""
        self._refuse_blindness(aggregate)
        if newest is not None and is_older(self._snapshot.text, newest):
            self._refuse_the_past(aggregate, newest)

    def detection(self, aggregate: Aggregate, since: str | None, until: str) -> Detection:
        """See Detector. Where the log asks for a sweep, every root is read again: deleted ones it cannot name."""
        if since is None:
            return Detection(is_changed=True, every_root=True)
        query = sql.SQL("select count(*) > 0, coalesce(bool_or(root_id is null), false) from ({}) as logged")
        with source_errors(f"{aggregate.name}: change log"), self._snapshot.connection.cursor() as cursor:
            cursor.execute(query.format(self.window_query(aggregate, since, until)))
            is_changed, asks_for_sweep = cursor.fetchone() or (False, False)
        sweep_due = asks_for_sweep and not aggregate.travels_whole
        return Detection(is_changed=is_changed, every_root=sweep_due, sweep_due=sweep_due)

    def _refuse_blindness(self, aggregate: Aggregate) -> None:
        missing = missing_triggers(self._snapshot.connection, aggregate)
        if missing:
            raise SchemaDriftError(
                f"{aggregate.name}: changes would be lost, for {len(missing)} triggers of the change log are absent,"
                f" altered or not ENABLE ALWAYS, beginning with {missing[0]}; run `python -m extractor_ec2 changelog"
                " install`"
            )
        around = bypasses(self._snapshot.connection, aggregate)
        if around:
            raise SchemaDriftError(f"{aggregate.name}: changes would be lost: {'; '.join(around)}")

    def _refuse_the_past(self, aggregate: Aggregate, newest: str) -> None:
        older = (
            f"{aggregate.name}: snapshot {self._snapshot.text} is older than {newest}, which an earlier batch has read"
        )
        if self._snapshot.is_standby:
            raise TransientError(f"{older}: this standby lags behind the server that was read then")
        raise TerminalError(f"{older}: the source was put back in time; read every root again with `gem resync`")

    def window_query(self, aggregate: Aggregate, since: str, until: str) -> sql.Composable:
        """See Detector; a NULL asks for a sweep."""
        query = sql.SQL("""
            select root_id
              from {log}
             where aggregate = {aggregate}
               and change_xid >= pg_snapshot_xmin({since}::pg_snapshot)
               and not pg_visible_in_snapshot(change_xid, {since}::pg_snapshot)
               and pg_visible_in_snapshot(change_xid, {until}::pg_snapshot)
        """)
        return query.format(
            log=CHANGE_LOG,
            aggregate=sql.Literal(aggregate.name),
            since=sql.Literal(since),
            until=sql.Literal(until),
        )
