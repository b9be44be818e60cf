"""Parts are cut where they must be, hashed as written, and hold one row group in memory."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor_ec2 import parts
from extractor_ec2.parts import PartsWriter, scratch_folder
from gem.contracts.errors import TransientError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import PartKind

SCHEMA = pa.schema([("id", pa.int64()), ("text", pa.string())])


class FolderLake:
    """A lake in memory that can refuse an upload."""

    def __init__(self, refuses: int | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self._refuses = refuses

    def upload(self, path: Path, key: str) -> None:
        if len(self.files) == self._refuses:
            raise TransientError(f"uploading {key}: no answer")
        self.files[key] = path.read_bytes()


def writer_to(lake, folder, part_rows=1000, kind=PartKind.ROWS, table="bid"):
    return PartsWriter(
        lake, BatchId("gem", 7), kind=kind, table=table, schema=SCHEMA, part_rows=part_rows, folder=folder
    )


def batch(first, rows):
    ids = range(first, first + rows)
    return pa.record_batch([pa.array(ids, pa.int64()), pa.array([f"row {i}" for i in ids])], schema=SCHEMA)


@settings(deadline=None, max_examples=40)
@given(sizes=st.lists(st.integers(0, 70), max_size=6), part_rows=st.integers(1, 60))
def test_rows_keep_their_order_over_parts_that_are_full_but_for_the_last(sizes, part_rows):
    lake, batches, first = FolderLake(), [], 0
    for size in sizes:
        batches.append(batch(first, size))
        first += size
    with scratch_folder() as folder:
        written = writer_to(lake, folder, part_rows).write_all(batches)
    assert [part.rows for part in written] == [part_rows] * (first // part_rows) + [first % part_rows] * (
        first % part_rows > 0
    )
    ids = [i for part in written for i in read(lake, part)["id"].to_pylist()]
    assert ids == list(range(first))
    assert [part.key for part in written] == list(lake.files)


def read(lake, part):
    body = lake.files[part.key]
    assert (len(body), hashlib.sha256(body).hexdigest()) == (part.size_bytes, part.sha256)
    return pq.read_table(pa.BufferReader(body))


def test_keys_of_rows_and_of_roots():
    lake = FolderLake()
    with scratch_folder() as folder:
        writer_to(lake, folder).write_all([batch(0, 1)])
        writer_to(lake, folder, kind=PartKind.ROOTS).write_all([batch(0, 1)])
    assert list(lake.files) == [
        "raw/gem/gem-0000000007/bid/part-00000.parquet",
        "raw/gem/gem-0000000007/_roots/bid/part-00000.parquet",
    ]


@pytest.mark.parametrize(("limit", "value"), [("ROW_GROUP_ROWS", 100), ("ROW_GROUP_BYTES", 500)])
def test_a_row_group_ends_at_so_many_rows_or_bytes(monkeypatch, limit, value):
    monkeypatch.setattr(parts, limit, value)
    lake = FolderLake()
    with scratch_folder() as folder:
        (part,) = writer_to(lake, folder).write_all(batch(first, 50) for first in range(0, 500, 50))
    groups = pq.ParquetFile(pa.BufferReader(lake.files[part.key])).metadata
    assert groups.num_row_groups == (5 if limit == "ROW_GROUP_ROWS" else 10)


def test_nothing_stays_on_disk_whether_all_went_well_or_not(tmp_path):
    writer_to(FolderLake(), tmp_path, 10).write_all([batch(0, 25)])
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TransientError):
        writer_to(FolderLake(refuses=1), tmp_path, 10).write_all([batch(0, 25)])
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ZeroDivisionError):
        writer_to(FolderLake(), tmp_path, 10).write_all(broken_off())
    assert list(tmp_path.iterdir()) == []


def broken_off():
    yield batch(0, 5)
    raise ZeroDivisionError
