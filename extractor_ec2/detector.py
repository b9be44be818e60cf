"""Change detectors: which roots of an aggregate changed since its last window."""

from dataclasses import dataclass
from typing import Protocol, cast

import pyarrow as pa
from psycopg2 import sql

from extractor_ec2.changelog import bypasses, missing_triggers
from extractor_ec2.changelog_sql import CHANGE_LOG
from extractor_ec2.copy_stream import copied
from extractor_ec2.postgres import source_errors
from extractor_ec2.roots import ROOT_SCHEMA, AllRoots, ChangedRoots, SomeRoots, ids_array, table_identifier, whole_table
from extractor_ec2.snapshot import Snapshot
from gem.contracts.errors import SchemaDriftError, TerminalError, TransientError
from gem.contracts.spec import Aggregate


@dataclass(frozen=True)
class Detection:
    """The changed roots of one aggregate; `sweep_due` where deletions may have gone unseen (TRUNCATE)."""

    roots: ChangedRoots
    sweep_due: bool = False


class Detector(Protocol):
    """Finds changed roots within one snapshot; positions are the detector's own words and opaque to others."""

    def position(self) -> str:
        """Where the next window of what this snapshot shows begins."""

    def changed_roots(self, aggregate: Aggregate, since: str | None) -> Detection:
        """The roots changed between the position `since` and this snapshot; None asks for every root.

        Raises SchemaDriftError where changes of the aggregate cannot be seen, TransientError or TerminalError where
        the snapshot is older than `since`.
        """


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

    def changed_roots(self, aggregate: Aggregate, since: str | None) -> Detection:
        """See Detector. Where the log asks for a sweep, every root is read again: deleted ones it cannot name."""
        self._refuse_blindness(aggregate)
        if since is None:
            return Detection(self._every_root(aggregate, ids_array()))
        self._refuse_the_past(aggregate, since)
        logged = self._logged(aggregate, since)
        known = logged.drop_null()
        if aggregate.travels_whole:
            return Detection(whole_table() if len(logged) else SomeRoots(ids_array()))
        if logged.null_count:
            return Detection(self._every_root(aggregate, known), sweep_due=True)
        return Detection(SomeRoots(known))

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

    def _refuse_the_past(self, aggregate: Aggregate, since: str) -> None:
        """Both bounds of a cluster's snapshots only rise. A batch from an older one would undo newer ones (law 3)."""
        text = self._snapshot.text
        if all(now >= then for now, then in zip(_bounds(text), _bounds(since), strict=True)):
            return
        older = f"{aggregate.name}: snapshot {text} is older than {since}, which an earlier batch has read"
        if self._snapshot.is_standby:
            raise TransientError(f"{older}: this standby lags behind the server that was read then")
        raise TerminalError(f"{older}: the source was put back in time; read every root again with `gem resync`")

    def _logged(self, aggregate: Aggregate, since: str) -> pa.Int64Array:
        with copied(
            self._snapshot.connection,
            self.window_query(aggregate, since),
            ROOT_SCHEMA,
            f"{aggregate.name}: change log",
        ) as batches:
            chunks = [batch.column(0) for batch in batches]
        return cast("pa.Int64Array", pa.concat_arrays([ids_array(), *chunks]))

    def window_query(self, aggregate: Aggregate, since: str) -> sql.Composable:
        """Selects the roots noted since `since`; NULL, where one asks for a sweep, comes last."""
        query = sql.SQL("""
            select distinct root_id
              from {log}
             where aggregate = {aggregate}
               and change_xid >= pg_snapshot_xmin({since}::pg_snapshot)
               and not pg_visible_in_snapshot(change_xid, {since}::pg_snapshot)
               and pg_visible_in_snapshot(change_xid, {until}::pg_snapshot)
             order by root_id
        """)
        return query.format(
            log=CHANGE_LOG,
            aggregate=sql.Literal(aggregate.name),
            since=sql.Literal(since),
            until=sql.Literal(self.position()),
        )

    def _every_root(self, aggregate: Aggregate, logged: pa.Int64Array) -> ChangedRoots:
        if aggregate.travels_whole:
            return whole_table()
        query = sql.SQL("select exists (select from {})").format(table_identifier(aggregate.root))
        with source_errors(f"{aggregate.name}: looking for roots"), self._snapshot.connection.cursor() as cursor:
            cursor.execute(query)
            return AllRoots(logged=logged, is_empty=cursor.fetchone() == (False,))


def _bounds(snapshot: str) -> tuple[int, int]:
    """The xmin and xmax of a pg_snapshot's text."""
    xmin, xmax, _ = snapshot.split(":")
    return int(xmin), int(xmax)
