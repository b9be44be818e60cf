"""A database beside the warehouse's own, for a computation of which only the result is kept."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from gem.contracts.errors import GemError, TerminalError
from gem.warehouse.connection import Connection, abandon, execute, in_autocommit

NAME = re.compile(r"gem_scratch_(\d{8}t\d{6})z_[0-9a-f]{8}")
STAMP = "%Y%m%dt%H%M%S"
ABANDONED_AFTER = timedelta(days=1)
"""A scratch database this old belongs to a process that was killed before it could drop it."""

OpenDatabase = Callable[[str | None], Connection]
"""Opens a connection to a database of that name beside the warehouse, or to the warehouse itself."""


@contextmanager
def scratch_database(open_database: OpenDatabase) -> Iterator[str]:
    """The name of a new, empty database on the warehouse's cluster or workgroup; dropped however the computation ends.

    What a killed process left behind a day ago is dropped first. Raises TerminalError where the login may not create
    databases, which takes a superuser or CREATEDB, TransientError where the warehouse is out of reach.
    """
    name = f"gem_scratch_{datetime.now(UTC):{STAMP}}z_{secrets.token_hex(4)}"
    try:
        with _alone(open_database) as connection:
            _drop_abandoned(connection)
            _create(connection, name)
        yield name
    finally:
        # On a connection of its own: the other one may be what broke.
        with _alone(open_database) as connection:
            if name in _scratch_databases(connection):
                execute(connection, f"drop database {name} force")


def _create(connection: Connection, name: str) -> None:
    try:
        execute(connection, f"create database {name}")
    except TerminalError as error:
        if "permission denied" in str(error):
            raise TerminalError(f"{error}: a superuser grants it by alter user … createdb") from error
        raise


def _drop_abandoned(connection: Connection) -> None:
    for name in _scratch_databases(connection):
        if _age(name) > ABANDONED_AFTER:
            # Without FORCE: one that somebody works in stays, and so does one that is another user's.
            with suppress(GemError):
                execute(connection, f"drop database {name}")


def _scratch_databases(connection: Connection) -> list[str]:
    return [name for (name,) in execute(connection, "select datname from pg_database") if NAME.fullmatch(name)]


def _age(name: str) -> timedelta:
    match = NAME.fullmatch(name)
    return datetime.now(UTC) - datetime.strptime(match[1], STAMP).replace(tzinfo=UTC) if match else timedelta(0)


@contextmanager
def _alone(open_database: OpenDatabase) -> Iterator[Connection]:
    """A session of the warehouse in autocommit: neither CREATE nor DROP DATABASE runs in a transaction."""
    connection = in_autocommit(open_database(None))
    try:
        yield connection
    finally:
        abandon(connection)
