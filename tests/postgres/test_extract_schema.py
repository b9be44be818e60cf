"""A source that is not as declared fails the aggregate it concerns, and few changed roots are found by index."""

import json
import re
from contextlib import closing

import psycopg2
import pyarrow as pa
import pytest
from psycopg2 import sql

from extractor_ec2.batch import rows_query
from extractor_ec2.detector import ChangelogDetector
from extractor_ec2.postgres import Source
from extractor_ec2.roots import SomeRoots, row_conditions
from extractor_ec2.snapshot import open_snapshot
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, SOURCE_TABLES
from gem.settings import ExtractorSettings

BY_INDEX = {"Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Bitmap Index Scan"}
DRIFTS = {
    "drop table gem.bid_item": "table gem.bid_item does not exist at the source",
    "alter table gem.bid drop column status": "column gem.bid.status does not exist at the source",
    "alter table gem.bid alter column estimated_value type numeric(18,0)": (
        "column gem.bid.estimated_value is numeric(18,0) at the source, declared as numeric(18,2)"
    ),
    "alter table gem.bid alter column published_at type timestamp": (
        "column gem.bid.published_at is timestamp without time zone at the source, declared as timestamptz"
    ),
    "alter table gem.bid alter column bid_number type varchar(10)": (
        "column gem.bid.bid_number is character varying(10) at the source, declared as text"
    ),
    "alter table gem.bid alter column extension_count type bigint": (
        "column gem.bid.extension_count is bigint at the source, declared as integer"
    ),
    "alter table gem.bid_item alter column bid_id drop not null": (
        "column gem.bid_item.bid_id is a key and may be NULL at the source"
    ),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_drift_fails_its_aggregate_closed_and_names_the_column_while_others_continue(site, drift):
    site.extract()
    window = site.state()["windows"]["bid"]
    site.execute("insert into gem.bid (bid_id) values (1)", "insert into gem.contract (contract_id) values (1)")
    site.execute(drift)
    summary = site.extractor().extract()
    assert list(summary.failed) == ["bid"]
    assert DRIFTS[drift] in summary.failed["bid"]
    assert summary.aggregates == {"contract": 1}
    assert site.state()["windows"]["bid"] == window


def test_every_drift_of_an_aggregate_is_named_at_once(site):
    site.execute("alter table gem.bid drop column status, drop column mse_pref", "drop table gem.bid_item")
    failed = site.extractor().extract().failed["bid"]
    assert all(name in failed for name in ("gem.bid.status", "gem.bid.mse_pref", "gem.bid_item"))


def test_a_new_column_and_a_wide_varchar_are_no_drift(site, caplog):
    site.execute(
        "alter table gem.bid add column remarks text",
        "alter table gem.bid alter column bid_number type varchar(64), alter column status type varchar",
        "alter table gem.seller drop column pan",
        "insert into gem.bid (bid_id, bid_number, remarks) values (1, 'B-1', 'not for us')",
    )
    (row,) = site.table(site.extract(), "bid")
    assert row["bid_number"] == "B-1"
    assert "remarks" not in row
    assert "bid: column bid.remarks is not declared and not read" in caplog.text


def test_sql_in_the_name_of_a_column_is_a_name_and_nothing_more(site, caplog):
    name = 'x"; drop table gem.bid; --'
    quoted = name.replace('"', '""')
    site.execute(
        f'alter table gem.bid add column "{quoted}" text', "insert into gem.bid (bid_id, bid_number) values (1, 'B-1')"
    )
    (row,) = site.table(site.extract(), "bid")
    assert row["bid_number"] == "B-1"
    assert name not in row
    assert f"column bid.{name} is not declared and not read" in caplog.text
    assert site.extract() is None, "nothing has changed, and the table stands"


def test_when_every_aggregate_fails_nothing_is_published_and_no_number_is_burnt(site):
    site.execute("drop schema gem cascade")
    summary = site.extractor().extract()
    assert (summary.batch_id, len(summary.failed)) == (None, len(AGGREGATE_BY_NAME))
    assert site.stored_keys() == []


def test_a_source_without_change_log_is_not_read(site):
    site.execute("drop trigger gem_log_update on gem.bid_item")
    summary = site.extractor().extract()
    assert "gem_log_update on gem.bid_item" in summary.failed["bid"]
    assert "changelog install" in summary.failed["bid"]


def test_what_changed_while_the_log_was_away_is_read_again(site):
    site.execute("insert into gem.bid (bid_id) values (1), (2)")
    site.extract()
    site.execute("alter table gem.bid disable trigger gem_log_update", "update gem.bid set status = 'AWARDED'")
    assert list(site.extractor().extract().failed) == ["bid"]
    site.install_changelog()
    manifest = site.extract()
    assert site.roots(manifest, "bid") == [1, 2]
    assert {row["status"] for row in site.table(manifest, "bid")} == {"AWARDED"}


WAYS_AROUND = {
    "create table gem.old_bid () inherits (gem.bid)": "insert into gem.old_bid (bid_id) values (1)",
    "create table gem.any_item (bid_item_id bigint not null); alter table gem.bid_item inherit gem.any_item": (
        "delete from gem.any_item"
    ),
}


@pytest.mark.parametrize("way", WAYS_AROUND)
def test_a_table_that_can_be_written_under_another_name_is_not_read(site, way):
    site.execute("insert into gem.bid_item (bid_item_id, bid_id) values (1, 1)", way)
    before = site.fetch("select count(*) from gem.change_log")
    site.execute(WAYS_AROUND[way])
    assert site.fetch("select count(*) from gem.change_log") == before, "no trigger saw it"
    summary = site.extractor().extract()
    assert list(summary.failed) == ["bid"]
    assert "is partitioned or inherits" in summary.failed["bid"]


def test_a_table_that_a_subscription_fills_is_not_read(site):
    site.execute(
        "create subscription upstream connection 'dbname=none' publication none with (connect = false)",
        "insert into pg_subscription_rel select oid, 'gem.bid'::regclass, 'r', null from pg_subscription",
    )
    try:
        summary = site.extractor().extract()
    finally:
        site.execute("alter subscription upstream set (slot_name = none)")
        site.execute("drop subscription upstream")
    assert list(summary.failed) == ["bid"]
    assert "gem.bid is filled by a subscription, which fires no statement trigger" in summary.failed["bid"]


@pytest.mark.parametrize("table", ["bid", "bid_item"])
def test_few_changed_roots_in_a_large_table_are_read_by_index(site, table):
    fill(site)
    ids = pa.array(range(5, 100_000, 50), pa.int64())
    (condition,) = row_conditions(AGGREGATE_BY_NAME["bid"], SOURCE_TABLES[table], SomeRoots(ids))
    assert scans(site, rows_query(SOURCE_TABLES[table], condition)) <= BY_INDEX


def test_a_long_run_of_roots_is_read_as_a_range_of_the_index(site):
    fill(site)
    ids = pa.array(range(20_000, 31_000), pa.int64())
    (condition,) = row_conditions(AGGREGATE_BY_NAME["bid"], SOURCE_TABLES["bid_item"], SomeRoots(ids))
    assert scans(site, rows_query(SOURCE_TABLES["bid_item"], condition)) <= BY_INDEX


def test_a_window_is_found_by_index_however_long_the_log_is(site):
    for bid in range(20):
        site.execute(f"insert into gem.bid (bid_id) values ({bid})")
    site.execute(
        "insert into gem.change_log (aggregate, root_id, change_xid) select 'bid', g, (g % 700)::text::xid8"
        " from generate_series(1, 200000) g",
        "analyze gem.change_log",
    )
    site.extract()
    site.execute("insert into gem.bid (bid_id) values (100)")
    since = site.state()["windows"]["bid"]["position"]
    with open_snapshot(Source(ExtractorSettings(source_dsn=site.dsn, lake_bucket="lake"))) as snapshot:
        query = ChangelogDetector(snapshot).window_query(AGGREGATE_BY_NAME["bid"], since, snapshot.text)
    # The planner may read the empty partitions of other months as it likes.
    ((partition,),) = site.fetch(
        "select relname from pg_class where relname ~ '^change_log_2' and relkind = 'r' and reltuples > 1"
    )
    assert scans(site, query, partition) <= BY_INDEX


def fill(site):
    site.execute(
        "insert into gem.bid (bid_id, bid_number) select g, 'GEM/2026/B/' || g from generate_series(1, 100000) g",
        "insert into gem.bid_item (bid_item_id, bid_id) select g, g / 3 from generate_series(1, 300000) g",
        "analyze gem.bid",
        "analyze gem.bid_item",
    )


def scans(site, query, relation=""):
    """The kinds of scan in the query's plan, of one table where it is named."""
    with closing(psycopg2.connect(site.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("explain (format json) {}").format(query))
        ((plan,),) = cursor.fetchall()
    found = re.finditer(r'"Node Type": "([\w ]* Scan)"[^{}]*', json.dumps(plan))
    kinds = {node[1] for node in found if relation in node[0]}
    assert kinds, f"no scan of {relation or 'anything'}: {plan}"
    return kinds
