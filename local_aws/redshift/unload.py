"""UNLOAD's data: rows of the backend as files on S3, written as they come."""

from __future__ import annotations

import bz2
import gzip
import io
import struct
import tempfile
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Protocol, cast

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.result_columns import ResultColumn
from local_aws.redshift.unload_command import UnloadCommand
from local_aws.redshift.unload_files import UnloadTarget

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SLICES = 2
SLICE_ROWS = 10_000
BUFFER_BYTES = 4 << 20
LINES_BYTES = 1 << 16
OPEN_FILES = 64
BINARY_HEADER_BYTES = 19
END_OF_BINARY = b"\xff\xff"


class RowWriter(Protocol):
    """Writes rows into one file."""

    def write(self, row: bytes) -> None:
        """Append one row."""

    def size_bytes(self) -> int:
        """How large the file is by now, more or less."""

    def close(self) -> None:
        """Complete the file, which stays open for reading."""


class TextWriter:
    """Lines, perhaps compressed, behind an optional header line."""

    def __init__(self, file: IO[bytes], command: UnloadCommand) -> None:
        self._file = file
        self._out, self._close = _compressed(file, command.compression)
        self._buffer = bytearray()
        self._size_bytes = 0
        if command.header:
            names = (_header_field(column.name, command) for column in command.file_columns)
            self._buffer += (command.separator.join(names) + "\n").encode()

    def write(self, row: bytes) -> None:
        """Append one line."""
        self._buffer += row
        if len(self._buffer) >= LINES_BYTES:
            self._flush()

    def size_bytes(self) -> int:
        """Bytes of the file so far and of the lines that wait to be written."""
        return self._size_bytes + len(self._buffer)

    def close(self) -> None:
        """Write the last lines and complete the compressed stream."""
        self._flush()
        self._close()

    def _flush(self) -> None:
        self._out.write(self._buffer)
        self._buffer.clear()
        self._size_bytes = self._file.tell()


class ParquetWriter:
    """Rows, which come as lines of CSV, in row groups of a few megabytes."""

    def __init__(self, file: IO[bytes], command: UnloadCommand) -> None:
        self._file = file
        self._columns = command.file_columns
        schema = pa.schema([pa.field(column.name, column.arrow_type) for column in self._columns])
        self._out = pq.ParquetWriter(file, schema, version="1.0", compression="snappy")
        self._buffer = bytearray()
        self._size_bytes = 0

    def write(self, row: bytes) -> None:
        """Append one row."""
        self._buffer += row
        if len(self._buffer) >= BUFFER_BYTES:
            self._flush()

    def size_bytes(self) -> int:
        """Bytes of the row groups written so far and of the rows that wait for the next."""
        return self._size_bytes + len(self._buffer)

    def close(self) -> None:
        """Write the last row group and the footer."""
        self._flush()
        self._out.close()

    def _flush(self) -> None:
        if self._buffer:
            self._out.write_table(_parsed(bytes(self._buffer), self._columns))
            self._buffer.clear()
            self._size_bytes = self._file.tell()


class Part:
    """A file in the making: one slice's next file in one partition's folder."""

    def __init__(self, command: UnloadCommand) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by the Unloader
        make = ParquetWriter if command.format == "parquet" else TextWriter
        self.writer: RowWriter = make(self.file, command)
        self.rows = 0


class Unloader:
    """Takes the rows of one UNLOAD as the backend sends them, in bounded memory.

    Rows go to the slices in turns, so that whoever reads them back meets several files. Raises RedshiftError for what
    S3 refuses; files written before that stay there, as they do in Redshift.
    """

    def __init__(self, s3: S3Client, command: UnloadCommand) -> None:
        self._command = command
        self._target = UnloadTarget(s3, command)
        self._parts: dict[tuple[str, int], Part] = {}
        self._numbers: dict[tuple[str, int], int] = {}
        self._row_of: Callable[[bytes], tuple[str, bytes]] = _row_reader(command)
        self.rows = 0

    def open(self) -> None:
        """Look at the target before the first row. Raises RedshiftError when it is not empty."""
        self._target.open()

    def write(self, message: bytes) -> None:
        """Take one CopyData message: one row."""
        folder, row = self._row_of(message)
        if not row:
            return  # the end of COPY's binary form
        slice_number = (self.rows // SLICE_ROWS) % SLICES if self._command.parallel else 0
        key = (folder, slice_number)
        part = self._parts.get(key) or self._start(key)
        part.writer.write(row)
        part.rows += 1
        self.rows += 1
        if part.writer.size_bytes() >= self._command.max_file_bytes:
            self._finish(key)

    def close(self) -> None:
        """Write what is left, and the manifest."""
        for key in list(self._parts):
            self._finish(key)
        if self._command.manifest:
            self._target.put_manifest(self.rows)

    def discard(self) -> None:
        """Forget the files in the making."""
        for part in self._parts.values():
            part.file.close()
        self._parts.clear()

    def _start(self, key: tuple[str, int]) -> Part:
        if len(self._parts) >= OPEN_FILES:
            self._finish(next(iter(self._parts)))
        self._parts[key] = Part(self._command)
        return self._parts[key]

    def _finish(self, key: tuple[str, int]) -> None:
        part = self._parts.pop(key)
        number = self._numbers.get(key, 0)
        self._numbers[key] = number + 1
        with part.file:
            part.writer.close()
            self._target.put(*key, number, part.file, part.rows)


def _row_reader(command: UnloadCommand) -> Callable[[bytes], tuple[str, bytes]]:
    """What finds (folder, row) in a message."""
    partitioned = bool(command.partition_by)
    if command.format == "text":
        return _BinaryRows(partitioned)
    if not partitioned:
        return lambda message: ("", message)
    separator = b"," if command.format == "parquet" else command.separator.encode()

    def split(message: bytes) -> tuple[str, bytes]:
        path, _, row = message.partition(separator)
        return bytes.fromhex(path.decode()).decode(), row

    return split


class _BinaryRows:
    """Reads rows of one text column, or of a path and one, in COPY's binary form."""

    def __init__(self, partitioned: bool) -> None:
        self._partitioned = partitioned
        self._started = False

    def __call__(self, message: bytes) -> tuple[str, bytes]:
        if not self._started:
            self._started = True
            message = message[BINARY_HEADER_BYTES:]
        if not message or message[:2] == END_OF_BINARY:
            return "", b""
        path, position = self._value(message, 2) if self._partitioned else (b"", 2)
        line, _ = self._value(message, position)
        return bytes.fromhex(path.decode()).decode(), line + b"\n"

    @staticmethod
    def _value(message: bytes, position: int) -> tuple[bytes, int]:
        (length,) = struct.unpack_from("!i", message, position)
        end = position + 4 + length
        return message[position + 4 : end], end


def _parsed(rows: bytes, columns: tuple[ResultColumn, ...]) -> pa.Table:
    try:
        return csv.read_csv(
            io.BytesIO(rows),
            read_options=csv.ReadOptions(column_names=[column.name for column in columns]),
            # An empty line is a row: the NULL of a single column.
            parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types={column.name: column.arrow_type for column in columns},
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowException as error:
        raise RedshiftError(f"UNLOAD: a value cannot be written as Parquet: {error}") from error


def _compressed(file: IO[bytes], compression: str) -> tuple[IO[bytes], Callable[[], None]]:
    if compression == "gzip":
        out = cast(IO[bytes], gzip.GzipFile(fileobj=file, mode="wb", mtime=0))
    elif compression == "bzip2":
        out = cast(IO[bytes], bz2.BZ2File(file, "wb"))
    else:
        return file, lambda: None
    return out, out.close


def _header_field(name: str, command: UnloadCommand) -> str:
    awkward = command.format == "csv" and any(character in name for character in (command.separator, '"', "\n", "\r"))
    if command.quoted or awkward:
        return '"' + name.replace('"', '""') + '"'
    return name
