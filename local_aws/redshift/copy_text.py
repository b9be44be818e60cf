"""COPY's data: text files on S3 as CSV rows for the backend; what does not fit goes to the load errors."""

from __future__ import annotations

import bz2
import gzip
import io
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, cast

from local_aws.redshift.copy_command import CopyCommand
from local_aws.redshift.copy_fields import Converter, FieldError, converter
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.load_errors import LoadError, LoadErrors
from local_aws.redshift.objects import Part, open_part, parts_of
from local_aws.redshift.target import TargetColumn
from local_aws.redshift.text_records import Record, csv_records, delimited_records, json_records

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 1 << 18


def text_chunks(
    s3: S3Client, command: CopyCommand, columns: Sequence[TargetColumn], errors: LoadErrors
) -> Iterator[bytes]:
    """The rows of every object that the COPY names, as CSV for the backend, in bounded memory.

    Raises RedshiftError at the error that is one too many, and for an object that cannot be read to its end.
    """
    rows = _Rows(command, columns, errors)
    for part in parts_of(s3, command.source, manifest=command.manifest, sized=False):
        with tempfile.TemporaryFile() as file:
            if open_part(s3, part, file):
                yield from _part_chunks(part, file, rows, command)


def _part_chunks(part: Part, file: IO[bytes], rows: _Rows, command: CopyCommand) -> Iterator[bytes]:
    chunk = bytearray()
    try:
        for record in _records(file, command, rows.columns):
            chunk += rows.csv(part, record)
            if len(chunk) >= CHUNK_BYTES:
                yield bytes(chunk)
                chunk.clear()
    except (EOFError, OSError, zlib.error) as error:
        raise RedshiftError(
            f"COPY: file {part.url} cannot be read to its end as {command.text.compression.upper()}: {error}"
        ) from error
    yield bytes(chunk)


def _records(file: IO[bytes], command: CopyCommand, columns: Sequence[TargetColumn]) -> Iterator[Record]:
    opened = _decompressed(file, command.text.compression)
    # An invalid byte becomes a code of its own, found again in the field that holds it.
    newline = "" if command.format == "csv" else "\n"
    text = io.TextIOWrapper(opened, encoding="utf-8-sig", errors="surrogateescape", newline=newline)
    if command.format == "json":
        return json_records(text, columns, command)
    return csv_records(text, command) if command.format == "csv" else delimited_records(text, command)


def _decompressed(file: IO[bytes], compression: str) -> IO[bytes]:
    if compression == "gzip":
        return cast(IO[bytes], gzip.GzipFile(fileobj=file, mode="rb"))
    return cast(IO[bytes], bz2.BZ2File(file, "rb")) if compression == "bzip2" else file


class _Rows:
    """Turns records into rows of the table."""

    def __init__(self, command: CopyCommand, columns: Sequence[TargetColumn], errors: LoadErrors) -> None:
        self._command = command
        self.columns = columns
        self._errors = errors
        self._converters: list[Converter] = [converter(column, command.text) for column in columns]

    def csv(self, part: Part, record: Record) -> bytes:
        """The record as a line for the backend; nothing when it is an error that COPY bears."""
        try:
            fields = self._complete(part, record)
            values = [self._value(part, record, index, field) for index, field in enumerate(fields)]
        except _RecordError as error:
            self._errors.add(error.found, self._command.table)
            return b""
        return (",".join(map(_quoted, values)) + "\n").encode()

    def _complete(self, part: Part, record: Record) -> list[str]:
        fields = record.fields
        if fields is None:
            raise _RecordError(LoadError(part.url, record.line, 1216, record.reason, record.raw))
        if len(fields) > len(self.columns):
            raise _RecordError(LoadError(part.url, record.line, 1202, "Extra column(s) found", record.raw))
        if len(fields) < len(self.columns):
            if not self._command.text.fill_record:
                column = self.columns[len(fields) - 1]
                raise _RecordError(LoadError(part.url, record.line, 1214, "Delimiter not found", record.raw, column))
            fields = fields + [""] * (len(self.columns) - len(fields))
        return fields

    def _value(self, part: Part, record: Record, index: int, field: str) -> str | None:
        try:
            return self._converters[index](field)
        except FieldError as error:
            column = self.columns[index]
            found = LoadError(
                part.url, record.line, error.code, error.reason, record.raw, column, error.position, field
            )
            raise _RecordError(found) from error


class _RecordError(Exception):
    """A record that does not fit."""

    def __init__(self, found: LoadError) -> None:
        super().__init__(str(found))
        self.found = found


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'
