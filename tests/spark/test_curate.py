"""curate.py from a raw manifest in S3 to a curated manifest in S3."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emr_jobs import curate
from gem.contracts.keys import Attempt
from gem.contracts.manifest import CuratedManifest, PartKind, Verdict
from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.root_tables import ROOTS
from gem.contracts.source.aggregates import AGGREGATES, SOURCE_TABLES
from tests.spark.conftest import arrow_rows, roots_of

Rows = dict[str, list[dict[str, Any]]]
Contracts = Callable[..., Rows]

pytestmark = pytest.mark.usefixtures("spark")


def run(uri: str, attempt: int = 1) -> int:
    return curate.main(["--manifest", uri, "--attempt", str(attempt)])


def failed(lake: Any, attempt: int = 1) -> CuratedManifest:
    """The manifest of an attempt that must have failed."""
    manifest: CuratedManifest = lake.curated(attempt)
    assert manifest.verdict is Verdict.FAILED
    assert manifest.tables == ()
    return manifest


def one_of_each(contracts: Contracts) -> Rows:
    """A row of every source table, a contract of FY 2025-26's last second, and text that is hard to carry."""
    rows: Rows = {
        **{table: [{}] for table in SOURCE_TABLES},
        "state_ref": [{"state_code": "18", "name": "असम", "zone": ""}],
        "buyer_organisation": [{"org_id": 1, "name": 'a "b",\nc\\', "level": "OFFICE"}],
        "seller_gstin": [{"gstin": "27AAPFU0939F1ZV", "seller_id": 1}],
        "bid": [{"bid_id": 1, "estimated_value": Decimal("9999999999999999.99")}],
        "receipt_certificate": [{"cert_id": 1, "kind": "PRC"}, {"cert_id": 2, "kind": "CRAC", "prc_cert_id": 1}],
        "payment": [{"payment_id": 1, "crac_cert_id": 2}],
        **contracts(range(1, 3), lines=2),
    }
    rows["contract"][0]["contract_at"] = datetime(2026, 3, 31, 18, 29, 59, 123456, tzinfo=UTC)
    return rows


def test_a_batch_of_every_table_becomes_curated_tables_and_a_manifest_that_names_them(
    lake: Any, contracts: Contracts, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = one_of_each(contracts)
    uri = lake.put_batch(rows, roots=roots_of(rows) | {"contract": [1, 2, 3]})

    assert run(uri) == 0

    manifest = lake.curated()
    expected = {table.name: 1 for table in CURATED_TABLES}
    expected |= {"fact_contract_lifecycle": 2, "fact_order_line": 4, "fact_receipt": 2, "dim_policy_parameter": 2}
    expected |= {"root": len(AGGREGATES) + 2}
    assert {table.name: table.rows for table in manifest.tables} == expected
    assert (manifest.verdict, manifest.error, manifest.rejects) == (Verdict.PASSED, "", ())
    assert manifest.raw_rows["contract_item"] == 4
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (summary["verdict"], summary["rows"]) == ("passed", expected)
    assert_files_are_as_stated(lake, manifest)
    assert_columns_are_as_declared(lake)

    sums = manifest.table("fact_order_line").sums
    assert (sums["line_value"], sums["ordered_qty"], sums["mrp_value"]) == (Decimal(800), Decimal(8), 0)
    assert manifest.table("fact_bid").sums["estimated_value"] == Decimal("9999999999999999.99")
    (line, *_) = sorted(lake.curated_rows("fact_order_line"), key=lambda row: row["contract_item_id"])
    assert line["contract_date_key"] == 20260331
    assert line["contract_at"] == datetime(2026, 3, 31, 18, 29, 59, 123456)  # noqa: DTZ001 - INT96 has no zone: it is UTC
    (state,) = lake.curated_rows("dim_state")
    assert (state["state_name"], state["zone"], state["iso_code"]) == ("असम", "", None)
    assert lake.curated_rows("dim_buyer_org")[0]["org_name"] == 'a "b",\nc\\'
    assert lake.curated_rows("dim_seller")[0]["segment_from"].year == 1900
    roots = {(row["aggregate"], row["root_id"]): row["is_deleted"] for row in lake.curated_rows("root")}
    assert roots["contract", 3] is True
    assert sum(roots.values()) == 1


def assert_files_are_as_stated(lake: Any, manifest: CuratedManifest) -> None:
    for table in manifest.tables:
        for file in table.files:
            head = lake.s3.head_object(Bucket=lake.bucket, Key=file.key)
            assert (head["ContentLength"], head["ETag"].strip('"')) == (file.size_bytes, file.etag)
            assert file.key.startswith(Attempt(lake.batch_id, 1).curated_prefix(table.name))


def assert_columns_are_as_declared(lake: Any) -> None:
    for table in (*CURATED_TABLES, ROOTS):
        columns = list(lake.curated_rows(table.name)[0])
        assert columns == [column.name for column in table.curated_columns]


def test_a_closed_attempt_is_not_run_again_and_another_attempt_has_its_own_files(
    lake: Any, contracts: Contracts
) -> None:
    uri = lake.put_batch(contracts(range(1, 3)))
    assert run(uri) == 0
    first, keys = lake.curated(), lake.keys("curated/")

    assert run(uri) == 0
    assert lake.curated() == first
    assert lake.keys("curated/") == keys

    assert run(uri, attempt=2) == 0
    assert lake.curated() == first
    assert lake.curated(2).table("fact_order_line").sums == first.table("fact_order_line").sums
    assert set(lake.keys("curated/")) > set(keys)


def test_what_a_crashed_run_of_the_same_attempt_left_is_named_by_no_manifest(lake: Any, contracts: Contracts) -> None:
    uri = lake.put_batch(contracts(range(1, 3)))
    left_over = Attempt(lake.batch_id, 1).curated_prefix("fact_order_line") + "run-0/part-00000.parquet"
    lake.s3.put_object(Bucket=lake.bucket, Key=left_over, Body=b"half a file")
    assert run(uri) == 0
    assert left_over not in [file.key for file in lake.curated().table("fact_order_line").files]
    assert len(lake.curated_rows("fact_order_line")) == 2


def test_rejected_rows_are_kept_beside_and_their_contract_is_not_replaced(lake: Any, contracts: Contracts) -> None:
    rows = contracts(range(1, 4))
    rows["contract_item"][1]["line_value"] = Decimal("-1.00")
    assert run(lake.put_batch(rows)) == 0

    manifest = lake.curated()
    assert manifest.verdict is Verdict.PASSED
    reasons = {(r.table, r.reason): (r.rows, r.roots) for r in manifest.rejects}
    assert reasons["contract_item", "negative_value"] == (1, 1)
    assert sorted(row["root_id"] for row in lake.curated_rows("root")) == [1, 3]
    assert sorted(row["contract_id"] for row in lake.curated_rows("fact_order_line")) == [1, 3]
    kept = lake.rows(lake.keys(Attempt(lake.batch_id, 1).rejected_prefix("contract_item")))
    assert list(kept[0]) == ["reason", "column", "value", "root_id", "row"]
    by_reason = {row["reason"]: row for row in kept}
    assert (by_reason["negative_value"]["value"], by_reason["negative_value"]["root_id"]) == ("-1.00", 2)
    assert json.loads(by_reason["negative_value"]["row"])["contract_item_id"] == 200


def test_below_a_rejected_organisation_nothing_is_told_anew_but_the_pairs_of_the_hierarchy_are_whole(lake: Any) -> None:
    organisations = [
        {"org_id": 1, "name": "x" * 1025, "level": "MINISTRY"},
        {"org_id": 2, "parent_org_id": 1, "level": "DEPARTMENT"},
        {"org_id": 3, "level": "MINISTRY"},
        {"org_id": None},
    ]
    assert run(lake.put_batch({"buyer_organisation": organisations})) == 0

    assert lake.curated().accepted_rows == {"buyer_organisation": 1}
    assert [row["org_id"] for row in lake.curated_rows("dim_buyer_org")] == [3]
    pairs = {(row["ancestor_org_id"], row["descendant_org_id"]) for row in lake.curated_rows("bridge_org_hierarchy")}
    assert pairs == {(1, 1), (1, 2), (2, 2), (3, 3)}


def test_too_many_rejects_quarantine_the_batch_and_everything_stays_ready_for_a_release(
    lake: Any, contracts: Contracts
) -> None:
    rows = contracts(range(1, 41))
    for contract in rows["contract"][:12]:
        contract["seller_gstin"] = "?"
    assert run(lake.put_batch(rows)) == 0
    manifest = lake.curated()
    assert manifest.verdict is Verdict.QUARANTINED
    assert "contract: 12 rows gstin_invalid" in manifest.error
    assert manifest.table("root").rows == 28


def test_a_batch_of_nothing_but_deletions_replaces_roots_by_nothing(lake: Any) -> None:
    assert run(lake.put_batch({}, roots={"contract": [5, 6]})) == 0
    assert [table.name for table in lake.curated().tables] == ["root"]
    assert {row["root_id"]: row["is_deleted"] for row in lake.curated_rows("root")} == {5: True, 6: True}


def spoil(lake: Any, part: Any, body: bytes, *, manifest: bool) -> None:
    """Replaces a part's bytes; with `manifest` the manifest is told, so that only the content can give it away."""
    lake.s3.put_object(Bucket=lake.bucket, Key=part.key, Body=body)
    if manifest:
        told = part.model_copy(update={"size_bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()})
        lake.parts = [told if one is part else one for one in lake.parts]
        lake.put_manifest({"contract": [1, 2]})


def lines_part(lake: Any) -> Any:
    return next(part for part in lake.parts if part.table == "contract_item")


@pytest.fixture
def written(lake: Any, contracts: Contracts) -> str:
    """A good batch of two contracts, ready to be spoiled."""
    uri: str = lake.put_batch(contracts(range(1, 3)))
    return uri


def body_of(lake: Any, part: Any) -> bytes:
    body: bytes = lake.s3.get_object(Bucket=lake.bucket, Key=part.key)["Body"].read()
    return body


def test_a_part_that_changed_after_its_manifest_fails_the_batch(lake: Any, written: str) -> None:
    part = lines_part(lake)
    body = bytearray(body_of(lake, part))
    body[100] ^= 1
    spoil(lake, part, bytes(body), manifest=False)
    assert run(written) == 1
    error = failed(lake).error
    assert "PartError" in error
    assert part.key in error
    assert "SHA-256" in error


def test_a_part_that_is_gone_or_cut_short_fails_the_batch(lake: Any, written: str) -> None:
    part = lines_part(lake)
    spoil(lake, part, body_of(lake, part)[:-1], manifest=False)
    assert run(written) == 1
    assert f"{part.size_bytes - 1} bytes, the manifest says {part.size_bytes}" in failed(lake).error
    lake.s3.delete_object(Bucket=lake.bucket, Key=part.key)
    assert run(written, attempt=2) == 1
    assert "not there" in failed(lake, 2).error


def test_a_part_that_is_no_parquet_file_fails_the_batch(lake: Any, written: str) -> None:
    spoil(lake, lines_part(lake), b"contract_id,line_no\n1,1\n", manifest=True)
    assert run(written) == 1
    assert "is not a Parquet file" in failed(lake).error


def test_a_part_with_other_rows_than_its_manifest_says_fails_the_batch(lake: Any, written: str) -> None:
    part = lines_part(lake)
    lake.parts = [part.model_copy(update={"rows": 3}) if one is part else one for one in lake.parts]
    lake.put_manifest({"contract": [1, 2]})
    assert run(written) == 1
    assert "2 rows, the manifest says 3" in failed(lake).error


def without_qty(rows: pa.Table) -> pa.Table:
    return rows.drop_columns(["qty"])


def with_qty_renamed(rows: pa.Table) -> pa.Table:
    return rows.rename_columns([{"qty": "quantity"}.get(name, name) for name in rows.column_names])


def with_qty_as_float(rows: pa.Table) -> pa.Table:
    return rows.set_column(rows.schema.get_field_index("qty"), "qty", rows["qty"].cast(pa.float64()))


def with_wider_qty(rows: pa.Table) -> pa.Table:
    return rows.set_column(rows.schema.get_field_index("qty"), "qty", rows["qty"].cast(pa.decimal128(20, 3)))


def with_qty_within_another(rows: pa.Table) -> pa.Table:
    inner = pa.StructArray.from_arrays([rows["qty"].combine_chunks()], ["qty"])
    return without_qty(rows).append_column("more", inner)


def with_qty_in_two_spellings(rows: pa.Table) -> pa.Table:
    return rows.append_column("QTY", rows["qty"])


def of_another_table(rows: pa.Table) -> pa.Table:
    return rows.select(["contract_id"])


@pytest.mark.parametrize(
    ("spoiled", "column", "found"),
    [
        (without_qty, "qty", "lacks"),
        (with_qty_renamed, "qty", "lacks"),
        (with_qty_within_another, "qty", "lacks"),
        (of_another_table, "contract_item_id", "lacks"),
        (with_qty_as_float, "qty", "is double, declared is decimal(18,3)"),
        (with_wider_qty, "qty", "is decimal(20,3), declared is decimal(18,3)"),
        (with_qty_in_two_spellings, "qty", "several spellings"),
    ],
)
def test_a_part_with_other_columns_than_declared_fails_the_batch_and_names_table_and_column(
    lake: Any, written: str, spoiled: Callable[[pa.Table], pa.Table], column: str, found: str
) -> None:
    with_lines(lake, spoiled)
    assert run(written) == 1
    error = failed(lake).error
    for word in ("'contract_item'", f"{column!r}", found, "contract_item/part-00000.parquet"):
        assert word in error


def with_lines(lake: Any, spoiled: Callable[[pa.Table], pa.Table]) -> None:
    """The batch again, its contract lines changed and all sizes and sums told."""
    old = lines_part(lake)
    content = spoiled(pq.read_table(pa.BufferReader(body_of(lake, old))))
    lake.parts.remove(old)
    lake.put_part(PartKind.ROWS, "contract_item", content)
    lake.put_manifest({"contract": [1, 2]})


def test_columns_in_another_order_and_columns_that_are_not_declared_do_no_harm(lake: Any, written: str) -> None:
    def turned(rows: pa.Table) -> pa.Table:
        return rows.select(rows.column_names[::-1]).append_column("extra", pa.array(["x"] * rows.num_rows))

    assert run(written) == 0
    first = lake.curated_rows("fact_order_line")
    with_lines(lake, turned)
    assert run(written, attempt=2) == 0
    assert lake.curated_rows("fact_order_line", 2) == first


def test_a_part_of_no_bytes_or_of_no_rows_that_counts_some_fails_the_batch(lake: Any, written: str) -> None:
    spoil(lake, lines_part(lake), b"", manifest=True)
    assert run(written) == 1
    assert "contract_item/part-00000.parquet (contract_item): 0 bytes, no Parquet file" in failed(lake).error
    part = lines_part(lake)
    lake.parts.remove(part)
    lake.put_part(PartKind.ROWS, "contract_item", arrow_rows("contract_item", []))
    lake.parts[-1] = lake.parts[-1].model_copy(update={"rows": 2})
    lake.put_manifest({"contract": [1, 2]})
    assert run(written, attempt=2) == 1
    assert "0 rows, the manifest says 2" in failed(lake, 2).error


def test_two_parts_that_were_swapped_fail_the_batch(lake: Any, written: str) -> None:
    one, other = (
        next(p for p in lake.parts if (p.kind, p.table) == (PartKind.ROWS, t)) for t in ("contract", "contract_item")
    )
    swapped = {one: other, other: one}
    told = ("rows", "size_bytes", "sha256")
    lake.parts = [
        part.model_copy(
            update={name: getattr(swapped.get(part, part), name) for name in told}
            | {"key": swapped.get(part, part).key}
        )
        for part in lake.parts
    ]
    lake.put_manifest({"contract": [1, 2]})
    assert run(written) == 1
    assert "table 'contract' lacks column" in failed(lake).error


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("contract_number", "अ" * 40, "text_too_long"),
        ("contract_number", "GEMC\0-1", "nul_in_text"),
        ("contract_at", datetime(20, 1, 1, tzinfo=UTC), "instant_out_of_range"),
        ("total_value", Decimal("-0.01"), "negative_value"),
    ],
)
def test_a_value_that_does_not_fit_is_set_aside_with_its_contract_and_no_other(
    lake: Any, contracts: Contracts, column: str, value: Any, reason: str
) -> None:
    rows = contracts(range(1, 3))
    rows["contract"][0][column] = value
    assert run(lake.put_batch(rows)) == 0
    assert (lake.curated().verdict, reason) in {(Verdict.PASSED, reject.reason) for reject in lake.curated().rejects}
    assert [row["root_id"] for row in lake.curated_rows("root")] == [2]
    kept = lake.rows(lake.keys(Attempt(lake.batch_id, 1).rejected_prefix("contract")))
    assert (column, 1) in {(row["column"], row["root_id"]) for row in kept if row["reason"] == reason}


def test_roots_that_the_manifest_counts_differently_fail_the_batch(lake: Any, written: str) -> None:
    lake.put_manifest({"contract": [1, 2, 3]})
    assert run(written) == 1
    assert "says 3 changed roots, its parts list 2" in failed(lake).error


def test_rows_of_an_aggregate_without_changed_roots_fail_the_batch(lake: Any, contracts: Contracts) -> None:
    rows = contracts(range(1, 3)) | {"seller": [{"seller_id": 1}]}
    assert run(lake.put_batch(rows, roots={"contract": [1, 2], "seller": []})) == 1
    assert "rows of ['seller']" in failed(lake).error


def test_an_aggregate_that_did_not_change_is_passed_over(lake: Any, contracts: Contracts) -> None:
    assert run(lake.put_batch(contracts(range(1, 3)), roots={"contract": [1, 2], "seller": []})) == 0
    assert {row["aggregate"] for row in lake.curated_rows("root")} == {"contract"}


def test_a_sum_that_its_column_cannot_hold_stops_the_batch_and_does_not_become_null(
    lake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the rules should have found: here they look away."""
    monkeypatch.setattr("emr_jobs.rejection.SET_RULES", ())
    most = Decimal("9999999999999999.99")
    rows = {
        "bid": [{"bid_id": 1}],
        "bid_participation": [
            {"participation_id": n, "bid_id": 1, "is_awarded": True, "final_value": most} for n in (1, 2)
        ],
    }
    assert run(lake.put_batch(rows)) == 1
    assert "NUMERIC_VALUE_OUT_OF_RANGE" in failed(lake).error


def test_a_manifest_that_is_absent_or_no_manifest_stops_without_closing_the_attempt(
    lake: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert run(lake.manifest_uri) == 1
    assert "no such object" in caplog.text
    lake.s3.put_object(Bucket=lake.bucket, Key=lake.manifest_uri.split("/", 3)[3], Body=b"{}")
    assert run(lake.manifest_uri) == 1
    assert "batch_id: Field required" in caplog.text
    assert run(f"s3://{lake.bucket}/raw/gem/_manifest.json") == 1
    assert lake.keys("curated/") == []


def test_a_lost_connection_leaves_the_attempt_open(lake: Any, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: Any) -> None:
        raise ConnectionError("connection reset by peer")

    monkeypatch.setattr("emr_jobs.curate.curate_batch", lose)
    with pytest.raises(ConnectionError):
        run(written)
    assert lake.keys("curated/") == []


def test_of_two_runs_of_one_attempt_the_first_manifest_stands(
    lake: Any, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(written) == 0
    first = lake.curated()
    # The second run looked for the manifest before the first one wrote it.
    monkeypatch.setattr("emr_jobs.curate.curated_manifest", lambda *_: None)
    assert run(written) == 0
    assert lake.curated() == first
