"""Files that somebody drops become one batch, checked against the declarations, and move no window."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractor_ec2.copy_stream import arrow_schema
from extractor_ec2.lake import Lake
from extractor_ec2.landing import Landing
from gem.contracts.errors import TerminalError
from gem.contracts.manifest import BatchKind, PartKind
from gem.contracts.source.aggregates import SOURCE_TABLES

from .conftest import LAKE
from .test_extract_windows import in_order

AT = datetime(2026, 4, 1, 3, 30, tzinfo=UTC)


@pytest.fixture
def landing(site):
    return Landing(Lake(site.s3, LAKE), "gem", part_rows=1000)


def file_of(folder, table, rows, name=None, **columns):
    """A Parquet file of a table: the given values, NULL elsewhere; `columns` replaces types, None leaves one out."""
    fields = {field.name: field.type for field in arrow_schema(SOURCE_TABLES[table].extracted_columns)} | columns
    schema = pa.schema([(name, type) for name, type in fields.items() if type is not None])
    path = folder / (name or f"{table}.parquet")
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


@pytest.fixture
def files(tmp_path):
    """Two contracts with three items."""
    contracts = [{"contract_id": 5, "total_value": Decimal("7.50"), "contract_at": AT}, {"contract_id": 3}]
    items = [{"contract_item_id": 10 + n, "contract_id": 3 + n % 2 * 2} for n in range(3)]
    return [file_of(tmp_path, "contract", contracts), file_of(tmp_path, "contract_item", items)]


def test_files_become_a_batch_numbered_from_the_same_state_and_no_window_moves(site, landing, files):
    site.execute("insert into gem.contract (contract_id) values (1)")
    site.extract()
    before = site.state()
    batch_id, _ = landing.land(files, "contract", [8])
    manifest = site.manifest(str(batch_id))
    assert (manifest.batch_seq, manifest.kind) == (2, BatchKind.LANDED)
    assert site.roots(manifest, "contract") == [3, 5, 8], "8 is gone"
    assert {r["contract_id"]: r["total_value"] for r in site.table(manifest, "contract")} == {
        5: Decimal("7.50"),
        3: None,
    }
    assert len(site.table(manifest, "contract_item")) == 3
    assert site.state() == {**before, "next_batch_seq": 3}
    site.execute("insert into gem.contract (contract_id) values (2)")
    assert site.extract().batch_seq == 3
    assert in_order(site.manifests())


def test_a_part_of_a_landed_batch_is_like_any_other(site, landing, files):
    batch_id, _ = landing.land(files, "contract")
    manifest = site.manifest(str(batch_id))
    assert manifest.batch_id == "gem-0000000001"
    (part,) = manifest.parts_of(PartKind.ROWS, "contract")
    schema = pq.read_schema(io.BytesIO(site.body(part.key)))
    assert schema.equals(arrow_schema(SOURCE_TABLES["contract"].extracted_columns))


def test_several_files_of_a_table_and_narrower_types_are_taken(site, landing, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    one = file_of(tmp_path / "a", "contract", [{"contract_id": 1}], contract_id=pa.int32())
    other = file_of(
        tmp_path / "b", "contract", [{"contract_id": 2, "contract_at": AT}], contract_at=pa.timestamp("ns", "UTC")
    )
    batch_id, _ = landing.land([one, other], "contract")
    assert [row["contract_at"] for row in site.table(site.manifest(str(batch_id)), "contract")] == [None, AT]


def test_tombstones_alone_are_a_batch(site, landing):
    batch_id, _ = landing.land([], "contract", [4, 2])
    manifest = site.manifest(str(batch_id))
    assert site.roots(manifest, "contract") == [2, 4]
    assert manifest.parts_of(PartKind.ROWS, "contract") == ()


def test_a_table_that_travels_whole_is_one_root(site, landing, tmp_path):
    file = file_of(tmp_path, "state_ref", [{"state_code": "18"}, {"state_code": "27"}])
    batch_id, _ = landing.land([file], "state_ref")
    manifest = site.manifest(str(batch_id))
    assert site.roots(manifest, "state_ref") == [0]
    assert manifest.aggregates[0].travels_whole


BAD = {
    "missing column": (
        lambda at: [file_of(at, "contract", [], status=None)],
        r"contract\.parquet: columns differ from the declaration of contract: status is missing",
    ),
    "unknown column": (lambda at: [file_of(at, "contract", [], colour=pa.string())], "colour is not declared"),
    "personal column": (
        lambda at: [file_of(at, "seller", [], pan=pa.string())],
        "pan is personal and must not be in it",
    ),
    "float money": (
        lambda at: [file_of(at, "contract", [{"contract_id": 1}], total_value=pa.float64())],
        "column total_value is double: money and quantities are decimals, never float",
    ),
    "value that does not fit": (
        lambda at: [file_of(at, "contract", [{"contract_id": "one"}], contract_id=pa.string())],
        r"contract\.parquet: column contract_id does not fit int64: .*'one'",
    ),
    "root of no file": (lambda at: [file_of(at, "contract_item", [])], "no file of contract, which holds the roots"),
    "root unnamed": (
        lambda at: [
            file_of(at, "contract", [{"contract_id": 1}]),
            file_of(at, "contract_item", [{"contract_item_id": 1}]),
        ],
        r"contract_item\.parquet: column contract_id names the root and is NULL in 1 rows",
    ),
    "table of another aggregate": (lambda at: [file_of(at, "bid", [])], "'bid' is no table of"),
    "present and absent": (
        lambda at: [file_of(at, "contract", [{"contract_id": 9}])],
        "root 9 is in it, though --roots says that it is gone",
    ),
    "member of what is absent": (
        lambda at: [
            file_of(at, "contract", [{"contract_id": 1}]),
            file_of(at, "contract_item", [{"contract_item_id": 1, "contract_id": 9}]),
        ],
        r"contract_item\.parquet: root 9 is in it, though --roots says that it is gone",
    ),
    "nothing": (lambda at: [], "nothing to land of contract: name its files, or with --roots what is gone"),
}


@pytest.mark.parametrize("why", BAD)
def test_a_file_that_is_not_as_declared_is_named_and_takes_no_number(site, landing, tmp_path, why):
    make, message = BAD[why]
    aggregate = "seller" if why == "personal column" else "contract"
    with pytest.raises(TerminalError, match=message):
        landing.land(make(tmp_path), aggregate, [9] if "absent" in why else [])
    assert site.stored_keys() == []


def test_a_file_that_is_no_parquet_is_named(landing, tmp_path):
    path = tmp_path / "contract.parquet"
    path.write_text("contract_id,total_value\n")
    with pytest.raises(TerminalError, match=r"contract\.parquet is no Parquet file"):
        landing.land([path], "contract")
