"""What COPY could not load, kept for the system's views of it whatever becomes of the client's transaction."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.target import TargetColumn

RAW_BYTES = 1024
REASON_BYTES = 100
# Ids of queries grow also from one run of the front to the next.
_query_ids = itertools.count(int(time.time()))


@dataclass(frozen=True)
class LoadError:
    """A row of a file that does not fit its table; `code` is of Redshift's load error reference."""

    file: str
    line: int
    code: int
    reason: str
    raw_line: str
    column: TargetColumn | None = None
    position: int = 0
    raw_field: str = ""

    def __str__(self) -> str:
        column = f", column {self.column.name}" if self.column else ""
        return f"file {self.file}, line {self.line}{column}: {self.reason} (error {self.code})"


Row = tuple[object, ...]


class LoadLog:
    """Writes load errors through a connection of its own; `session` is the process id of the client's.

    Clients are told to read `view`.
    """

    def __init__(self, insert: Callable[[Sequence[Row]], None], session: Callable[[], int], view: str) -> None:
        self._insert = insert
        self._session = session
        self.view = view

    def write(self, table_id: int, errors: Sequence[LoadError]) -> None:
        """Keep the errors of one COPY."""
        query = next(_query_ids)
        self._insert([(table_id, self._session(), query, *_values(error)) for error in errors])


class LoadErrors:
    """The errors of one COPY, of which it bears fewer than `limit`."""

    def __init__(self, log: LoadLog, table_id: int, limit: int) -> None:
        self._log = log
        self._table_id = table_id
        self._limit = max(limit, 1)
        self._errors: list[LoadError] = []

    @property
    def count(self) -> int:
        """How many rows were left out."""
        return len(self._errors)

    def add(self, error: LoadError, table: str) -> None:
        """Take an error; the one that is too many is raised as the statement's."""
        self._errors.append(error)
        if self.count >= self._limit:
            self.keep()
            raise RedshiftError(
                f"Load into table '{table}' failed. Check '{self._log.view}' system table for details. {error}"
            )

    def keep(self) -> None:
        """Write what there is to the log."""
        if self._errors:
            self._log.write(self._table_id, self._errors)


def _values(error: LoadError) -> Row:
    column = error.column
    return (
        _cut(error.file, 256),
        error.line,
        column.name if column else "",
        column.type[:10] if column else "",
        column.length_text if column else "",
        error.position,
        # Multibyte characters of the line are shown as periods (STL_LOAD_ERRORS, raw_line).
        "".join(c if " " <= c < "\x7f" else "." for c in error.raw_line[:RAW_BYTES]),
        _cut(error.raw_field, RAW_BYTES).replace("\0", "."),
        error.code,
        _cut(error.reason, REASON_BYTES),
    )


def _cut(value: str, size_bytes: int) -> str:
    return value.encode(errors="replace")[:size_bytes].decode(errors="ignore")
