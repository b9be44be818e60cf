"""A warehouse connection whose backend knows no ROLE in GRANT: PostgreSQL's roles are users."""

import re
from typing import Any


class PortableCursor:
    """A cursor of the stand-in, whose backend says `to gem_bi` where Redshift says `to role gem_bi`."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def execute(self, sql: str, parameters: Any = ()) -> None:
        words = sql if sql.startswith("create role") else re.sub(r"\brole (gem_\w+)", r"\1", sql)
        self._cursor.execute(words, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class Portable:
    """A connection of such cursors."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def cursor(self) -> PortableCursor:
        return PortableCursor(self._connection.cursor())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
