"""Landed files: Parquet that somebody else wrote becomes a batch, numbered and published like any other."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extractor_ec2.batch import Content
from extractor_ec2.copy_stream import arrow_schema
from extractor_ec2.lake import Lake
from extractor_ec2.parts import PartsWriter, scratch_folder
from extractor_ec2.personal import without_personal
from extractor_ec2.publication import NO_SNAPSHOT, publish, reserved, until_reserved
from extractor_ec2.roots import ROOT_SCHEMA, ids_array
from extractor_ec2.state import ExtractorState, StateStore
from gem.contracts.errors import TerminalError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import BatchKind, PartKind, RawAggregate
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME
from gem.contracts.source_spec import WHOLE_TABLE_ROOT, Aggregate, Personal, SourceTable

logger = logging.getLogger(__name__)

READ_ROWS = 64 * 1024


@dataclass(frozen=True)
class Landing:
    """Puts files into the lake as batches of `source_id`; no live window is moved, no source asked."""

    lake: Lake
    source_id: str
    part_rows: int
    hash_key: bytes | None = None

    def land(self, files: Sequence[Path], aggregate: str, absent: Sequence[int] = ()) -> tuple[BatchId, Content]:
        """Publishes one batch of the aggregate: the rows of the files, and the `absent` roots as tombstones.

        A file is named after its table. Every root in the files, or named absent, is replaced in the warehouse by what
        the batch holds of it: bring all its members. Everything is checked before a number is taken. Raises
        TerminalError for a file that is not as declared.
        """
        declared = _declared(aggregate)
        tables = _by_table(files, declared)
        roots = _roots(tables, declared, absent)
        batch_id, state = until_reserved(self.source_id, self._reserved)
        said = RawAggregate(name=aggregate, changed_roots=len(roots), travels_whole=declared.travels_whole)
        content = Content(aggregates=[said])
        with scratch_folder() as folder:
            writer = self._writer(batch_id, PartKind.ROOTS, aggregate, ROOT_SCHEMA, folder)
            content.parts += writer.write_all([pa.record_batch([roots], schema=ROOT_SCHEMA)])
            for table, paths in tables.items():
                writer = self._writer(
                    batch_id, PartKind.ROWS, table.name, arrow_schema(table.extracted_columns), folder
                )
                content.parts += writer.write_all(self._outgoing(table, paths))
        snapshot = state.snapshot or NO_SNAPSHOT
        publish(self.lake, batch_id, BatchKind.LANDED, content, snapshot=snapshot, taken_at=datetime.now(UTC))
        return batch_id, content

    def _reserved(self) -> tuple[BatchId, ExtractorState]:
        store = StateStore(self.lake, self.source_id)
        batch_id, held = reserved(store, store.read(), None)
        return batch_id, held.state

    def _outgoing(self, table: SourceTable, paths: Sequence[Path]) -> Iterator[pa.RecordBatch]:
        return (without_personal(table, batch, self.hash_key) for path in paths for batch in _rows_of(path, table))

    def _writer(self, batch_id: BatchId, kind: PartKind, table: str, schema: pa.Schema, folder: Path) -> PartsWriter:
        return PartsWriter(
            self.lake, batch_id, kind=kind, table=table, schema=schema, part_rows=self.part_rows, folder=folder
        )


def _declared(aggregate: str) -> Aggregate:
    if aggregate not in AGGREGATE_BY_NAME:
        raise TerminalError(f"aggregate {aggregate!r} is not declared: name one of {', '.join(AGGREGATE_BY_NAME)}")
    return AGGREGATE_BY_NAME[aggregate]


def _by_table(files: Sequence[Path], aggregate: Aggregate) -> dict[SourceTable, list[Path]]:
    """The files of each table, in the order of the declarations; their columns are checked."""
    tables = {table.name: table for table in aggregate.tables}
    found: dict[str, list[Path]] = {}
    for path in files:
        name = path.name.split(".")[0]
        if name not in tables:
            raise TerminalError(
                f"{path}: {name!r} is no table of {aggregate.name}; name the file after one of {', '.join(tables)}"
            )
        _refuse_other_columns(path, tables[name])
        found.setdefault(name, []).append(path)
    if aggregate.root.name not in found and files:
        raise TerminalError(
            f"no file of {aggregate.root.name}, which holds the roots: members alone would all be rejected as orphans"
        )
    return {table: found[table.name] for table in aggregate.tables if table.name in found}


def _refuse_other_columns(path: Path, table: SourceTable) -> None:
    """Raises TerminalError for a column that is missing, unknown or may not leave; all problems at once."""
    try:
        names = pq.read_schema(path).names
    except (pa.ArrowInvalid, OSError) as error:
        raise TerminalError(f"{path} is no Parquet file that can be read: {error}") from error
    expected = [column.name for column in table.extracted_columns]
    dropped = {column.name for column in table.columns if column.personal is Personal.DROP}
    problems = [f"{name} is missing" for name in expected if name not in names]
    problems += [
        f"{name} is personal and must not be in it" if name in dropped else f"{name} is not declared"
        for name in names
        if name not in expected
    ]
    problems += [f"{name} stands in it twice" for name in {*names} if names.count(name) > 1]
    if problems:
        raise TerminalError(f"{path}: columns differ from the declaration of {table.name}: {'; '.join(problems)}")


def _roots(tables: dict[SourceTable, list[Path]], aggregate: Aggregate, absent: Sequence[int]) -> pa.Int64Array:
    """The distinct roots of all files, sorted, with the absent ones; reads every row, and so checks it."""
    if not tables and (aggregate.travels_whole or not absent):
        raise TerminalError(f"nothing to land of {aggregate.name}: name its files, or with --roots what is gone")
    if aggregate.travels_whole and absent:
        raise TerminalError(f"{aggregate.name} travels whole: leave --roots away")
    found = set(absent)
    for table, paths in tables.items():
        for path in paths:
            for batch in _rows_of(path, table):
                ids = _root_ids(path, table, batch)
                if wrong := ids.intersection(absent):
                    raise TerminalError(f"{path}: root {min(wrong)} is in it, though --roots says that it is gone")
                found |= ids
    return ids_array(*sorted(found))


def _root_ids(path: Path, table: SourceTable, batch: pa.RecordBatch) -> set[int]:
    if table.root_column is None:
        return {WHOLE_TABLE_ROOT}
    ids = batch.column(table.root_column)
    if ids.null_count:
        raise TerminalError(f"{path}: column {table.root_column} names the root and is NULL in {ids.null_count} rows")
    return {root for root in ids.unique().to_pylist() if root is not None}


def _rows_of(path: Path, table: SourceTable) -> Iterator[pa.RecordBatch]:
    """The rows of a file as declared; TerminalError names file, column and value where one does not fit."""
    schema = arrow_schema(table.extracted_columns)
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(READ_ROWS, columns=schema.names):
                columns = [_cast(path, batch.column(field.name), field) for field in schema]
                yield pa.record_batch(columns, schema=schema)
    except (pa.ArrowInvalid, OSError) as error:
        raise TerminalError(f"{path}: {error}") from error


def _cast(path: Path, values: "pa.Array[Any]", field: "pa.Field[Any]") -> "pa.Array[Any]":
    if pa.types.is_decimal(field.type) and pa.types.is_floating(values.type):
        raise TerminalError(
            f"{path}: column {field.name} is {values.type}: money and quantities are decimals, never float"
        )
    try:
        return values.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise TerminalError(f"{path}: column {field.name} does not fit {field.type}: {error}") from error
