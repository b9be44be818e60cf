"""A run of the extractor publishes the changed aggregates of one snapshot, whole, and says exactly what it wrote."""

import hashlib
import io
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from gem.contracts.keys import quiet_key
from gem.contracts.manifest import BatchKind, PartKind, RawAggregate
from gem.contracts.source.aggregates import AGGREGATES, SOURCE_TABLES
from gem.contracts.types import Kind
from gem.lake import quiet_sign
from tests.postgres.conftest import LAKE

TWO_CONTRACTS = (
    "insert into gem.contract (contract_id, contract_number) values (1, 'GEMC-1'), (2, 'GEMC-2')",
    "insert into gem.contract_item (contract_item_id, contract_id, line_no) values (11, 1, 1), (12, 1, 2), (21, 2, 1)",
)


def test_the_first_batch_holds_every_root_and_every_row(site):
    site.execute(*TWO_CONTRACTS, "insert into gem.seller (seller_id) values (5)")
    manifest = site.extract()
    assert (manifest.batch_id, manifest.batch_seq, manifest.kind) == ("gem-0000000001", 1, BatchKind.LIVE)
    whole = [aggregate.name for aggregate in AGGREGATES if aggregate.travels_whole]
    assert manifest.aggregates == (
        *(RawAggregate(name=name, changed_roots=1, travels_whole=True) for name in whole),
        RawAggregate(name="seller", changed_roots=1, travels_whole=False),
        RawAggregate(name="contract", changed_roots=2, travels_whole=False),
    ), "an aggregate without roots is left out, a table that travels whole says so though it is empty"
    assert sorted(site.roots(manifest, "contract")) == [1, 2]
    assert sorted(row["contract_item_id"] for row in site.table(manifest, "contract_item")) == [11, 12, 21]


def test_a_later_batch_holds_the_changed_aggregates_whole_and_nothing_else(site):
    site.execute(*TWO_CONTRACTS)
    site.extract()
    site.execute("update gem.contract_item set qty = 3 where contract_item_id = 12")
    manifest = site.extract()
    assert [aggregate.name for aggregate in manifest.aggregates] == ["contract"]
    assert site.roots(manifest, "contract") == [1]
    assert [row["contract_id"] for row in site.table(manifest, "contract")] == [1]
    assert sorted(row["contract_item_id"] for row in site.table(manifest, "contract_item")) == [11, 12]


def test_nothing_changed_makes_no_batch_and_burns_no_number(site):
    site.execute(*TWO_CONTRACTS)
    site.extract()
    before = site.state()
    assert site.extract() is None
    assert site.state() == before
    assert before["next_batch_seq"] == 2


def test_nothing_changed_leaves_a_sign_of_when_that_was_so(site):
    site.execute(*TWO_CONTRACTS)
    assert site.extract() is not None
    assert quiet_key("gem") not in site.stored_keys("state/"), "a batch is sign enough"
    site.extract()
    sign = quiet_sign(site.s3, LAKE, "gem")
    assert sign.batch_seq == 1
    [(now,)] = site.fetch("select clock_timestamp()")
    assert now - timedelta(minutes=5) < sign.looked_at < now
    site.extract()
    assert quiet_sign(site.s3, LAKE, "gem").looked_at > sign.looked_at


def test_a_look_at_which_an_aggregate_could_not_be_read_leaves_no_sign(site):
    site.execute(*TWO_CONTRACTS)
    site.extract()
    site.execute("alter table gem.contract rename column total_value to worth")
    assert site.extractor().extract().failed.keys() == {"contract"}
    assert quiet_key("gem") not in site.stored_keys("state/")


def test_a_deleted_root_is_named_and_has_no_row(site):
    site.execute(*TWO_CONTRACTS)
    site.extract()
    site.execute(
        "delete from gem.contract_item where contract_id = 2", "delete from gem.contract where contract_id = 2"
    )
    manifest = site.extract()
    assert site.roots(manifest, "contract") == [2]
    assert site.table(manifest, "contract") == []
    assert manifest.parts_of(PartKind.ROWS, "contract_item") == ()


def test_a_moved_member_brings_both_roots_and_stands_once(site):
    site.execute(*TWO_CONTRACTS)
    site.extract()
    site.execute("update gem.contract_item set contract_id = 2 where contract_item_id = 12")
    manifest = site.extract()
    assert site.roots(manifest, "contract") == [1, 2]
    items = {row["contract_item_id"]: row["contract_id"] for row in site.table(manifest, "contract_item")}
    assert items == {11: 1, 12: 2, 21: 2}


def test_a_root_made_and_deleted_between_two_runs_is_named_all_the_same(site):
    site.extract()
    site.execute(*TWO_CONTRACTS)
    site.execute("delete from gem.contract_item", "delete from gem.contract")
    manifest = site.extract()
    assert site.roots(manifest, "contract") == [1, 2]
    assert site.table(manifest, "contract") == []


def test_a_rolled_back_change_is_no_change(site):
    site.extract()
    site.execute(*TWO_CONTRACTS, "rollback")
    assert site.extract() is None


def test_a_table_that_travels_whole_comes_whole_with_root_zero(site):
    site.execute("insert into gem.state_ref (state_code, name) values ('18', 'Assam'), ('27', 'Maharashtra')")
    site.extract()
    site.execute("update gem.state_ref set zone = 'NE' where state_code = '18'")
    manifest = site.extract()
    assert manifest.aggregates == (RawAggregate(name="state_ref", changed_roots=1, travels_whole=True),)
    assert site.roots(manifest, "state_ref") == [0]
    assert sorted(row["state_code"] for row in site.table(manifest, "state_ref")) == ["18", "27"]


def test_roots_that_were_truncated_are_named(site):
    site.execute(*TWO_CONTRACTS)
    site.extract()
    site.execute("truncate gem.contract, gem.contract_item", "insert into gem.contract (contract_id) values (3)")
    manifest = site.extract()
    assert site.roots(manifest, "contract") == [1, 2, 3]
    assert [row["contract_id"] for row in site.table(manifest, "contract")] == [3]


def test_where_the_log_was_interrupted_every_root_is_read_again_and_a_sweep_is_due(site):
    site.execute(*TWO_CONTRACTS)
    site.extract()
    site.execute("delete from gem.contract where contract_id = 2", "drop trigger gem_log_update on gem.contract_item")
    site.install_changelog()
    summary = site.extractor().extract()
    manifest = site.manifest(summary.batch_id)
    assert summary.sweep_due == ["contract"]
    assert site.roots(manifest, "contract") == [1, 2], "what is there, and what was logged and is gone"
    assert [row["contract_id"] for row in site.table(manifest, "contract")] == [1]
    site.execute("update gem.contract set total_value = 1")
    assert site.extract() is not None
    assert site.state()["windows"]["contract"]["sweep_due"], "it stays due until somebody sweeps"


def test_the_manifest_tells_the_truth_of_every_part(site):
    site.execute(
        "insert into gem.contract (contract_id) select g from generate_series(1, 2500) g",
        "insert into gem.contract_item (contract_item_id, contract_id) select g, g from generate_series(1, 3000) g",
    )
    manifest = site.extract()
    assert [part.rows for part in manifest.parts_of(PartKind.ROWS, "contract_item")] == [1000, 1000, 1000]
    assert [part.rows for part in manifest.parts_of(PartKind.ROOTS, "contract")] == [1000, 1000, 500]
    assert len({part.key for part in manifest.parts}) == len(manifest.parts)
    for part in manifest.parts:
        body = site.body(part.key)
        file = pq.ParquetFile(io.BytesIO(body))
        assert (len(body), hashlib.sha256(body).hexdigest()) == (part.size_bytes, part.sha256)
        assert file.metadata.num_rows == part.rows
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_part_has_the_declared_columns_in_order_with_the_declared_types(site):
    for table in SOURCE_TABLES.values():
        keys = sorted({*table.primary_key, table.root_column} - {None})
        values = ("'2026-04-01'" if table.column(key).type.kind is Kind.DATE else "1" for key in keys)
        site.execute(f"insert into gem.{table.name} ({', '.join(keys)}) values ({', '.join(values)})")
    manifest = site.extract()
    for table in SOURCE_TABLES.values():
        (part,) = manifest.parts_of(PartKind.ROWS, table.name)
        schema = pq.read_schema(io.BytesIO(site.body(part.key)))
        found = [(field.name, str(field.type).replace(", ", ",").replace("[day]", "")) for field in schema]
        declared = [(column.name, column.type.arrow.replace(", ", ",")) for column in table.extracted_columns]
        assert found == declared


def test_a_dropped_personal_column_never_leaves_the_database(site):
    site.execute("insert into gem.seller (seller_id, legal_name, pan) values (1, 'Ram Traders', 'ABCDE1234F')")
    manifest = site.extract()
    assert "pan" not in site.table(manifest, "seller")[0]
    assert not any(b"ABCDE1234F" in site.body(key) for key in site.stored_keys())


def test_the_batch_is_the_snapshot_whatever_is_committed_while_it_is_read(site):
    site.execute(*TWO_CONTRACTS)
    changing = ChangesWhileReading(site)
    first = site.extract(s3=changing)
    assert {row["contract_item_id"] for row in site.table(first, "contract_item")} == {11, 12, 21}
    assert changing.was_used
    second = site.extract()
    assert site.roots(second, "contract") == [2, 3]


class ChangesWhileReading:
    """An S3 client before whose first upload somebody changes the source."""

    def __init__(self, site):
        self._site = site
        self.was_used = False

    def upload_file(self, *args):
        if not self.was_used:
            self.was_used = True
            self._site.execute(
                "insert into gem.contract (contract_id) values (3)",
                "insert into gem.contract_item (contract_item_id, contract_id) values (31, 3)",
                "delete from gem.contract_item where contract_id = 2",
            )
        return self._site.s3.upload_file(*args)

    def __getattr__(self, name):
        return getattr(self._site.s3, name)


def test_windows_of_all_aggregates_move_also_of_those_without_change(site):
    site.extract()
    site.execute(*TWO_CONTRACTS)
    site.extract()
    windows = site.state()["windows"]
    assert set(windows) == {aggregate.name for aggregate in AGGREGATES}
    assert {window["batch_seq"] for window in windows.values()} == {2}
    assert len({window["position"] for window in windows.values()}) == 1


def test_roots_are_int64_and_sorted(site):
    site.extract()
    site.execute("insert into gem.contract (contract_id) values (9223372036854775807), (-5), (3)")
    manifest = site.extract()
    (part,) = manifest.parts_of(PartKind.ROOTS, "contract")
    table = pq.read_table(io.BytesIO(site.body(part.key)))
    assert table.schema == pa.schema([("root_id", pa.int64())])
    assert table["root_id"].to_pylist() == [-5, 3, 9223372036854775807]
    assert sorted(row["contract_id"] for row in site.table(manifest, "contract")) == [-5, 3, 9223372036854775807]
