"""Connections to the source database: where it is, how a session is set up, and what its errors mean to us."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg2
from psycopg2 import extensions

from gem.contracts.errors import GemError, TerminalError, TransientError
from gem.settings import ExtractorSettings

if TYPE_CHECKING:
    from botocore.client import BaseClient

Connection = extensions.connection

# SQLSTATE classes after which the same again may work: connection, rollback, resources, intervention, system.
TRANSIENT_CLASSES = frozenset({"08", "40", "53", "57", "58"})
LOCK_NOT_AVAILABLE = "55P03"
WRONG_LOGIN = ("authentication failed", "no pg_hba.conf entry", "does not exist")
CONNECT_SECONDS = 15

# Text that does not depend on the server's configuration, no rows hidden silently, no limit meant for short queries.
SESSION: tuple[LiteralString, ...] = (
    "set timezone = 'UTC'",
    "set datestyle = 'ISO, YMD'",
    "set row_security = off",
    # By name and not by SET: which there are depends on the server's version.
    "select set_config(name, '0', false) from pg_settings"
    " where name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')",
)


class Source:
    """The source database, able to open connections; its password appears in no message."""

    def __init__(self, settings: ExtractorSettings, secrets_client: "BaseClient | None" = None) -> None:
        """`secrets_client` is asked for `source_secret_id`, where no DSN is set."""
        self.source_id = settings.source_id
        self._parameters = _connection_parameters(settings, secrets_client)

    def connect(self) -> Connection:
        """A connection in autocommit whose session prints UTC, ISO and UTF-8.

        Raises TransientError when the server cannot be reached, TerminalError when it refuses the login.
        """
        try:
            connection: Connection = psycopg2.connect(
                **self._parameters, application_name="gem-extractor", connect_timeout=CONNECT_SECONDS
            )
        except psycopg2.OperationalError as error:
            raise self._refusal(str(error).strip()) from None
        except psycopg2.Error:
            # libpq quotes the text that it cannot parse, which may hold the password.
            raise TerminalError(
                "GEM_SOURCE_DSN is no connection string that PostgreSQL understands; expected"
                " postgresql://user:password@host:port/database with special characters percent-encoded"
            ) from None
        connection.autocommit = True
        # Not by SQL: psycopg2 encodes what it sends by what it was told here.
        connection.set_client_encoding("UTF8")
        with source_errors(f"setting up a session of source {self.source_id!r}"), connection.cursor() as cursor:
            cursor.execute("; ".join(SESSION))
        return connection

    def _refusal(self, text: str) -> GemError:
        message = f"source {self.source_id!r} cannot be reached: {text}"
        return TerminalError(message) if any(part in text for part in WRONG_LOGIN) else TransientError(message)


def _connection_parameters(settings: ExtractorSettings, secrets_client: "BaseClient | None") -> dict[str, Any]:
    if settings.source_dsn is not None:
        return {"dsn": settings.source_dsn.unicode_string()}
    if settings.source_secret_id is None or secrets_client is None:
        raise TerminalError("the source is not named: set GEM_SOURCE_DSN, or GEM_SOURCE_SECRET_ID to a secret's id")
    return _secret_parameters(settings.source_secret_id, secrets_client)


def _secret_parameters(secret_id: str, client: Any) -> dict[str, Any]:
    text = client.get_secret_value(SecretId=secret_id)["SecretString"]
    try:
        secret = json.loads(text)
        return {
            "host": secret["host"],
            "port": int(secret["port"]),
            "dbname": secret["dbname"],
            "user": secret["username"],
            "password": secret["password"],
        }
    except (ValueError, TypeError, KeyError):
        # The parser's own message quotes the secret.
        raise TerminalError(
            f"secret {secret_id!r} is not JSON with host, port, dbname, username and password"
        ) from None


@contextmanager
def source_errors(doing: str) -> Iterator[None]:
    """Turns psycopg2's errors into ours, saying what was being done; ours pass through."""
    try:
        yield
    except psycopg2.Error as error:
        raise source_error(error, doing) from error


def source_error(error: psycopg2.Error, doing: str) -> GemError:
    """TransientError where the same again may work (SQLSTATE class, or a lost connection), else TerminalError."""
    state = error.pgcode or ""
    # A connection that breaks carries no SQLSTATE, and in the middle of a COPY not even a class of its own.
    lost = not state and not isinstance(error, psycopg2.ProgrammingError)
    transient = lost or state == LOCK_NOT_AVAILABLE or state[:2] in TRANSIENT_CLASSES
    text = " ".join(str(error).split())
    return (TransientError if transient else TerminalError)(f"{doing}: {text}" + (f" [{state}]" if state else ""))
