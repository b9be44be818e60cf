"""The warehouse as the publisher sees it: sessions by name, and the load of gem.warehouse."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gem.contracts.errors import TerminalError
from gem.contracts.manifest import CuratedManifest
from gem.lease import Backend
from gem.settings import WarehouseSettings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

    from gem.warehouse.connection import Connection


ANSWER_SECONDS = 10
"""What a function keeps of its time to roll back and to say what went wrong."""
RETRY_SECONDS = 60
"""A load is tried again only while the function has this long to live: longer than the longest pause before it."""

# No STL, STV, SVL or SVCS view may be read here: Serverless has none of them. What SYS views show may lag behind, so a
# session is named without one. SYSDATE is the transaction's start, to the microsecond: the session was there before.
OWN_SESSION = "select pg_backend_pid(), sysdate"
# One that began after the moment has the process id of the dead. It may not be shown yet, or not to us: then it is not
# ours, and refuses to be ended. A session that is not shown for another reason is ended, for it may hold the mutex.
IS_LATER = """
select count(*)
from sys_session_history
where session_id = %s
  and status = 'active'
  and start_time > cast(%s as timestamp)
"""
END_SESSION = "select pg_terminate_backend(%s)"


class Report(Protocol):
    """What a load says of one batch."""

    @property
    def batch_id(self) -> str:
        """The batch."""

    @property
    def outcome(self) -> str:
        """loaded, already_loaded, superseded or quarantined."""

    @property
    def rows(self) -> dict[str, int]:
        """Rows written, by table."""

    @property
    def error(self) -> str:
        """Why it was quarantined."""


class Warehouse(Protocol):
    """Where batches are published."""

    def load(
        self,
        manifests: Sequence[CuratedManifest],
        on_session: Callable[[Backend], None],
        remaining_seconds: Callable[[], float],
    ) -> Sequence[Report]:
        """Loads the batches in one transaction, no statement of which outlasts the function.

        Those that there is no time for are left out of it, and of what it reports.
        Tells `on_session` of each session before it works in it.
        """

    def end(self, backend: Backend) -> None:
        """Ends a session that was abandoned, with its open transaction; without effect where it is gone."""


class Redshift:
    """The real one; the driver is imported when a load begins, because that takes most of a second."""

    def __init__(self, settings: WarehouseSettings, s3: "S3Client", secrets: Any) -> None:
        # boto3 types the Secrets Manager client only with another stub package.
        self._settings = settings
        self._s3 = s3
        self._secrets = secrets

    def load(
        self,
        manifests: Sequence[CuratedManifest],
        on_session: Callable[[Backend], None],
        remaining_seconds: Callable[[], float],
    ) -> Sequence[Report]:
        """See Warehouse; raises TransientError and TerminalError as gem.warehouse does."""
        from gem.warehouse.connection import abandon, connect  # noqa: PLC0415 - see the class
        from gem.warehouse.limit import TimeLimited  # noqa: PLC0415 - see the class
        from gem.warehouse.load import load_curated  # noqa: PLC0415 - see the class

        earlier: list[Backend] = []

        def time_to_load() -> float:
            return remaining_seconds() - ANSWER_SECONDS

        def session() -> "Connection":
            connection = TimeLimited(connect(self._settings, self._secrets), time_to_load)
            try:
                # A session whose wire broke keeps the mutex for as long as the server does not miss its client.
                for lost in earlier:
                    _end(connection, lost)
                earlier.append(_backend(connection))
                on_session(earlier[-1])
            except BaseException:
                abandon(connection)
                raise
            return connection

        return load_curated(
            session,
            self._s3,
            self._settings,
            manifests,
            may_retry=lambda: remaining_seconds() > RETRY_SECONDS,
            remaining_seconds=time_to_load,
        )

    def end(self, backend: Backend) -> None:
        """See Warehouse."""
        from gem.warehouse.connection import abandon, connect  # noqa: PLC0415 - see the class

        connection = connect(self._settings, self._secrets)
        try:
            _end(connection, backend)
        finally:
            abandon(connection)


def _end(connection: "Connection", backend: Backend) -> None:
    from gem.warehouse.connection import execute  # noqa: PLC0415 - see Redshift

    [(later,)] = execute(connection, IS_LATER, [backend.pid, backend.alive_at])
    if later:
        return
    try:
        execute(connection, END_SESSION, [backend.pid])
    except TerminalError:
        # Another user's session has its process id: ours is gone.
        connection.rollback()


def _backend(connection: "Connection") -> Backend:
    from gem.warehouse.connection import execute  # noqa: PLC0415 - see Redshift

    [(pid, alive_at)] = execute(connection, OWN_SESSION)
    # The load's transaction must begin with its lock, before any snapshot.
    connection.rollback()
    return Backend(int(pid), str(alive_at))
