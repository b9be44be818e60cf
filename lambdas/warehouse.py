"""The warehouse as the publisher sees it: sessions by name, and the load of gem.warehouse."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gem.contracts.manifest import CuratedManifest
from gem.lease import Backend
from gem.settings import WarehouseSettings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

    from gem.warehouse.connection import Connection


ANSWER_SECONDS = 10
"""What a function keeps of its time to roll back and to say what went wrong."""

OWN_SESSION = "select process, starttime from stv_sessions where process = pg_backend_pid()"
END_SESSION = """
select pg_terminate_backend(process)
from stv_sessions
where process = %s
  and starttime = cast(%s as timestamp)
"""


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
        self, manifests: Sequence[CuratedManifest], on_session: Callable[[Backend], None], seconds: float
    ) -> Sequence[Report]:
        """Loads the batches in one transaction, no statement longer than `seconds`.

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
        self, manifests: Sequence[CuratedManifest], on_session: Callable[[Backend], None], seconds: float
    ) -> Sequence[Report]:
        """See Warehouse; raises TransientError and TerminalError as gem.warehouse does."""
        from gem.warehouse.connection import abandon, connect  # noqa: PLC0415 - see the class
        from gem.warehouse.load import load_curated  # noqa: PLC0415 - see the class

        def session() -> "Connection":
            connection = connect(self._settings, self._secrets, statement_timeout_seconds=seconds - ANSWER_SECONDS)
            try:
                on_session(_backend(connection))
            except BaseException:
                abandon(connection)
                raise
            return connection

        return load_curated(session, self._s3, self._settings, manifests)

    def end(self, backend: Backend) -> None:
        """See Warehouse."""
        from gem.warehouse.connection import abandon, connect, execute  # noqa: PLC0415 - see the class

        connection = connect(self._settings, self._secrets)
        try:
            execute(connection, END_SESSION, [backend.pid, backend.started_at])
        finally:
            abandon(connection)


def _backend(connection: "Connection") -> Backend:
    from gem.warehouse.connection import execute  # noqa: PLC0415 - see Redshift

    [(pid, started_at)] = execute(connection, OWN_SESSION)
    # The load's transaction must begin with its lock, before any snapshot.
    connection.rollback()
    return Backend(int(pid), str(started_at))
