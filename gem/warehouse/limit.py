"""A connection of one who has so long to live and no longer."""

from collections.abc import Callable
from typing import Any

from gem.warehouse.connection import Connection, limit_statements

TOLERANCE_SECONDS = 5.0
"""A statement may outlast the time by as much; the session is told anew only when that much has gone by."""


class TimeLimited:
    """A Connection that lowers its session's statement_timeout as the time runs out.

    Redshift counts the timeout from the start of each statement: one set at the beginning would let the last statement
    of a long transaction run into the end of the process, which then tells nobody what went wrong. No statement
    outlasts `remaining_seconds` by more than TOLERANCE_SECONDS.
    """

    def __init__(self, connection: Connection, remaining_seconds: Callable[[], float]) -> None:
        self._connection = connection
        self._remaining_seconds = remaining_seconds
        self._told: float | None = None

    def cursor(self) -> Any:
        """A new cursor, for one statement that begins now."""
        seconds = self._remaining_seconds()
        if self._told is None or self._told - seconds > TOLERANCE_SECONDS:
            limit_statements(self._connection, seconds)
            self._told = seconds
        return self._connection.cursor()

    def commit(self) -> None:
        """End the transaction."""
        self._connection.commit()

    def rollback(self) -> None:
        """Undo the transaction, and with it what the session was told in it."""
        self._connection.rollback()
        self._told = None

    def close(self) -> None:
        """Close the wire."""
        self._connection.close()
