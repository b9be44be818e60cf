"""`gem warehouse check`: every check holds in a warehouse that loads made; a fault planted for it turns it red."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redshift_connector

from gem.contracts.errors import TerminalError
from gem.contracts.mart.tables import MART_TABLES
from gem.warehouse import redigest
from gem.warehouse.checks import CheckResult, check_queries, run_checks
from gem.warehouse.connection import execute
from gem.warehouse.load import load_curated
from gem.warehouse.migrate import migrate
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import write_batch
from tests.model.history import HISTORY
from tests.model.lab import SETTINGS

DATABASE = "checked"


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
    s3.create_bucket(Bucket="checked", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
    settings = SETTINGS.model_copy(update={"lake_bucket": "checked"})
    batches = [write_batch(s3, b.seq, b.tables, attempt=b.attempt, bucket="checked") for b in HISTORY]
    load_curated(connect, s3, settings, batches)
    return connect


@pytest.fixture
def warehouse(open_one: Callable[[], Any]) -> Iterator[Any]:
    """A connection whose changes are undone."""
    connection = open_one()
    yield connection
    connection.rollback()
    connection.close()


def failures(results: list[CheckResult]) -> dict[str, tuple[str, ...]]:
    return {result.check: result.examples for result in results if result.faults}


def test_every_check_holds_after_loads(warehouse: Any) -> None:
    results = run_checks(warehouse, max_lag_hours=24 * 365 * 100)
    assert failures(results) == {}
    assert len(results) == len(check_queries())


COPY_OF_A_BID = "insert into mart.fact_bid select * from mart.fact_bid where bid_id = 11"
PLANTED = {
    "fact_bid.grain_is_unique": (COPY_OF_A_BID, "source_id=gem bid_id=11 stands 2 times"),
    "fact_bid.category_key_has_its_member": ("update mart.fact_bid set category_key = 5", "category_key=5"),
    "fact_bid.published_date_key_has_its_member": (
        "update mart.fact_bid set published_date_key = 20260230",
        "published_date_key=20260230",
    ),
    "fact_bid.category_key_is_of_its_event": (
        "update mart.fact_bid set published_at = dateadd(day, -1, '1900-01-01'::timestamp)",
        "published_at=1899-12-31",
    ),
    "fact_bid_participation.seller_key_is_of_its_event": (
        "update mart.fact_bid_participation set seller_key = -1 where seller_id = 2",
        "seller_id=2",
    ),
    "fact_order_line.seller_state_key_is_of_its_event": (
        "update mart.fact_order_line set seller_state_key = 1 where seller_state_key > 0",
        "seller_state_key=1",
    ),
    "fact_bid_participation.rows_are_of_their_root_version": (
        "update ops.root_version set is_deleted = true where aggregate = 'bid' and root_id = 11",
        "bid_id=11",
    ),
    "fact_order_line.rows_are_of_their_root_version": (
        "update mart.fact_order_line set source_version = 0",
        "newest_batch_seq=",
    ),
    "fact_order_line.rows_are_of_a_logged_batch": (
        "delete from ops.load_log",
        "batch_id=gem-000000000",
    ),
    "fact_order_line.no_batch_has_more_rows_than_it_brought": (
        "update ops.load_rows set row_count = 0 where table_name = 'fact_order_line'",
        "brought=0",
    ),
    "agg_gmv_daily.days_add_up_to_their_fact": (
        "update mart.fact_order_line set line_value = 1 where contract_item_id = 501",
        "contract_date_key=20260114",
    ),
    "agg_gmv_daily.cells_are_those_of_their_fact": (
        "update mart.agg_gmv_daily set mse_value = mse_value + 1 where seller_size = 'SMALL'",
        "seller_size=SMALL",
    ),
    "fact_bid.digests_are_those_of_its_rows": (
        "update mart.fact_bid set estimated_value = estimated_value + 1 where bid_id = 11",
        "source_id=gem bucket=0",
    ),
    "dim_date.natural_key_is_unique": (
        "insert into mart.dim_date select * from mart.dim_date where date_key = 20260401",
        "date_key=20260401 stands 2 times",
    ),
    "dim_state.surrogate_key_is_unique": (
        "insert into mart.dim_state select * from mart.dim_state where state_code = '18'",
        "state_key=",
    ),
    "dim_state.natural_key_is_unique": (
        "update mart.dim_state set state_code = '18' where state_code = '07'",
        "source_id=gem state_code=18 stands 2 times",
    ),
    "dim_category.unknown_member_stands_once": (
        "delete from mart.dim_category where category_key = -1",
        "category_key=-1 stands 0 times",
    ),
    "dim_seller.every_observed_key_is_there": (
        "delete from mart.dim_seller where seller_id = 2",
        "source_id=gem seller_id=2",
    ),
    "dim_seller.versions_are_contiguous": (
        "update mart.dim_seller set valid_to = dateadd(day, -1, valid_to) where seller_id = 1 and not is_current",
        "seller_id=1",
    ),
    "dim_seller.one_version_is_current": (
        "update mart.dim_seller set is_current = true where seller_id = 1",
        "seller_id=1",
    ),
    "load_log.attempt_is_logged_once": (
        "insert into ops.load_log select * from ops.load_log where batch_seq = 3",
        "batch_id=gem-0000000003 attempt=1",
    ),
    "load_log.batch_id_says_source_and_seq": (
        "update ops.load_log set batch_seq = 4 where batch_seq = 3",
        "batch_id=gem-0000000003 source_id=gem batch_seq=4",
    ),
    "load_log.higher_seq_has_no_older_snapshot": (
        "update ops.load_log set snapshot_at = '2026-10-01' where batch_seq = 3",
        "batch_id=gem-0000000003 snapshot_at=2026-10-01",
    ),
    "load_log.root_version_is_unique": (
        "insert into ops.root_version select * from ops.root_version where aggregate = 'contract'",
        "aggregate=contract root_id=50",
    ),
    "load_log.root_version_is_of_a_logged_batch": (
        "update ops.root_version set attempt = 7 where aggregate = 'contract'",
        "attempt=7",
    ),
    "load_log.root_version_is_above_the_mark": (
        "insert into ops.low_water_mark values ('gem', 3, getdate())",
        "batch_seq=3 mark=3",
    ),
}


@pytest.mark.parametrize("check", PLANTED)
def test_a_planted_fault_is_found_and_named(warehouse: Any, check: str) -> None:
    statement, example = PLANTED[check]
    execute(warehouse, statement)
    found = failures(run_checks(warehouse, table=check.partition(".")[0]))
    assert check in found
    assert any(example in text for text in found[check]), found[check]


def test_digests_that_are_counted_anew_are_those_of_the_rows(warehouse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redigest, "commit", lambda _: None)  # the next test begins as this one
    execute(warehouse, "update mart.fact_bid set estimated_value = estimated_value + 1 where bid_id = 11")
    assert "fact_bid" in redigest.count_digests_anew(warehouse)
    assert failures(run_checks(warehouse, table="fact_bid")) == {}


def test_an_old_snapshot_is_a_fault_when_asked_for(warehouse: Any) -> None:
    execute(warehouse, "update ops.load_log set snapshot_at = dateadd(hour, -30, getdate())")
    assert failures(run_checks(warehouse, table="load_log", max_lag_hours=31)) == {}
    assert failures(run_checks(warehouse, table="load_log")) == {}
    (check,) = failures(run_checks(warehouse, table="load_log", max_lag_hours=29))
    assert check == "load_log.newest_snapshot_is_fresh"


def test_every_kind_of_check_has_a_planted_fault() -> None:
    kinds = {query.name.partition(".")[2] for query in check_queries()} - {"newest_snapshot_is_fresh"}
    like = {name.partition(".")[2] for name in PLANTED}
    families = ("_has_its_member", "_is_of_its_event")
    assert {k for k in kinds if not k.endswith(families)} == {k for k in like if not k.endswith(families)}


def test_every_table_of_the_mart_is_checked() -> None:
    checked = {query.name.partition(".")[0] for query in check_queries()}
    assert checked == {table.name for table in MART_TABLES} | {"load_log"}
    facts = {query.name for query in check_queries() if query.name.endswith(".grain_is_unique")}
    assert facts == {f"{table.name}.grain_is_unique" for table in MART_TABLES if not table.is_dimension}


def test_all_faults_are_counted_and_some_are_named(warehouse: Any) -> None:
    execute(warehouse, "update mart.fact_bid_participation set source_version = 0")
    (result,) = (
        r
        for r in run_checks(warehouse, table="fact_bid_participation", examples=1)
        if r.check.endswith("rows_are_of_their_root_version")
    )
    assert result.faults > 1
    assert len(result.examples) == 1


def test_a_table_without_checks_is_refused(warehouse: Any) -> None:
    with pytest.raises(TerminalError, match=r"no checks for 'fact_x': name one of .*fact_bid"):
        run_checks(warehouse, table="fact_x")
