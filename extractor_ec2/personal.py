"""Personal data on its way out: hashed columns become HMAC-SHA256; dropped ones were never read."""

import hmac
from collections.abc import Sequence

import pyarrow as pa

from gem.contracts.errors import TerminalError
from gem.contracts.source_spec import Personal, SourceTable
from gem.contracts.types import Kind

HEX_DIGITS = 64


def hashed_columns(table: SourceTable) -> tuple[str, ...]:
    """The table's columns that leave as a hash; TerminalError where a hash does not fit the declared type."""
    columns = [column for column in table.columns if column.personal is Personal.HASH]
    for column in columns:
        if column.type.kind is not Kind.VARCHAR or column.type.max_bytes < HEX_DIGITS:
            raise TerminalError(
                f"{table.name}.{column.name} is declared personal=hash with type {column.type.postgres}; a hash is text"
                f" of {HEX_DIGITS} bytes: declare varchar({HEX_DIGITS}) or more, or personal=drop"
            )
    return tuple(column.name for column in columns)


def without_personal(table: SourceTable, batch: pa.RecordBatch, key: bytes | None) -> pa.RecordBatch:
    """The batch as it may leave; TerminalError where a column is hashed and no key is set."""
    hashed = hashed_columns(table)
    if not hashed:
        return batch
    if key is None:
        raise TerminalError(
            f"table {table.name}: columns {list(hashed)} are hashed: set GEM_HASH_KEY_SECRET_ID to the key's secret"
        )
    return with_hashes(batch, hashed, key)


def with_hashes(batch: pa.RecordBatch, columns: Sequence[str], key: bytes) -> pa.RecordBatch:
    """The batch with these columns as hex HMAC-SHA256 of their UTF-8; NULL stays NULL, equal values stay equal."""
    for name in columns:
        values = batch.column(name).to_pylist()
        hashes = pa.array([None if v is None else hmac.new(key, v.encode(), "sha256").hexdigest() for v in values])
        batch = batch.set_column(batch.schema.get_field_index(name), batch.schema.field(name), hashes.cast(pa.string()))
    return batch
