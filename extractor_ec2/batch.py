"""The content of a batch: the changed aggregates, read whole in one snapshot and written as parts."""

import logging
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from psycopg2 import sql

from extractor_ec2.copy_stream import arrow_schema, copied
from extractor_ec2.lake import Lake
from extractor_ec2.parts import PartsWriter, scratch_folder
from extractor_ec2.personal import hashed_columns, with_hashes
from extractor_ec2.postgres import Connection, Source
from extractor_ec2.roots import (
    IDS_PER_QUERY,
    ROOT_SCHEMA,
    AllRoots,
    ChangedRoots,
    ids_literal,
    row_conditions,
    table_identifier,
)
from extractor_ec2.snapshot import Snapshot, reading
from gem.contracts.errors import TerminalError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import PartKind, RawAggregate, RawPart
from gem.contracts.spec import Aggregate, SourceTable

logger = logging.getLogger(__name__)


@dataclass
class Content:
    """What was written for a batch; an aggregate in `failures` has no part among `parts`."""

    aggregates: list[RawAggregate] = field(default_factory=list)
    parts: list[RawPart] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BatchWriter:
    """Reads aggregates in `snapshot` and uploads their parts under the folder of `batch_id`."""

    source: Source
    snapshot: Snapshot
    lake: Lake
    batch_id: BatchId
    part_rows: int
    hash_key: bytes | None

    def write(self, aggregates: Sequence[Aggregate], changed: Mapping[str, ChangedRoots]) -> Content:
        """Writes every changed aggregate; a terminal error fails only its own, any other error ends the batch."""
        content = Content()
        with scratch_folder() as folder:
            for aggregate in (a for a in aggregates if a.name in changed):
                try:
                    roots, parts = self._write_aggregate(aggregate, changed[aggregate.name], folder)
                except TerminalError as error:
                    logger.warning("%s: not read: %s", aggregate.name, error)
                    content.failures[aggregate.name] = str(error)
                else:
                    content.aggregates.append(roots)
                    content.parts += parts
        return content

    def _write_aggregate(
        self, aggregate: Aggregate, roots: ChangedRoots, folder: Path
    ) -> tuple[RawAggregate, list[RawPart]]:
        # A connection of its own: an error spends it, and the snapshot must live on for the other aggregates.
        with reading(self.source, self.snapshot) as connection:
            parts = self._write_roots(connection, aggregate, roots, folder)
            changed_roots = sum(part.rows for part in parts)
            for table in aggregate.tables:
                parts += self._write_rows(connection, aggregate, table, roots, folder)
        return (
            RawAggregate(name=aggregate.name, changed_roots=changed_roots, travels_whole=aggregate.travels_whole),
            parts,
        )

    def _write_roots(
        self, connection: Connection, aggregate: Aggregate, roots: ChangedRoots, folder: Path
    ) -> list[RawPart]:
        writer = self._writer(PartKind.ROOTS, aggregate.name, ROOT_SCHEMA, folder)
        if not isinstance(roots, AllRoots):
            return writer.write_all([pa.record_batch([roots.ids], schema=ROOT_SCHEMA)])
        queries = _every_root_queries(aggregate, roots)
        with closing(_rows(connection, queries, ROOT_SCHEMA, f"roots of {aggregate.name}")) as batches:
            return writer.write_all(batches)

    def _write_rows(
        self, connection: Connection, aggregate: Aggregate, table: SourceTable, roots: ChangedRoots, folder: Path
    ) -> list[RawPart]:
        schema = arrow_schema(table.extracted_columns)
        writer = self._writer(PartKind.ROWS, table.name, schema, folder)
        queries = (rows_query(table, condition) for condition in row_conditions(aggregate, table, roots))
        with closing(_rows(connection, queries, schema, f"table {table.name}")) as batches:
            parts = writer.write_all(self._without_personal(table, batch) for batch in batches)
        logger.info("%s: %d rows of %s in %d parts", self.batch_id, sum(p.rows for p in parts), table.name, len(parts))
        return parts

    def _writer(self, kind: PartKind, table: str, schema: pa.Schema, folder: Path) -> PartsWriter:
        return PartsWriter(
            self.lake, self.batch_id, kind=kind, table=table, schema=schema, part_rows=self.part_rows, folder=folder
        )

    def _without_personal(self, table: SourceTable, batch: pa.RecordBatch) -> pa.RecordBatch:
        hashed = hashed_columns(table)
        if not hashed:
            return batch
        if self.hash_key is None:
            raise TerminalError(
                f"table {table.name}: columns {list(hashed)} are hashed: set GEM_HASH_KEY_SECRET_ID to the key's secret"
            )
        return with_hashes(batch, hashed, self.hash_key)


def _rows(
    connection: Connection, queries: Iterable[sql.Composable], schema: pa.Schema, what: str
) -> Generator[pa.RecordBatch, None, None]:
    for query in queries:
        with copied(connection, query, schema, what) as batches:
            yield from batches


def rows_query(table: SourceTable, condition: sql.Composable) -> sql.Composable:
    """The extracted columns of the rows that meet the condition; a dropped column is never named."""
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.extracted_columns)
    return sql.SQL("select {} from {} where {}").format(columns, table_identifier(table), condition)


def _every_root_queries(aggregate: Aggregate, roots: AllRoots) -> Iterator[sql.Composable]:
    """First the roots that are there, then the logged ones that are not."""
    table, column = table_identifier(aggregate.root), sql.Identifier(aggregate.root.root_column or "")
    yield sql.SQL("select {} as root_id from {}").format(column, table)
    gone = sql.SQL("select root_id from unnest({}) as root_id where not exists (select from {} where {} = root_id)")
    for at in range(0, len(roots.logged), IDS_PER_QUERY):
        yield gone.format(ids_literal(roots.logged.slice(at, IDS_PER_QUERY)), table, column)
