"""One instant of the source, held by a transaction and exported so that several connections read the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg2 import errors, sql

from extractor_ec2.postgres import Connection, Source, source_errors
from gem.contracts.errors import TerminalError, TransientError
from gem.contracts.frozen import Frozen

# The file of the snapshot is no longer there; or it is, and the process that exported it is not.
SNAPSHOT_GONE = (errors.UndefinedObject, errors.InvalidParameterValue, errors.ObjectNotInPrerequisiteState)

# The snapshot is taken by this statement, after its timestamp: what was committed by `taken_at` is in it.
TAKE = """
select pg_export_snapshot(), pg_current_snapshot()::text, statement_timestamp(), pg_is_in_recovery()
"""
MAY_IDENTIFY = """
select has_function_privilege('pg_control_system()', 'execute')
   and has_function_privilege('pg_control_checkpoint()', 'execute')
"""
IDENTIFY = """
select s.system_identifier::text, c.timeline_id from pg_control_system() s, pg_control_checkpoint() c
"""


class Identity(Frozen):
    """Which database cluster this is: transaction ids of one mean nothing in another."""

    system_identifier: str
    timeline: int


@dataclass(frozen=True)
class Snapshot:
    """A REPEATABLE READ, READ ONLY transaction; `text` is pg_current_snapshot(), `taken_at` is never after it.

    `identity` is None where the role may not ask for it.
    """

    connection: Connection
    exported: str
    text: str
    taken_at: datetime
    is_standby: bool
    identity: Identity | None

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What ends in a TerminalError within the block leaves the transaction, and so the snapshot, standing."""
        with self.connection.cursor() as cursor:
            cursor.execute("savepoint attempt")
            try:
                yield
            except TerminalError:
                cursor.execute("rollback to savepoint attempt")
                raise
            cursor.execute("release savepoint attempt")


def is_older(snapshot: str, than: str) -> bool:
    """Whether one pg_snapshot of a cluster is older than another: both bounds only rise.

    A batch from an older one would undo newer ones (law 3).
    """
    return any(now < then for now, then in zip(_bounds(snapshot), _bounds(than), strict=True))


def _bounds(snapshot: str) -> tuple[int, int]:
    """The xmin and xmax of a pg_snapshot's text."""
    xmin, xmax, _ = snapshot.split(":")
    return int(xmin), int(xmax)


@contextmanager
def open_snapshot(source: Source) -> Iterator[Snapshot]:
    """Takes a snapshot and keeps it until the block ends; the source is never written."""
    connection = source.connect()
    try:
        yield _take(connection)
    finally:
        connection.close()


def _take(connection: Connection) -> Snapshot:
    with source_errors("taking a snapshot"):
        _begin(connection)
        with connection.cursor() as cursor:
            cursor.execute(TAKE)
            exported, text, taken_at, is_standby = cursor.fetchone() or ()
            cursor.execute(MAY_IDENTIFY)
            identity = None
            if cursor.fetchone() == (True,):
                cursor.execute(IDENTIFY)
                system_identifier, timeline = cursor.fetchone() or ()
                identity = Identity(system_identifier=system_identifier, timeline=timeline)
    return Snapshot(connection, exported, text, taken_at, is_standby, identity)


@contextmanager
def reading(source: Source, snapshot: Snapshot) -> Iterator[Connection]:
    """A connection of its own that sees exactly `snapshot`, so that its failure leaves the snapshot standing.

    Raises TransientError where the snapshot is gone with its transaction.
    """
    connection = source.connect()
    try:
        with source_errors("importing the snapshot"):
            _begin(connection)
            with connection.cursor() as cursor:
                try:
                    cursor.execute(sql.SQL("set transaction snapshot {}").format(sql.Literal(snapshot.exported)))
                except SNAPSHOT_GONE as error:
                    raise TransientError(f"importing the snapshot: its transaction has ended: {error}") from error
        yield connection
    finally:
        connection.close()


def _begin(connection: Connection) -> None:
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
