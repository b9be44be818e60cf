"""Raw parts: Arrow batches become zstd Parquet files of bounded size, hashed as they are written and then uploaded."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from extractor_ec2.lake import Lake
from gem.contracts.errors import TransientError
from gem.contracts.keys import BatchId, RawPartKey
from gem.contracts.manifest import PartKind, RawPart

COMPRESSION_LEVEL = 1
# Memory holds one row group: it ends at so many rows, or bytes where rows are wide.
ROW_GROUP_ROWS = 128 * 1024
ROW_GROUP_BYTES = 64 << 20


class PartsWriter:
    """Writes the parts of one table of a batch, and says of them what the manifest must.

    Without rows there is no part. A part is on disk while it is written, and gone once it is uploaded.
    """

    def __init__(
        self,
        lake: Lake,
        batch_id: BatchId,
        *,
        kind: PartKind,
        table: str,
        schema: pa.Schema,
        part_rows: int,
        folder: Path,
    ) -> None:
        """`table` is a source table, or an aggregate where `kind` is ROOTS; `folder` takes the file being written."""
        self._lake = lake
        self._batch_id = batch_id
        self._kind = kind
        self._table = table
        self._schema = schema
        self._part_rows = part_rows
        self._folder = folder
        self._open: _PartFile | None = None
        self._parts: list[RawPart] = []

    def write_all(self, batches: Iterable[pa.RecordBatch]) -> list[RawPart]:
        """Writes and uploads every part, each as soon as it is full, and returns them in order.

        After an error the file being written is gone; parts already uploaded stay, named by no manifest. Raises
        TransientError where the folder takes no more.
        """
        try:
            for batch in batches:
                self._write(batch)
            if self._open is not None:
                self._upload(self._open)
        except OSError as error:
            raise TransientError(f"{self._table}: writing a part in {self._folder}: {error}") from error
        finally:
            if self._open is not None:
                self._open.abandon()
                self._open = None
        return self._parts

    def _write(self, batch: pa.RecordBatch) -> None:
        while batch.num_rows:
            part = self._open = self._open or _PartFile(self._folder / "part.parquet", self._schema)
            fitting = min(batch.num_rows, self._part_rows - part.rows)
            part.write(batch.slice(0, fitting))
            batch = batch.slice(fitting)
            if part.rows == self._part_rows:
                self._upload(part)

    def _upload(self, part: "_PartFile") -> None:
        part.close()
        key = RawPartKey(self._batch_id, self._table, len(self._parts), holds_roots=self._kind is PartKind.ROOTS)
        self._lake.upload(part.path, str(key))
        part.path.unlink()
        self._open = None
        self._parts.append(
            RawPart(
                kind=self._kind,
                table=self._table,
                key=str(key),
                rows=part.rows,
                size_bytes=part.sink.size_bytes,
                sha256=part.sink.sha256,
            )
        )


class _HashingSink(io.RawIOBase):
    """A file for writing that knows the SHA-256 and the size of what went in."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # pyarrow hands over bytes and nothing else
        self._digest.update(data)
        self.size_bytes += len(data)
        return self._file.write(data)

    @property
    def sha256(self) -> str:
        """Hex digest of everything written."""
        return self._digest.hexdigest()

    def close(self) -> None:
        self._file.close()
        super().close()


class _PartFile:
    """One Parquet file being written, row group by row group."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self.rows = 0
        self.sink = _HashingSink(path.open("wb"))
        self._schema = schema
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self.sink, mode="w"), schema, compression="zstd", compression_level=COMPRESSION_LEVEL
        )
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._waiting_bytes += batch.nbytes
        self.rows += batch.num_rows
        if sum(b.num_rows for b in self._waiting) >= ROW_GROUP_ROWS or self._waiting_bytes >= ROW_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            rows = pa.Table.from_batches(self._waiting, self._schema)
            self._writer.write_table(rows, row_group_size=rows.num_rows)
            self._waiting, self._waiting_bytes = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()
        self.sink.close()

    def abandon(self) -> None:
        for file in (self._writer, self.sink):
            with suppress(pa.ArrowException, OSError):
                file.close()
        self.path.unlink(missing_ok=True)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for the part being written, gone afterwards."""
    with TemporaryDirectory(prefix="gem-extractor-") as folder:
        yield Path(folder)
