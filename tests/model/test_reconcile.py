"""`gem reconcile` is silent while source and warehouse agree, and names the row and the column where they do not."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import psycopg2
import pytest
from psycopg2 import extras
from typer.testing import CliRunner

from gem import repair
from gem.cli_reconcile import app
from gem.contracts.errors import TerminalError
from gem.contracts.types import Kind
from gem.reconcile import Comparison, comparisons
from gem.warehouse.connection import execute
from gem.warehouse.redigest import count_digests_anew
from local_aws.source import generator, schema
from tests.model.curated import BUCKET
from tests.model.lab import MIGRATED, REGION, Lab

SOURCE = "reconciled_source"
WAREHOUSE = "reconciled"
SECRET = "reconciled/warehouse"
FILLERS: dict[Kind, Any] = {
    Kind.BIGINT: -1,
    Kind.INTEGER: -1,
    Kind.DECIMAL: 0,
    Kind.BOOLEAN: False,
    Kind.VARCHAR: "",
    Kind.TIMESTAMP: "1900-01-01",
}


@dataclass(frozen=True)
class Sides:
    """A source and a warehouse that holds what the source says, and the command that compares them."""

    lab: Lab
    warehouse: str

    def change_warehouse(self, statement: str) -> None:
        """Runs a statement in the warehouse's database."""
        connection = psycopg2.connect(self.lab.postgres.dsn(self.warehouse))
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount > 0
        connection.close()

    def reconcile(self, *arguments: str) -> tuple[int, str]:
        """The exit code and what was printed."""
        result = CliRunner().invoke(app, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    def differing(self, *arguments: str) -> list[dict[str, Any]]:
        """The differences of a run that must find some."""
        code, output = self.reconcile("--json", *arguments)
        assert code == 1
        return [one for report in json.loads(output) for one in report["differences"]]


@pytest.fixture(scope="module")
def template(lab: Lab) -> str:
    """The name of a warehouse that holds what a generated source says."""
    lab.postgres.create_database(SOURCE)
    source = psycopg2.connect(lab.postgres.dsn(SOURCE))
    schema.install(source)
    generator.generate(source, 3, 120, lambda _: None)
    source.commit()
    database = lab.copy(MIGRATED)
    warehouse = psycopg2.connect(lab.postgres.dsn(database))
    with source.cursor() as read, warehouse, warehouse.cursor() as write:
        read.execute("set time zone 'UTC'")
        for comparison in comparisons("gem").values():
            read.execute(comparison.source_rows)
            copy_rows(write, comparison, read.fetchall())
    source.close()
    warehouse.close()
    connection = lab.connect(database)
    count_digests_anew(connection)
    connection.close()
    return database


def copy_rows(cursor: Any, comparison: Comparison, rows: list[tuple[Any, ...]]) -> None:
    copied = [column.name for column in comparison.columns]
    rest = [c for c in comparison.table.warehouse_columns if c.name not in copied and not c.nullable]
    values = {c.name: FILLERS[c.type.kind] for c in rest} | {"source_id": "gem"}
    if "is_current" in values:
        values["is_current"] = True
    cursor.execute("set time zone 'UTC'")
    extras.execute_values(
        cursor,
        f"insert into mart.{comparison.table.name} ({', '.join([*copied, *values])}) values %s",
        [(*row, *values.values()) for row in rows],
    )


@pytest.fixture
def sides(lab: Lab, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sides]:
    database = lab.copy(template)
    environment = {
        "AWS_ENDPOINT_URL": lab.s3.meta.endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "GEM_SOURCE_DSN": lab.postgres.dsn(SOURCE),
        "GEM_LAKE_BUCKET": BUCKET,
        "GEM_WAREHOUSE_SECRET_ID": SECRET,
        "GEM_WAREHOUSE_SSL": "false",
        "GEM_COPY_ROLE_ARN": "arn:aws:iam::123456789012:role/copy",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    secrets = boto3.client("secretsmanager")
    front = lab.front
    secret = {"host": front.host, "port": front.port, "dbname": database}
    text = json.dumps(secret | {"username": front.user, "password": front.password})
    secrets.create_secret(Name=SECRET, SecretString=text)
    yield Sides(lab, database)
    secrets.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
    lab.drop(database)


def test_sides_that_agree_are_reported_so(sides: Sides) -> None:
    code, output = sides.reconcile()
    assert code == 0
    assert output.count("agree") == len(comparisons("gem"))
    reports = json.loads(sides.reconcile("--json")[1])
    assert all(report["source_rows"] == report["warehouse_rows"] for report in reports)
    assert {"dim_seller", "fact_bid", "fact_order_line"} <= {
        report["table"] for report in reports if report["source_rows"]
    }


def test_a_value_that_differs_is_named_with_its_row_column_and_both_values(sides: Sides) -> None:
    ((key, value, root),) = sides.lab.query(
        sides.warehouse, "select contract_item_id, line_value, contract_id from mart.fact_order_line order by 1 limit 1"
    )
    sides.change_warehouse(
        f"update mart.fact_order_line set line_value = line_value + 0.01 where contract_item_id = {key}"
    )
    assert sides.differing() == [
        {
            "table": "fact_order_line",
            "key": {"contract_item_id": str(key)},
            "fault": "different",
            "columns": {"line_value": [str(value), f"{float(value) + 0.01:.2f}"]},
            "roots": [root],
        }
    ]
    code, output = sides.reconcile("--table", "fact_order_line")
    assert code == 1
    assert f"contract_item_id {key}: different" in output
    assert "sum of line_value" in output


def test_swapped_values_that_keep_every_sum_are_found(sides: Sides) -> None:
    sides.change_warehouse(
        "update mart.fact_bid_participation f set seller_id = o.seller_id from mart.fact_bid_participation o"
        " where (f.participation_id, o.participation_id) in (select min(participation_id), max(participation_id)"
        " from mart.fact_bid_participation union all select max(participation_id), min(participation_id)"
        " from mart.fact_bid_participation)"
    )
    found = sides.differing()
    assert [(one["table"], list(one["columns"])) for one in found] == [("fact_bid_participation", ["seller_id"])] * 2


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("delete from mart.dim_seller where seller_id = 5", "missing in the warehouse"),
        ("update mart.dim_seller set is_current = false where seller_id = 5", "missing in the warehouse"),
        (
            "insert into mart.dim_seller select * from mart.dim_seller where seller_id = 5",
            "more than once in the warehouse",
        ),
    ],
)
def test_a_row_too_few_or_too_many_is_found(sides: Sides, statement: str, fault: str) -> None:
    sides.change_warehouse(statement)
    assert [(one["key"], one["fault"]) for one in sides.differing()] == [({"seller_id": "5"}, fault)]


def test_a_row_that_the_source_no_longer_has_is_found(sides: Sides) -> None:
    sides.change_warehouse(
        "update mart.fact_bid set bid_id = 999999999 where bid_id = (select min(bid_id) from mart.fact_bid)"
    )
    faults = sorted(one["fault"] for one in sides.differing("--table", "fact_bid"))
    assert faults == ["missing in the warehouse", "not at the source"]


def repair_of(sides: Sides, *arguments: str) -> list[str]:
    """The commands at the end of what a person reads."""
    code, output = sides.reconcile(*arguments)
    assert code == 1
    return [line.strip() for line in output.partition("What reads it again")[2].splitlines()[1:]]


def test_the_repair_names_every_root_at_fault_of_both_sides(sides: Sides) -> None:
    ((item, contract),) = sides.lab.query(
        sides.warehouse, "select contract_item_id, contract_id from mart.fact_order_line order by 1 limit 1"
    )
    sides.change_warehouse(
        f"update mart.fact_order_line set contract_id = 999999 where contract_item_id = {item}"
    )  # as if a move to another contract had not arrived
    sides.change_warehouse("update mart.dim_seller set status = 'NONE' where seller_id in (3, 5)")
    assert repair_of(sides) == [
        f"gem backfill --aggregate contract --roots {contract},999999",
        "gem backfill --aggregate seller --roots 3,5",
    ]


def test_an_aggregate_that_travels_whole_is_read_whole(sides: Sides) -> None:
    sides.change_warehouse("update mart.dim_state set state_name = 'none'")
    assert repair_of(sides) == ["gem backfill --aggregate state_ref"]


@pytest.mark.parametrize("what", ["BUCKETS_LOOKED_INTO", "ROOTS_NAMED"])
def test_of_too_many_roots_the_repair_names_the_range(sides: Sides, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, what, 10)
    sides.change_warehouse("update mart.fact_bid set status = 'NONE'")
    ((least, largest),) = sides.lab.query(sides.warehouse, "select min(bid_id), max(bid_id) from mart.fact_bid")
    assert repair_of(sides, "--limit", "7") == [f"gem backfill --aggregate bid --from {least} --to {largest}"]


def test_one_command_repairs_all_tables_of_an_aggregate(sides: Sides) -> None:
    ((first, second),) = sides.lab.query(
        sides.warehouse, "select min(bid_id), max(bid_id) from mart.fact_bid_participation"
    )
    sides.change_warehouse(f"update mart.fact_bid set status = 'NONE' where bid_id = {first}")
    sides.change_warehouse(f"delete from mart.fact_bid_participation where bid_id = {second}")
    assert repair_of(sides) == [f"gem backfill --aggregate bid --roots {first},{second}"]


def test_a_member_that_is_gone_at_the_source_is_kept_and_no_difference(sides: Sides) -> None:
    sides.change_warehouse(
        "insert into mart.dim_seller select (jsonb_populate_record(d, '{\"seller_id\": 777777}')).*"
        " from mart.dim_seller d where seller_id = 5"
    )
    code, output = sides.reconcile("--table", "dim_seller")
    assert code == 0
    assert "(1 of them gone at the source, and kept): agree" in output
    sides.change_warehouse("update mart.dim_seller set status = 'NONE' where seller_id in (777777, 5)")
    assert [one["key"] for one in sides.differing()] == [{"seller_id": "5"}]


def test_rows_of_another_source_are_none_of_its_business(sides: Sides) -> None:
    sides.change_warehouse("insert into mart.dim_state (state_key, source_id, state_code) values (5, 'other', '99')")
    assert sides.reconcile()[0] == 0


def test_no_more_differences_are_printed_than_asked_for(sides: Sides) -> None:
    sides.change_warehouse("update mart.fact_bid set status = 'NONE'")
    assert len(sides.differing("--limit", "7")) == 7
    assert "only 7 are printed" in sides.reconcile("--limit", "7")[1]


def change_source(sides: Sides, statement: str) -> None:
    """Changes the source as nobody notices: no trigger fires."""
    connection = psycopg2.connect(sides.lab.postgres.dsn(SOURCE))
    with connection, connection.cursor() as cursor:
        cursor.execute("alter table gem.contract_item disable trigger all")
        cursor.execute(statement)
        assert cursor.rowcount == 1
        cursor.execute("alter table gem.contract_item enable trigger all")
    connection.close()


def test_a_quick_look_at_sides_that_agree_reads_no_fact_of_the_warehouse(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noted(connection: Any, query: str) -> list[tuple[Any, ...]]:
        asked.append(query)
        return execute(connection, query)

    monkeypatch.setattr("gem.warehouse.connection.execute", noted)
    code, output = sides.reconcile("--quick")
    assert code == 0
    assert output.count("agree") == len(comparisons("gem"))
    assert "mart.dim_seller" in " ".join(asked)
    assert "mart.fact_" not in " ".join(asked)


def test_a_quick_look_names_the_row_that_changed_at_the_source_unnoticed(sides: Sides) -> None:
    ((item, contract),) = sides.lab.query(
        sides.warehouse, "select contract_item_id, contract_id from mart.fact_order_line order by 1 desc limit 1"
    )
    change_source(sides, f"update gem.contract_item set igst = igst + 1 where contract_item_id = {item}")
    try:
        (found,) = sides.differing("--quick")
        assert (found["key"], list(found["columns"])) == ({"contract_item_id": str(item)}, ["igst"])
        assert repair_of(sides, "--quick") == [f"gem backfill --aggregate contract --roots {contract}"]
    finally:
        change_source(sides, f"update gem.contract_item set igst = igst - 1 where contract_item_id = {item}")


def test_a_digest_that_is_not_that_of_its_rows_is_no_reason_to_read_them_again(sides: Sides) -> None:
    sides.change_warehouse("update ops.fact_bid_digest set hash_1 = hash_1 + 1")
    code, output = sides.reconcile("--quick", "--table", "fact_bid")
    assert code == 1
    assert "kept digests are not those of their rows: gem warehouse check" in output
    assert "gem backfill" not in output


def test_hours_are_refused_without_a_quick_look(sides: Sides) -> None:
    with pytest.raises(TerminalError, match="--since-hours goes with --quick"):
        sides.reconcile("--since-hours", "2")


def test_an_unknown_table_is_refused_with_the_known_ones(sides: Sides) -> None:
    with pytest.raises(TerminalError, match="fact_order_line"):
        sides.reconcile("--table", "fact_orders")


def test_a_setting_that_is_missing_is_named_without_the_password(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEM_SOURCE_DSN", "postgresql://reader:hidden@127.0.0.1:x/source")
    monkeypatch.delenv("GEM_LAKE_BUCKET")
    with pytest.raises(TerminalError, match="GEM_LAKE_BUCKET is not set") as raised:
        sides.reconcile()
    assert "hidden" not in str(raised.value)


def test_every_money_column_of_a_fact_that_the_source_has_is_compared() -> None:
    compared = set(itertools.chain.from_iterable(c.money for c in comparisons("gem").values()))
    assert compared >= {
        "line_value",
        "taxable_value",
        "cgst",
        "sgst",
        "igst",
        "quoted_value",
        "final_value",
        "emd_amount",
    }
