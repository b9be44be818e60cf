"""The content of a batch: the changed aggregates, read whole in one snapshot and written as parts."""

import logging
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from psycopg2 import sql

from extractor_ec2.copy_stream import UnfitRowError, arrow_schema, copied
from extractor_ec2.lake import Lake
from extractor_ec2.parts import PartsWriter, scratch_folder
from extractor_ec2.personal import without_personal
from extractor_ec2.postgres import Connection, Source
from extractor_ec2.roots import ROOT_SCHEMA, ChangedRoots, row_conditions, table_identifier
from extractor_ec2.snapshot import Snapshot, reading
from extractor_ec2.unfit import where_it_stands
from gem.contracts.errors import TerminalError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import PartKind, RawAggregate, RawPart
from gem.contracts.source_spec import Aggregate, SourceTable

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
            parts = self._write_roots(aggregate, roots, folder)
            for table in aggregate.tables:
                parts += self._write_rows(connection, aggregate, table, roots, folder)
        return (
            RawAggregate(name=aggregate.name, changed_roots=len(roots.ids), travels_whole=aggregate.travels_whole),
            parts,
        )

    def _write_roots(self, aggregate: Aggregate, roots: ChangedRoots, folder: Path) -> list[RawPart]:
        writer = self._writer(PartKind.ROOTS, aggregate.name, ROOT_SCHEMA, folder)
        return writer.write_all([pa.record_batch([roots.ids], schema=ROOT_SCHEMA)])

    def _write_rows(
        self, connection: Connection, aggregate: Aggregate, table: SourceTable, roots: ChangedRoots, folder: Path
    ) -> list[RawPart]:
        schema = arrow_schema(table.extracted_columns)
        writer = self._writer(PartKind.ROWS, table.name, schema, folder)
        queries = (rows_query(table, condition) for condition in row_conditions(aggregate, table, roots))
        try:
            with closing(_rows(connection, queries, schema, f"table {table.name}")) as batches:
                parts = writer.write_all(without_personal(table, batch, self.hash_key) for batch in batches)
        except UnfitRowError as error:
            with reading(self.source, self.snapshot) as another:
                conditions = row_conditions(aggregate, table, roots)
                raise TerminalError(f"{error}{where_it_stands(another, table, conditions, error)}") from error
        logger.info("%s: %d rows of %s in %d parts", self.batch_id, sum(p.rows for p in parts), table.name, len(parts))
        return parts

    def _writer(self, kind: PartKind, table: str, schema: pa.Schema, folder: Path) -> PartsWriter:
        return PartsWriter(
            self.lake, self.batch_id, kind=kind, table=table, schema=schema, part_rows=self.part_rows, folder=folder
        )


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
