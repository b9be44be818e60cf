"""The warehouse as the publisher sees it: sessions by name, and the load of gem.warehouse."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gem.contracts.manifest import CuratedManifest
from gem.lease import Backend
from gem.settings import WarehouseSettings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


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

    def load(self, manifests: Sequence[CuratedManifest], on_session: Callable[[Backend], None]) -> Sequence[Report]:
        """Loads the batches in one transaction; tells `on_session` of each session before it works in it."""

    def end(self, backend: Backend) -> None:
        """Ends a session that was abandoned, with its open transaction; without effect where it is gone."""


class Redshift:
    """The real one; the driver is imported when a load begins, because that takes most of a second."""

    def __init__(self, settings: WarehouseSettings, s3: "S3Client", secrets: Any) -> None:
        # boto3 types the Secrets Manager client only with another stub package.
        self._settings = settings
        self._s3 = s3
        self._secrets = secrets

    def load(self, manifests: Sequence[CuratedManifest], on_session: Callable[[Backend], None]) -> Sequence[Report]:
        """See Warehouse; raises what gem.warehouse raises: TransientError or TerminalError."""
        from gem.warehouse.load import load_curated  # noqa: PLC0415 - see the class

        def connection() -> Any:
            opened = self._connection()
            on_session(_backend(opened))
            return opened

        return load_curated(connection, self._s3, self._settings, manifests)

    def end(self, backend: Backend) -> None:
        """See Warehouse."""
        connection = self._connection()
        try:
            connection.cursor().execute(
                "select pg_terminate_backend(process) from stv_sessions"
                " where process = %s and starttime = cast(%s as timestamp)",
                backend,
            )
            connection.commit()
        finally:
            connection.close()

    def _connection(self) -> Any:
        from gem.warehouse.connection import connect  # noqa: PLC0415 - see the class

        return connect(self._settings, self._secrets)


def _backend(connection: Any) -> Backend:
    cursor = connection.cursor()
    cursor.execute("select process, starttime from stv_sessions where process = pg_backend_pid()")
    pid, started_at = cursor.fetchone()
    # The load begins with a transaction of its own, whose snapshot must not be taken here.
    connection.rollback()
    return Backend(pid, str(started_at))
