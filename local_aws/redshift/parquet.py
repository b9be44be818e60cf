"""COPY's data: Parquet objects on S3 as CSV rows for the backend, as strict about types as Redshift."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from local_aws.redshift.copy_command import CopyCommand
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.objects import Part, open_part, parts_of
from local_aws.redshift.target import TargetColumn

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BATCH_ROWS = 16_384
ARROW_TYPES: dict[str, tuple[pa.DataType, ...]] = {
    "int2": (pa.int8(), pa.int16()),
    "int4": (pa.int8(), pa.int16(), pa.int32()),
    "int8": (pa.int64(),),
    "float4": (pa.float32(),),
    "float8": (pa.float64(),),
    "bool": (pa.bool_(),),
    "date": (pa.date32(),),
    "time": (pa.time64("us"), pa.time32("ms")),
    "varchar": (pa.string(), pa.large_string()),
    "bpchar": (pa.string(), pa.large_string()),
    "jsonb": (pa.string(), pa.large_string()),
}


def csv_chunks(s3: S3Client, command: CopyCommand, columns: Sequence[TargetColumn]) -> Iterator[bytes]:
    """The rows of every object that the COPY names, as CSV for the backend, in bounded memory.

    Raises RedshiftError naming file, column and row for anything Redshift would not load.
    """
    for part in parts_of(s3, command.source, manifest=command.manifest):
        with tempfile.TemporaryFile() as file:
            if open_part(s3, part, file):
                yield from _part_chunks(part, file, columns, command.fill_record)


def _part_chunks(part: Part, file: IO[bytes], columns: Sequence[TargetColumn], fill_record: bool) -> Iterator[bytes]:
    row = 0
    try:
        parquet = pq.ParquetFile(file, coerce_int96_timestamp_unit="us")
        _check_schema(part, parquet, columns, fill_record)
        for batch in parquet.iter_batches(batch_size=BATCH_ROWS):
            arrays = [
                _checked(part, row, column, batch.column(index) if index < batch.num_columns else None, len(batch))
                for index, column in enumerate(columns)
            ]
            yield _csv(arrays, columns)
            row += len(batch)
    except (pa.ArrowException, OSError) as error:
        raise RedshiftError(f"COPY: file {part.url} is not readable as Parquet after row {row}: {error}") from error


def _check_schema(part: Part, parquet: pq.ParquetFile, columns: Sequence[TargetColumn], fill_record: bool) -> None:
    found = parquet.schema_arrow
    short = fill_record and len(found) < len(columns)
    if len(found) != len(columns) and not short:
        raise RedshiftError(
            f"Unmatched number of columns between table and file. Table columns: {len(columns)}, "
            f"Data columns: {len(found)}, File name: {part.url}"
        )
    for column, field in zip(columns, found, strict=False):
        if not _loads(column, field.type) or _is_int64_nanos(parquet, field):
            raise RedshiftError(
                f"Spectrum Scan Error: File '{part.url}' has an incompatible Parquet schema for column "
                f"'{column.name}'. Column type: {column.redshift_type}, Parquet schema: {field.name} {field.type}"
            )


def _loads(column: TargetColumn, found: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if column.type in ("timestamp", "timestamptz"):
        return pa.types.is_timestamp(found)
    if column.type == "numeric":
        return pa.types.is_decimal(found) and (found.precision, found.scale) == column.precision_and_scale
    return found in ARROW_TYPES.get(column.type, ())


def _is_int64_nanos(parquet: pq.ParquetFile, field: pa.Field[Any]) -> bool:
    # Redshift reads 64-bit nanoseconds as if they were microseconds: dates in the year 50000.
    if not (pa.types.is_timestamp(field.type) and field.type.unit == "ns"):
        return False
    return any(
        leaf.path == field.name and leaf.physical_type == "INT64"
        for leaf in (parquet.schema.column(index) for index in range(len(parquet.schema)))
    )


def _checked(part: Part, row: int, column: TargetColumn, array: pa.Array[Any] | None, rows: int) -> pa.Array[Any]:
    if array is None:
        array = pa.nulls(rows, pa.string())
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if column.not_null and array.null_count:
        at = row + pc.index(pc.is_null(array), True).as_py() + 1
        raise RedshiftError(f"Missing data for not-null field: file {part.url}, column {column.name}, row {at}")
    if column.type in ("varchar", "bpchar"):
        _check_text(part, row, column, array)
    return _as_text_input(column, array)


def _check_text(part: Part, row: int, column: TargetColumn, array: pa.Array[Any]) -> None:
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise RedshiftError(
            f"String contains invalid or unsupported UTF8 codepoints: file {part.url}, column {column.name}, "
            f"rows {row + 1} to {row + len(array)}: {error}"
        ) from error
    lengths = pc.binary_length(cast(pa.LargeStringArray, array.cast(pa.large_string())))
    if column.modifier > 0 and (pc.max(lengths).as_py() or 0) > column.length:
        index = pc.index(pc.greater(lengths, pa.scalar(column.length, pa.int64())), True).as_py()
        kind = "varying" if column.type == "varchar" else ""
        raise RedshiftError(
            f"value too long for type character{kind and ' ' + kind}({column.length}): file {part.url}, "
            f"column {column.name}, row {row + index + 1}, {lengths[index].as_py()} bytes",
            "22001",
        )


def _as_text_input(column: TargetColumn, array: pa.Array[Any]) -> pa.Array[Any]:
    if column.type == "timestamp":
        return array.cast(pa.timestamp("us"))
    if column.type == "timestamptz":
        return array.cast(pa.timestamp("us", "UTC"))
    if column.type == "jsonb":
        # Redshift loads text from Parquet into SUPER as one string, it does not parse it.
        return pa.array([None if value is None else json.dumps(value) for value in array.to_pylist()], pa.string())
    return array


def _csv(arrays: Sequence[pa.Array[Any]], columns: Sequence[TargetColumn]) -> bytes:
    table = pa.Table.from_arrays(list(arrays), names=[str(index) for index in range(len(columns))])
    sink = io.BytesIO()
    # "needed" writes NULL as nothing and an empty string in quotes: the backend tells them apart.
    csv.write_csv(table, sink, csv.WriteOptions(include_header=False, quoting_style="needed"))
    return sink.getvalue()
