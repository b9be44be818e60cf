"""A real connection to the warehouse whose wire is cut at a chosen statement."""

import socket
from typing import Any


class FragileConnection:
    """A real connection whose socket is cut before the statement number `cut_before`, or after COMMIT has gone."""

    def __init__(self, connection: Any, cut_before: int | None = None, *, lose_commit: bool = False) -> None:
        self.connection = connection
        self.cut_before = cut_before
        self.lose_commit = lose_commit
        self.statements = 0

    def cursor(self) -> Any:
        return FragileCursor(self, self.connection.cursor())

    def commit(self) -> None:
        self.count()
        self.connection.commit()
        if self.lose_commit:
            self.cut()
            raise ConnectionResetError("the answer to COMMIT is lost")

    def rollback(self) -> None:
        self.connection.rollback()

    def close(self) -> None:
        self.connection.close()

    def count(self) -> None:
        self.statements += 1
        if self.statements == self.cut_before:
            self.cut()

    def cut(self) -> None:
        self.connection._usock.shutdown(socket.SHUT_RDWR)


class FragileCursor:
    def __init__(self, owner: FragileConnection, cursor: Any) -> None:
        self.owner = owner
        self.cursor = cursor

    def execute(self, sql: str, args: Any = None) -> Any:
        self.owner.count()
        return self.cursor.execute(sql, args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)
