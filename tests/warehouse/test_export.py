"""`gem export`: the views as files by financial year, exact, whole, and without what people need not know."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import redshift_connector
from typer.testing import CliRunner

import gem.cli_export
from gem.contracts.errors import TerminalError
from gem.contracts.keys import S3Uri
from gem.contracts.mart.tables import MART_TABLES
from gem.powerbi.tables import model_tables
from gem.warehouse.connection import execute
from gem.warehouse.dictionary import data_dictionary
from gem.warehouse.export import Destination, Export, check_directory, download, export_to_s3, remove, unload_statement
from gem.warehouse.export_scripts import MEASURED_VIEWS, exported_views
from gem.warehouse.load import load_curated
from gem.warehouse.migrate import migrate
from gem.warehouse.security import READERS_VIEW
from gem.warehouse.templates.views import VIEW_OF
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import write_batch
from tests.model.history import HISTORY
from tests.model.lab import SETTINGS

DATABASE = BUCKET = "exported"
ROLE = SETTINGS.copy_role_arn


@pytest.fixture(scope="module")
def open_one(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront, s3: Any) -> Callable[[], Any]:
    """Opens connections to a warehouse into which the small history was loaded."""
    embedded_postgres.create_database(DATABASE)

    def connect() -> Any:
        front = redshift_front
        return redshift_connector.connect(
            host=front.host, port=front.port, database=DATABASE, user=front.user, password=front.password, ssl=False
        )

    connection = connect()
    migrate(connection)
    connection.close()
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
    settings = SETTINGS.model_copy(update={"lake_bucket": BUCKET})
    batches = [write_batch(s3, b.seq, b.tables, attempt=b.attempt, bucket=BUCKET) for b in HISTORY]
    load_curated(connect, s3, settings, batches)
    return connect


@pytest.fixture
def warehouse(open_one: Callable[[], Any]) -> Iterator[Any]:
    connection = open_one()
    yield connection
    connection.rollback()
    connection.close()


def destination(s3: Any, folder: str, format_: Any = "parquet") -> Destination:
    return Destination(s3, S3Uri(BUCKET, folder), ROLE, format_)


def body(s3: Any, name: str) -> bytes:
    return bytes(s3.get_object(Bucket=BUCKET, Key=name)["Body"].read())


def keys(s3: Any, prefix: str) -> set[str]:
    return {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])}


def test_parquet_holds_every_row_and_type_of_a_view_by_financial_year(warehouse: Any, s3: Any) -> None:
    done = export_to_s3(warehouse, destination(s3, "parquet"))
    lines = next(table for table in done.tables if table.view == "v_order_lines")
    assert all(name.startswith("v_order_lines/financial_year=2025-26/") for name in lines.files)
    found = pa.concat_tables(pq.read_table(io.BytesIO(body(s3, f"parquet/{name}"))) for name in lines.files)
    (expected,) = execute(
        warehouse,
        "select count(*), sum(line_value), min(contract_at), sum(case when mii_class = '' then 1 end)"
        " from bi.v_order_lines",
    )
    assert found.num_rows == lines.rows == expected[0]
    assert sum(found["line_value"].to_pylist()) == expected[1]
    assert min(found["contract_at"].to_pylist()) == expected[2]
    assert found["mii_class"].to_pylist().count("") == expected[3] > 0  # '' is not NULL
    assert found.schema.field("line_value").type == pa.decimal128(18, 2)
    assert {table.view for table in done.tables} == {*VIEW_OF.values(), *MEASURED_VIEWS}
    assert done.loaded == dict(execute(warehouse, "select source_id, max(batch_id) from ops.load_log group by 1"))


def test_csv_has_a_header_and_the_year_in_every_row(warehouse: Any, s3: Any) -> None:
    done = export_to_s3(warehouse, destination(s3, "csv", "csv"))
    bids = next(table for table in done.tables if table.view == "v_bids")
    rows = [r for name in bids.files for r in csv.DictReader(io.StringIO(body(s3, f"csv/{name}").decode()))]
    expected = execute(warehouse, "select cast(bid_id as varchar), cast(estimated_value as varchar) from bi.v_bids")
    assert sorted((row["bid_id"], row["estimated_value"]) for row in rows) == sorted((b, v or "") for b, v in expected)
    assert {row["financial_year"] for row in rows} <= {"2025-26", "Unknown"}
    assert all(name.endswith("000.csv") for name in bids.files)


def test_rows_of_an_unknown_day_are_exported_too(warehouse: Any, s3: Any) -> None:
    execute(warehouse, "update mart.fact_bid set published_date_key = -1")
    done = export_to_s3(warehouse, destination(s3, "unknown"))
    bids = next(table for table in done.tables if table.view == "v_bids")
    assert [(bids.rows,)] == execute(warehouse, "select count(*) from mart.fact_bid")
    assert all(name.startswith("v_bids/financial_year=Unknown/") for name in bids.files)


def test_restricted_columns_are_in_no_file_and_in_no_line_of_the_dictionary(warehouse: Any, s3: Any) -> None:
    done = export_to_s3(warehouse, destination(s3, "restricted"))
    sellers = next(table for table in done.tables if table.view == "v_sellers")
    names = set(pq.read_table(io.BytesIO(body(s3, f"restricted/{sellers.files[0]}"))).column_names)
    assert "seller_name" in names
    assert not names & {"udyam_no", "pincode", "row_hash", "batch_id"}
    assert "udyam_no" not in body(s3, "restricted/data_dictionary.csv").decode()


def test_the_dictionary_names_every_exported_column_of_every_table(warehouse: Any, s3: Any) -> None:
    done = export_to_s3(warehouse, destination(s3, "dictionary", "csv"))
    lines = list(csv.DictReader(io.StringIO(data_dictionary())))
    assert all(line["meaning"] and line["row_is"] for line in lines)
    exported = [table for table in done.tables if table.files]
    assert {"v_states", "v_bids", "v_buy_modes"} <= {table.view for table in exported}
    for table in exported:
        header = body(s3, f"dictionary/{table.files[0]}").decode().splitlines()[0].split(",")
        assert header == [line["column"] for line in lines if line["table"] == table.view]


def test_a_second_export_replaces_the_first_and_its_summary_comes_last(warehouse: Any, s3: Any) -> None:
    first = export_to_s3(warehouse, destination(s3, "twice"))
    execute(warehouse, "delete from mart.fact_order_line")
    second = export_to_s3(warehouse, destination(s3, "twice"))
    assert [t.rows for t in second.tables if t.view == "v_order_lines"] == [0]
    summary = json.loads(body(s3, "twice/_export.json"))
    assert [(t["view"], t["rows"]) for t in summary["tables"]] == [(t.view, t.rows) for t in second.tables]
    assert [t.rows for t in first.tables if t.view == "v_bids"] == [t.rows for t in second.tables if t.view == "v_bids"]


def test_an_export_that_breaks_leaves_no_summary(warehouse: Any, s3: Any) -> None:
    export_to_s3(warehouse, destination(s3, "breaks"))
    execute(warehouse, "drop view bi.v_sellers")
    with pytest.raises(TerminalError, match="v_sellers"):
        export_to_s3(warehouse, destination(s3, "breaks"))
    assert "breaks/_export.json" not in keys(s3, "breaks/")


def test_a_directory_gets_the_files_and_s3_is_left_as_it_was(warehouse: Any, s3: Any, tmp_path: Path) -> None:
    done = export_to_s3(warehouse, destination(s3, "passing"))
    target = tmp_path / "export"
    check_directory(target)
    download(s3, done, target)
    remove(s3, done)
    assert keys(s3, "passing/") == set()
    names = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert names == {name for t in done.tables for name in t.files} | {"_export.json", "data_dictionary.csv"}
    with pytest.raises(TerminalError, match="is not an empty directory"):
        check_directory(target)


def test_a_file_that_comes_short_or_would_lie_outside_is_refused(warehouse: Any, s3: Any, tmp_path: Path) -> None:
    done = export_to_s3(warehouse, destination(s3, "short"))
    bids = next(table for table in done.tables if table.view == "v_bids")
    s3.put_object(Bucket=BUCKET, Key=f"short/{bids.files[0]}", Body=b"short")
    with pytest.raises(TerminalError, match="v_bids: 5 bytes came"):
        download(s3, done, tmp_path / "short")
    forged = Export(done.folder, "csv", done.created_at, {}, (type(bids)("v", 1, 1, ("../../outside",)),))
    with pytest.raises(TerminalError, match="would lie outside"):
        download(s3, forged, tmp_path / "forged")


def test_a_quote_in_the_target_is_refused() -> None:
    with pytest.raises(TerminalError, match="cannot stand in an UNLOAD"):
        unload_statement("v_bids", S3Uri(BUCKET, "it's/"), ROLE, "csv")


def test_every_table_has_a_query() -> None:
    for table in MART_TABLES:
        statement = unload_statement(VIEW_OF[table.name], S3Uri(BUCKET, "x/"), ROLE, "parquet")
        assert ("partition by (financial_year)" in statement) == table.name.startswith(("fact_", "agg_"))
        assert statement.endswith("manifest verbose\ncleanpath\nencrypted auto")


def test_every_table_of_the_model_in_power_bi_is_exported() -> None:
    """But who reads which ministry, which is no one's business who is handed files."""
    assert {table.view for table in model_tables()} - {READERS_VIEW} <= exported_views().keys()


def test_the_command_shows_each_table_and_writes_a_directory(
    open_one: Any, redshift_front: RedshiftFront, s3_endpoint_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = {"host": redshift_front.host, "port": redshift_front.port, "dbname": DATABASE}
    secret |= {"username": redshift_front.user, "password": redshift_front.password}
    environment = {
        "AWS_ENDPOINT_URL": s3_endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "ap-south-1",
        "GEM_WAREHOUSE_SECRET_ID": "exported",
        "GEM_WAREHOUSE_SSL": "false",
        "GEM_LAKE_BUCKET": BUCKET,
        "GEM_COPY_ROLE_ARN": ROLE,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    import boto3  # noqa: PLC0415  (reads the environment just set)

    boto3.client("secretsmanager").create_secret(Name="exported", SecretString=json.dumps(secret))
    shown = CliRunner().invoke(gem.cli_export.app, ["--to", str(tmp_path / "out"), "--format", "csv"])
    assert shown.exit_code == 0, shown.output
    assert len(shown.output.splitlines()) == len(exported_views()) + 1
    assert "as of gem-000000000" in shown.output
    assert (tmp_path / "out" / "_export.json").is_file()
