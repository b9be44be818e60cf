"""The two sides that a reconciliation asks: the source in one snapshot, the warehouse in one transaction."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gem.contracts.errors import TerminalError, TransientError
from gem.reconcile import Ask
from gem.settings import ExtractorSettings, WarehouseSettings

if TYPE_CHECKING:
    from gem.warehouse.connection import SecretsClient

CONNECT_SECONDS = 15


@contextmanager
def source_side(settings: ExtractorSettings, secrets: "SecretsClient") -> Iterator[Ask]:
    """The source in one read-only snapshot, so that buckets and rows speak of the same moment.

    `secrets` is asked only where no DSN is set. TransientError where the source cannot be reached, TerminalError for a
    query that it refuses.
    """
    import psycopg2  # noqa: PLC0415  (a runtime without a source has no driver for it)

    try:
        connection = psycopg2.connect(
            **_source_parameters(settings, secrets),
            application_name="gem-reconcile",
            connect_timeout=CONNECT_SECONDS,
        )
    except psycopg2.OperationalError as error:
        raise TransientError(f"source {settings.source_id!r} cannot be reached: {str(error).strip()}") from None
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor = connection.cursor()
        cursor.execute("set time zone 'UTC'")

        def ask(query: str) -> list[tuple[Any, ...]]:
            try:
                cursor.execute(query)
                return [tuple(row) for row in cursor.fetchall()]
            except psycopg2.Error as error:
                raise TerminalError(f"source {settings.source_id!r}: {str(error).strip()}") from error

        yield ask
    finally:
        connection.close()


def _source_parameters(settings: ExtractorSettings, secrets: "SecretsClient") -> dict[str, Any]:
    if settings.source_dsn is not None:
        return {"dsn": settings.source_dsn.unicode_string()}
    if settings.source_secret_id is None:
        raise TerminalError("the source is not named: set GEM_SOURCE_DSN, or GEM_SOURCE_SECRET_ID to a secret's id")
    secret = json.loads(secrets.get_secret_value(SecretId=settings.source_secret_id)["SecretString"])
    names = {"host": "host", "port": "port", "dbname": "dbname", "user": "username", "password": "password"}
    missing = sorted(set(names.values()) - set(secret))
    if missing:
        raise TerminalError(f"secret {settings.source_secret_id!r} lacks {missing}")
    return {name: secret[key] for name, key in names.items()}


@contextmanager
def warehouse_side(settings: WarehouseSettings, secrets: "SecretsClient") -> Iterator[Ask]:
    """The warehouse in one transaction, which Redshift reads as of its beginning."""
    from gem.warehouse.connection import abandon, connect, execute  # noqa: PLC0415  (the driver takes half a second)

    connection = connect(settings, secrets)
    try:
        yield lambda query: execute(connection, query)
    finally:
        abandon(connection)
