"""`gem trace` on a batch that came from a source through Spark: proved as it stands, broken where it is forged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest
from typer.testing import CliRunner

from gem.cli_trace import app
from gem.contracts.errors import TerminalError
from gem.contracts.manifest import CuratedManifest
from gem.warehouse.connection import execute
from gem.warehouse.trace import Ask, trace
from gem.warehouse.trace_lake import Lake
from gem.warehouse.trace_link import Link, Standing
from tests.model.curated import BUCKET
from tests.story.short_line import ShortLine, Site, open_short_line

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Proof:
    """A source, its one batch, and the warehouse that holds it."""

    line: ShortLine
    site: Site
    batch: CuratedManifest
    database: str

    @property
    def lake(self) -> Lake:
        return Lake(self.line.aws.client("s3"), BUCKET)

    def connect(self) -> Any:
        return self.line.lab.connect(self.database)

    def ask(self) -> Ask:
        return self.site.fetch

    def one(self, root: str) -> int:
        """A root with rows in the facts."""
        (found,) = self.site.fetch(
            "select min(contract_id) from gem.contract_item"
            if root == "contract"
            else "select min(bid_id) from gem.bid_participation"
        )
        return int(found[0])


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proof]:
    with open_short_line(tmp_path_factory.mktemp("trace")) as line:
        site = line.site("traced", 60)
        batch = site.batch()
        assert batch is not None
        database = line.lab.copy()
        line.lab.load(database, batch)
        yield Proof(line, site, batch, database)


@pytest.fixture
def warehouse(proof: Proof) -> Iterator[Any]:
    """A connection whose changes are undone."""
    connection = proof.connect()
    yield connection
    connection.rollback()
    connection.close()


@pytest.fixture
def forge(proof: Proof) -> Iterator[Any]:
    """Replaces objects of the lake until the test is over."""
    s3 = proof.line.aws.client("s3")
    kept: dict[str, bytes] = {}

    def put(key: str, body: bytes | None) -> None:
        if key not in kept:
            kept[key] = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        if body is None:
            s3.delete_object(Bucket=BUCKET, Key=key)
        else:
            s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    yield put
    for key, body in kept.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)


def broken(links: list[Link]) -> dict[str, str]:
    return {f"{link.what} {link.name}": link.problem for link in links if link.standing is Standing.BROKEN}


@pytest.mark.parametrize("root", ["contract", "bid"])
def test_every_link_of_a_loaded_root_is_proved(proof: Proof, warehouse: Any, root: str) -> None:
    links = trace(warehouse, proof.lake, root, proof.one(root), source=proof.ask())
    assert [(link.what, link.standing) for link in links if link.standing is not Standing.PROVED] == []
    whats = [link.what for link in links]
    chain = ["fact rows", "load", "curated manifest", "curated rows", "snapshot", "raw part", "raw rows", "source rows"]
    assert list(dict.fromkeys(whats)) == chain
    parts = [link for link in links if link.what == "raw part"]
    assert all(len(link.says["sha256"]) == 64 and link.says["rows"] > 0 for link in parts)


def test_every_contract_and_bid_of_the_batch_can_be_traced(proof: Proof, warehouse: Any) -> None:
    roots = [("contract", r[0]) for r in proof.site.fetch("select contract_id from gem.contract limit 5")]
    roots += [("bid", r[0]) for r in proof.site.fetch("select bid_id from gem.bid limit 5")]
    for root, root_id in roots:
        assert broken(trace(warehouse, proof.lake, root, root_id, source=proof.ask())) == {}, (root, root_id)


def test_without_a_source_the_rest_is_proved_and_that_is_said(proof: Proof, warehouse: Any) -> None:
    links = trace(warehouse, proof.lake, "contract", proof.one("contract"))
    open_ends = [link for link in links if link.standing is Standing.NOT_CHECKED]
    assert {link.what for link in open_ends} == {"source rows"}
    assert all("GEM_SOURCE_DSN" in link.problem for link in open_ends)


def test_a_figure_that_was_changed_in_the_warehouse_is_found(proof: Proof, warehouse: Any) -> None:
    contract = proof.one("contract")
    execute(warehouse, "update mart.fact_order_line set unit_price = unit_price + 1 where contract_id = %s", [contract])
    found = broken(trace(warehouse, proof.lake, "contract", contract, source=proof.ask()))
    assert set(found) == {
        "curated rows curated/fact_order_line",
        "raw rows contract_item",
        "source rows gem.contract_item",
    }
    assert "unit_price" in found["raw rows contract_item"]


def test_a_row_that_was_deleted_in_the_warehouse_is_found(proof: Proof, warehouse: Any) -> None:
    bid = proof.one("bid")
    execute(warehouse, "delete from mart.fact_bid_participation where bid_id = %s", [bid])
    found = broken(trace(warehouse, proof.lake, "bid", bid))
    assert "rows against 0" in found["raw rows bid_participation"]


def test_rows_of_another_batch_than_the_newest_are_found(proof: Proof, warehouse: Any) -> None:
    bid = proof.one("bid")
    execute(warehouse, "update mart.fact_bid set batch_id = 'traced-0000000009' where bid_id = %s", [bid])
    found = broken(trace(warehouse, proof.lake, "bid", bid))
    assert "rows are of batch traced-0000000009" in found["fact rows mart.fact_bid"]


def test_a_batch_that_the_load_log_lacks_ends_the_chain(proof: Proof, warehouse: Any) -> None:
    execute(warehouse, "delete from ops.load_log")
    links = trace(warehouse, proof.lake, "bid", proof.one("bid"))
    assert links[-1].problem == f"it holds no batch {proof.batch.batch_id} attempt 1"


def test_a_root_below_the_low_water_mark_is_traced_by_its_facts(proof: Proof, warehouse: Any) -> None:
    execute(warehouse, "delete from ops.root_version")
    links = trace(warehouse, proof.lake, "contract", proof.one("contract"), source=proof.ask())
    assert {link.standing for link in links} == {Standing.PROVED}


def test_a_raw_part_of_other_bytes_is_found_by_its_digest(proof: Proof, warehouse: Any, forge: Any) -> None:
    links = trace(warehouse, proof.lake, "contract", proof.one("contract"))
    part = next(link.name for link in links if link.what == "raw part" and "/contract_item/" in link.name)
    forge(part, b"forged")
    found = broken(trace(warehouse, proof.lake, "contract", proof.one("contract")))
    assert "its SHA-256 is" in found[f"raw part {part}"]
    forge(part, None)
    found = broken(trace(warehouse, proof.lake, "contract", proof.one("contract")))
    assert found[f"raw part {part}"] == "it is not there"


def test_a_curated_file_that_was_replaced_is_found_by_its_etag(proof: Proof, warehouse: Any, forge: Any) -> None:
    table = proof.batch.table("fact_bid")
    assert table is not None
    forge(table.files[0].key, b"forged")
    found = broken(trace(warehouse, proof.lake, "bid", proof.one("bid")))
    assert "its ETag is" in found[f"curated file {table.files[0].key}"]


def test_a_manifest_that_is_gone_or_no_manifest_is_named(proof: Proof, warehouse: Any, forge: Any) -> None:
    key = proof.batch.attempt_key.curated_manifest_key
    forge(key, b"{}")
    found = broken(trace(warehouse, proof.lake, "bid", proof.one("bid")))
    assert "Field required" in found[f"curated manifest s3://{BUCKET}/{key}"]


def test_a_source_row_that_has_changed_since_is_no_broken_link(proof: Proof, warehouse: Any) -> None:
    contract = proof.one("contract")
    connection = psycopg2.connect(proof.site.dsn)
    try:
        cursor = connection.cursor()
        cursor.execute("set time zone 'UTC'")
        cursor.execute("update gem.contract_item set unit_price = unit_price + 1 where contract_id = %s", [contract])

        def ask(query: str) -> list[tuple[Any, ...]]:
            cursor.execute(query)
            return cursor.fetchall()

        links = trace(warehouse, proof.lake, "contract", contract, source=ask)
    finally:
        connection.rollback()
        connection.close()
    (changed,) = (link for link in links if link.name == "gem.contract_item")
    assert changed.standing is Standing.NOT_CHECKED
    assert changed.problem.startswith("changed since the snapshot: unit_price")


def test_an_unknown_root_or_source_is_refused(proof: Proof, warehouse: Any) -> None:
    with pytest.raises(TerminalError, match="the warehouse holds no contract 999999999"):
        trace(warehouse, proof.lake, "contract", 999_999_999)
    with pytest.raises(TerminalError, match=r"the warehouse holds no bid .* of source other"):
        trace(warehouse, proof.lake, "bid", proof.one("bid"), source_id="other")


def test_the_command_prints_the_chain_and_exits_by_it(proof: Proof, monkeypatch: pytest.MonkeyPatch) -> None:
    front = proof.line.lab.front
    secret = {"host": front.host, "port": front.port, "dbname": proof.database}
    proof.line.aws.client("secretsmanager").create_secret(
        Name="traced", SecretString=json.dumps(secret | {"username": front.user, "password": front.password})
    )
    environment = {
        **proof.line.aws.environment,
        "GEM_WAREHOUSE_SECRET_ID": "traced",
        "GEM_WAREHOUSE_SSL": "false",
        "GEM_LAKE_BUCKET": BUCKET,
        "GEM_COPY_ROLE_ARN": "arn:aws:iam::123456789012:role/copy",
        "GEM_SOURCE_ID": "traced",
        "GEM_SOURCE_DSN": proof.site.dsn,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    contract = str(proof.one("contract"))
    shown = CliRunner().invoke(app, ["contract", contract])
    assert (shown.exit_code, shown.output.count("✓")) == (0, shown.output.count("\n✓") + 1)
    assert shown.output.endswith(f"contract {contract}: no link is broken.\n")
    links = json.loads(CliRunner().invoke(app, ["contract", contract, "--json"]).output)
    assert {link["standing"] for link in links} == {"proved"}
