"""Rows of a declared table into PostgreSQL through one streamed COPY."""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from psycopg2 import extensions, sql

from gem.contracts.source_spec import SourceTable
from local_aws.source.schema import identifier

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Row = Mapping[str, object]

_BUFFER_BYTES = 1 << 16
_NULL = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_rows(cursor: extensions.cursor, table: SourceTable, columns: tuple[str, ...], rows: Iterable[Row]) -> int:
    """Append the rows and return their number; a column that is not named stays NULL.

    Streams: only the row in hand is held. Raises KeyError where a row or the table lacks a named column.
    """
    declared = [table.column(name).name for name in columns]
    statement = sql.SQL("copy {} ({}) from stdin (encoding 'UTF8')").format(
        identifier(table), sql.SQL(", ").join(map(sql.Identifier, declared))
    )
    lines = _Lines(_line(row, columns) for row in rows)
    cursor.copy_expert(statement, io.BufferedReader(lines, _BUFFER_BYTES))
    return cursor.rowcount


def _line(row: Row, columns: tuple[str, ...]) -> str:
    return "\t".join(_field(row[name]) for name in columns) + "\n"


def _field(value: object) -> str:
    return _NULL if value is None else str(value).translate(_ESCAPES)


class _Lines(io.RawIOBase):
    """Lines made one by one, as the bytes of a file."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._rest = b""

    def readable(self) -> bool:
        """Always: it is only read."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill the buffer as far as the line in hand goes; 0 is the end."""
        target = memoryview(buffer)
        if not self._rest:
            self._rest = next(self._lines, "").encode()
        part, self._rest = self._rest[: len(target)], self._rest[len(target) :]
        target[: len(part)] = part
        return len(part)
