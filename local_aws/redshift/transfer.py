"""The data that flows beside a statement: COPY's from S3 to the backend, UNLOAD's from the backend to S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from local_aws.redshift.copy_command import CopyCommand
from local_aws.redshift.copy_text import text_chunks
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.link import Link
from local_aws.redshift.load_errors import LoadErrors, LoadLog
from local_aws.redshift.parquet import csv_chunks
from local_aws.redshift.target import TargetColumn
from local_aws.redshift.tokens import literal
from local_aws.redshift.unload import Unloader

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COLUMNS_OF = """
select attrelid, attname, typname, atttypmod, attnotnull
from pg_attribute join pg_type on pg_type.oid = atttypid
where attrelid = {}::regclass and attnum > 0 and not attisdropped
order by attnum
"""


class Load:
    """The rows of one COPY."""

    def __init__(self, link: Link, s3: S3Client, log: LoadLog, command: CopyCommand) -> None:
        self._link = link
        self._s3 = s3
        self._command = command
        table_id, self._columns = self._target()
        self._log = log
        self._errors = LoadErrors(log, table_id, command.max_errors)

    def chunks(self) -> Iterator[bytes]:
        """CSV for the backend. Raises RedshiftError naming file, line or row, and column for what cannot be loaded."""
        if self._command.format == "parquet":
            return csv_chunks(self._s3, self._command, self._columns)
        return text_chunks(self._s3, self._command, self._columns, self._errors)

    def completed(self, rows: int) -> None:
        """Keep the count and tell the client."""
        self._errors.keep()
        table = self._command.table
        self._link.query(f"select set_config('redshift.last_copy_count', '{rows}', false)")
        self._link.inform(f"Load into table {table} completed, {rows} record(s) loaded successfully.")
        if self._errors.count:
            self._link.inform(
                f"Load into table {table} completed, {self._errors.count} record(s) could not be loaded. "
                f"Check '{self._log.view}' system table for details."
            )

    def _target(self) -> tuple[int, tuple[TargetColumn, ...]]:
        rows = self._link.query(COLUMNS_OF.format(literal(self._command.table)))
        found = {
            str(name): TargetColumn(str(name), str(kind), int(modifier or -1), not_null == "t")
            for _, name, kind, modifier, not_null in rows
        }
        for name in self._command.columns:
            if name not in found:
                raise RedshiftError(f'column "{name}" of relation {self._command.table} does not exist', "42703")
        return int(rows[0][0] or 0), tuple(found[name] for name in self._command.columns or found)


class Unload:
    """The rows of one UNLOAD; after its first error nothing is written any more, while the backend's rows run out."""

    def __init__(self, link: Link, unloader: Unloader) -> None:
        self._link = link
        self._unloader = unloader
        self.error: RedshiftError | None = None

    def open(self) -> None:
        """The backend is about to send rows."""
        self._unless_failed(self._unloader.open)

    def write(self, row: bytes) -> None:
        """Take a row."""
        self._unless_failed(lambda: self._unloader.write(row))

    def close(self) -> None:
        """The backend has sent every row."""
        self._unless_failed(self._unloader.close)

    def discard(self) -> None:
        """The backend has failed."""
        self._unloader.discard()

    def completed(self) -> None:
        """Keep the count and tell the client."""
        rows = self._unloader.rows
        self._link.query(f"select set_config('redshift.last_unload_count', '{rows}', false)")
        self._link.inform(f"UNLOAD completed, {rows} record(s) unloaded successfully.")

    def _unless_failed(self, take: Callable[[], None]) -> None:
        if self.error is not None:
            return
        try:
            take()
        except RedshiftError as error:
            self.error = error
            self._unloader.discard()
