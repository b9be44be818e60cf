"""Rows of the source as Arrow batches: COPY csv through a pipe into Arrow's own parser, never as Python objects."""

import os
import re
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import IO

import psycopg2
import pyarrow as pa
import pyarrow.csv as pc
from psycopg2 import sql

from extractor_ec2.postgres import Connection, source_error
from gem.contracts.errors import TerminalError
from gem.contracts.source_spec import Column
from gem.contracts.types import Kind

PIPE_BYTES = 1 << 20
# A row must fit into one block. Arrow reads several ahead, so larger ones cost memory and gain no time.
BLOCK_BYTES = 2 << 20

ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.BIGINT: pa.int64(),
    Kind.INTEGER: pa.int32(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.VARCHAR: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us", tz="UTC"),
}


class UnfitRowError(TerminalError):
    """A row that a raw part cannot hold: `column` has that `value` as text, or the row is too long (both None)."""

    def __init__(self, message: str, column: str | None = None, value: str | None = None) -> None:
        super().__init__(message)
        self.column = column
        self.value = value


def arrow_type(column: Column) -> pa.DataType:
    """The column's Arrow type, as its declaration spells it."""
    match column.type.kind:
        case Kind.DECIMAL:
            return pa.decimal128(column.type.precision, column.type.scale)
        case kind:
            return ARROW_TYPES[kind]


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """The schema of a raw part. Every column may be NULL: what must not be is judged later, by the quality rules."""
    return pa.schema([(column.name, arrow_type(column)) for column in columns])


@contextmanager
def copied(
    connection: Connection, query: sql.Composable, schema: pa.Schema, what: str
) -> Iterator[Iterator[pa.RecordBatch]]:
    """The rows of `query` as batches of `schema`, exact: NULL is not '', decimals keep every digit, times are UTC.

    Streams in bounded memory. `what` names the rows in errors: UnfitRowError for a value that `schema` cannot hold
    (infinity, NaN, a year before 1), TransientError for a lost connection. After an error the connection is spent.
    """
    read_end, write_end = os.pipe()
    sender = _Sender(connection, query, write_end)
    batches = _batches(read_end, sender, schema, what)
    with ExitStack() as last_to_first:
        last_to_first.callback(sender.join)
        last_to_first.callback(os.close, read_end)
        last_to_first.callback(batches.close)
        last_to_first.callback(sender.cancel)
        sender.start()
        yield batches


class _Sender(threading.Thread):
    """Runs the COPY into the pipe; its error is kept for the reader, who sees only an early end."""

    def __init__(self, connection: Connection, query: sql.Composable, write_end: int) -> None:
        super().__init__(name="copy", daemon=True)
        self._connection = connection
        self._statement = sql.SQL("copy ({}) to stdout with (format csv, header)").format(query)
        self._write_end = write_end
        self._error: Exception | None = None

    def run(self) -> None:
        """Sends everything. An error is kept before the pipe ends, so who sees the end can ask for the reason."""
        with suppress(BrokenPipeError), os.fdopen(self._write_end, "wb", PIPE_BYTES) as pipe:
            try:
                with self._connection.cursor() as cursor:
                    cursor.copy_expert(self._statement, pipe, size=PIPE_BYTES)
                pipe.flush()
            except Exception as error:
                self._error = error

    def check(self, what: str) -> None:
        """Raises what ended the COPY early, if anything did; asked after the end of the pipe was seen."""
        if isinstance(self._error, psycopg2.Error):
            raise source_error(self._error, what) from self._error
        if self._error is not None:
            raise self._error

    def cancel(self) -> None:
        """Asks the server to stop, where the COPY still runs because its reader gave up."""
        if self.is_alive():
            with suppress(psycopg2.Error):
                self._connection.cancel()


def _batches(read_end: int, sender: _Sender, schema: pa.Schema, what: str) -> Generator[pa.RecordBatch, None, None]:
    try:
        with os.fdopen(read_end, "rb", PIPE_BYTES, closefd=False) as pipe, _csv_reader(pipe, schema) as reader:
            yield from reader
    except pa.ArrowInvalid as error:
        # A COPY that broke off can look like a bad value.
        sender.check(what)
        raise _unfit_row(str(error), schema, what) from error
    sender.check(what)


def _csv_reader(pipe: IO[bytes], schema: pa.Schema) -> pc.CSVStreamingReader:
    return pc.open_csv(
        pipe,
        read_options=pc.ReadOptions(block_size=BLOCK_BYTES),
        parse_options=pc.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pc.ConvertOptions(
            column_types=schema,
            include_columns=schema.names,
            # PostgreSQL writes NULL as nothing and the empty string as "".
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def _unfit_row(message: str, schema: pa.Schema, what: str) -> UnfitRowError:
    """Arrow counts columns from 0 and speaks of blocks; people want names."""
    if "straddling" in message:
        return UnfitRowError(f"{what}: a row is longer than {BLOCK_BYTES} bytes of CSV, the limit of one row")
    named = re.sub(r"CSV column #(\d+)", lambda found: f"column {schema.names[int(found[1])]!r}", message)
    where = re.search(r"In column '(\w+)': .*?'([^']*)'", named)
    column, value = where.groups() if where else (None, None)
    return UnfitRowError(f"{what}: {named}", column, value)
