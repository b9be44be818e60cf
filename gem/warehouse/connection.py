"""Connections to Redshift, and the one place where the driver's errors become ours."""

import json
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

import redshift_connector

from gem.aws import aws_errors
from gem.contracts.errors import GemError, TerminalError, TransientError
from gem.settings import WarehouseSettings

# What the driver lets through when the wire breaks: its own errors, the socket's, and an unpack of too few bytes.
DRIVER_ERRORS = (redshift_connector.Error, OSError, struct.error)

# Serialization, deadlock, shutdown, no connection left, lock or statement timeout: the same again may work.
TRANSIENT_CODES = ("40001", "40P01", "57P", "57014", "53", "55P03", "08")
TRANSIENT_TEXTS = (
    "serializable isolation violation",
    "conflict with concurrent transaction",
    "deadlock detected",
    "could not serialize access",
    # COPY's way of telling that S3 throttles or stumbles.
    "status 500",
    "status 503",
    # And of telling that a transfer broke off.
    "s3curlexception",
    # The same from the fleet that reads Parquet for it (Spectrum, query troubleshooting). Its numbers do not tell:
    # 15001 is a host short of threads as well as a value too long.
    "retries exceeded",
    "access throttled",
    "slow down",
    "slowdown",
    "temporarily unavailable",
)

LOGIN = frozenset({"username", "password"})
PLACE = frozenset({"host", "port", "dbname"})


class Cursor(Protocol):
    """The part of a DB-API cursor that this package uses."""

    @property
    def description(self) -> Any:
        """Columns of the result; None when the statement has none."""

    def execute(self, operation: str, args: Any = None) -> Any:
        """Run one statement."""

    def fetchall(self) -> Any:
        """All rows of the result."""

    def close(self) -> None:
        """Let the cursor go."""


class Connection(Protocol):
    """The part of a redshift_connector connection that this package uses; autocommit is off."""

    def cursor(self) -> Any:
        """A new cursor."""

    def commit(self) -> None:
        """End the transaction."""

    def rollback(self) -> None:
        """Undo the transaction."""

    def close(self) -> None:
        """Close the wire."""


class SecretsClient(Protocol):
    """The part of the Secrets Manager client that this package uses."""

    def get_secret_value(self, *, SecretId: str) -> Any:  # noqa: N803 - the API's own name
        """The secret's value."""


def connect(
    settings: WarehouseSettings,
    secrets_client: SecretsClient,
    *,
    database: str | None = None,
    as_admin: bool = False,
) -> Connection:
    """A connection to the secret's database or another; autocommit off, over TLS unless the settings say otherwise.

    `as_admin` logs in as who owns the schemas, where the settings know him.

    An UPDATE or MERGE that finds two rows for one is an error in it, where Redshift would take either of them.

    Raises TransientError where the warehouse or its secret cannot be reached, TerminalError where the secret or the
    log-in is wrong.
    """
    secret = _secret(settings.warehouse_secret_id, secrets_client, LOGIN | PLACE)
    if as_admin and settings.warehouse_admin_secret_id:
        secret |= _secret(settings.warehouse_admin_secret_id, secrets_client, LOGIN)
    with driver_errors(f"connect to {secret['host']}:{secret['port']}"):
        connection: Connection = redshift_connector.connect(
            host=secret["host"],
            port=int(secret["port"]),
            database=database or secret["dbname"],
            user=secret["username"],
            password=secret["password"],
            ssl=settings.warehouse_ssl,
            tcp_keepalive=True,
            application_name="gem-warehouse",
            # A load runs nearly every statement once, and a named one could outlive the temporary tables it speaks of.
            max_prepared_statements=0,
        )
    try:
        execute(connection, "set error_on_nondeterministic_update to true")
        commit(connection)
    except GemError:
        abandon(connection)
        raise
    return connection


def loader_login(settings: WarehouseSettings, secrets_client: SecretsClient) -> tuple[str, str]:
    """User name and password of who loads, as the secret says them. Raises as `connect` does."""
    secret = _secret(settings.warehouse_secret_id, secrets_client, LOGIN)
    return str(secret["username"]), str(secret["password"])


def _secret(secret_id: str, secrets_client: SecretsClient, keys: frozenset[str]) -> dict[str, Any]:
    """The values of these keys."""
    with aws_errors(f"secret {secret_id}: reading"):
        text = secrets_client.get_secret_value(SecretId=secret_id)["SecretString"]
    wanted = ", ".join(sorted(keys))
    try:
        secret = dict(json.loads(text))
    except (ValueError, TypeError):
        # What was read must not get into a message.
        raise TerminalError(f"secret {secret_id!r} must be a JSON object with {wanted}") from None
    if missing := keys - secret.keys():
        raise TerminalError(f"secret {secret_id!r} lacks {sorted(missing)}: write {wanted}")
    return {key: secret[key] for key in keys}


def execute(connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows, none where it has no result.

    Raises TransientError or TerminalError with the statement's first line.
    """
    with driver_errors(sql.partition("\n")[0]):
        cursor = connection.cursor()
        try:
            cursor.execute(sql, tuple(parameters))
            rows = cursor.fetchall() if cursor.description else []
        finally:
            with suppress(*DRIVER_ERRORS):
                cursor.close()
    return [tuple(row) for row in rows]


def limit_statements(connection: Connection, seconds: float) -> None:
    """Let no statement of the session take longer from now on, or from the transaction's end on where that undoes it.

    It reads nothing, so it takes no snapshot.
    """
    execute(connection, f"set statement_timeout to {max(1, int(seconds * 1000))}")


def in_autocommit(connection: Connection) -> Connection:
    """The same connection, every statement of which is a transaction of its own from now on."""
    driver: Any = connection
    driver.autocommit = True
    return connection


def commit(connection: Connection) -> None:
    """End the transaction. A TransientError leaves open whether it was committed: look before doing it again."""
    with driver_errors("commit"):
        connection.commit()


def abandon(connection: Connection) -> None:
    """Roll back whatever is open and close; never raises, for the server rolls back when the wire closes."""
    for end in (connection.rollback, connection.close):
        with suppress(*DRIVER_ERRORS):
            end()


@contextmanager
def driver_errors(doing: str) -> Iterator[None]:
    """Turn the driver's errors into TransientError or TerminalError that says what was being done."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise warehouse_error(error, doing) from error


def warehouse_error(error: Exception, doing: str) -> GemError:
    """The error of ours for one of the driver's: the server's SQLSTATE and text decide, a broken wire is transient."""
    details = error.args[0] if error.args and isinstance(error.args[0], dict) else None
    if details is None:
        lost = isinstance(error, redshift_connector.InterfaceError | OSError | struct.error)
        kind = TransientError if lost else TerminalError
        return kind(f"warehouse, {doing}: {error or type(error).__name__}")
    code, text = str(details.get("C", "")), " ".join(str(details[k]) for k in ("M", "D", "H") if k in details)
    message = f"warehouse, {doing}: {text}"
    transient = code.startswith(TRANSIENT_CODES) or any(sign in text.lower() for sign in TRANSIENT_TEXTS)
    return TransientError(message) if transient else TerminalError(message)
