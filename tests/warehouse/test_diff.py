"""`gem warehouse diff`: a difference of every kind is found, named and advised upon; a migrated warehouse has none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from gem.warehouse.connection import execute
from gem.warehouse.declared import ColumnShape, TableShape, declared_shapes
from gem.warehouse.diff import Difference, DiffReport, diff
from gem.warehouse.migrate import migrate

BIDS = "mart.fact_bid"


@pytest.fixture(scope="module")
def declared() -> dict[str, TableShape]:
    return declared_shapes()


@pytest.fixture
def migrated(connect: Callable[[], Any]) -> Iterator[Any]:
    connection = connect()
    migrate(connection)
    yield connection
    connection.rollback()


def only(report: DiffReport) -> Difference:
    (found,) = report.differences
    return found


def with_column(declared: dict[str, TableShape], column: ColumnShape) -> dict[str, TableShape]:
    table = declared[BIDS]
    return {**declared, BIDS: replace(table, columns={**table.columns, column.name: column})}


def test_a_migrated_warehouse_is_as_declared(migrated: Any, declared: dict[str, TableShape]) -> None:
    assert diff(migrated).differences == []
    assert {"mart.dim_seller", "ops.dim_seller_version", "bi.v_bids"} <= set(declared)
    assert declared[BIDS].dist_style == "key(bid_id)"
    assert declared[BIDS].columns["estimated_value"] == ColumnShape("estimated_value", "numeric(18,2)", False, "az64")


STATE_CODE = "alter table ops.dim_state_version alter column state_code type"
PLANTED = [
    # statement, kind, column, what is found, what is advised
    (
        "alter table mart.fact_bid drop column emd_amount cascade",
        ("missing column", "emd_amount", "absent"),
        "add column emd_amount numeric(18,2)",
    ),
    (
        "alter table mart.fact_bid add column left_over integer",
        ("extra column", "left_over", "integer"),
        "drop column left_over",
    ),
    (
        f"{STATE_CODE} varchar(1)",
        ("retyped column", "state_code", "character varying(1)"),
        "alter column state_code type character varying(2)",
    ),
    (
        f"{STATE_CODE} varchar(9)",
        ("retyped column", "state_code", "character varying(9)"),
        "changes no such type in place",
    ),
    ("drop view bi.v_bids", ("missing view", "", "absent"), "gem warehouse migrate"),
    ("create view bi.v_own as select 1 as one", ("extra view", "", "1 columns"), "drop view bi.v_own"),
    ("create table mart.own (n integer)", ("extra table", "", "1 columns"), "drop table mart.own"),
    ("drop table ops.dim_state_version", ("missing table", "", "absent"), "create table ops.dim_state_version"),
]


@pytest.mark.parametrize(("statement", "fault", "advice"), PLANTED)
def test_a_planted_difference_is_found(migrated: Any, statement: str, fault: tuple[str, str, str], advice: str) -> None:
    execute(migrated, statement)
    differences = diff(migrated).differences
    (one,) = (d for d in differences if (d.kind, d.column, d.actual) == fault)
    assert advice in one.advice
    assert len(differences) == (2 if "cascade" in statement else 1)  # the view on the column went with it


def test_a_view_of_older_columns_is_made_again(migrated: Any) -> None:
    execute(migrated, "drop view bi.v_states")
    execute(migrated, "create view bi.v_states as select cast('18' as varchar(2)) as state_code, 1 as one")
    kinds = {(one.kind, one.column) for one in diff(migrated).differences}
    assert ("extra column", "one") in kinds
    assert ("missing column", "state_name") in kinds
    assert all("gem warehouse migrate" in one.advice for one in diff(migrated).differences)


def test_a_new_nullable_column_is_added_without_a_rebuild(migrated: Any, declared: dict[str, TableShape]) -> None:
    wanted = with_column(declared, ColumnShape("colour", "character varying(32)", False, "zstd"))
    report = diff(migrated, wanted)
    assert report.additive_migration == (
        "alter table mart.fact_bid add column colour character varying(32) encode zstd;\n\n"
    )
    execute(migrated, report.additive_migration.removesuffix(";\n\n"))
    assert diff(migrated, wanted).differences == []


def test_a_new_required_column_is_no_addition(migrated: Any, declared: dict[str, TableShape]) -> None:
    report = diff(migrated, with_column(declared, ColumnShape("colour", "integer", True, "az64")))
    assert "declare it nullable" in only(report).advice
    assert report.additive_migration == ""


def test_a_new_table_is_an_addition(migrated: Any, declared: dict[str, TableShape]) -> None:
    ddl = "create table mart.fact_new (\n    n integer encode az64\n)\ndiststyle all"
    new = TableShape("mart.fact_new", {"n": ColumnShape("n", "integer", False, "az64")}, dist_style="all", ddl=ddl)
    report = diff(migrated, {**declared, new.name: new})
    assert report.additive_migration == f"{ddl};\n\n"
    execute(migrated, ddl)
    assert diff(migrated, {**declared, new.name: new}).differences == []


def test_a_column_that_became_nullable_is_named(migrated: Any, declared: dict[str, TableShape]) -> None:
    report = diff(migrated, with_column(declared, replace(declared[BIDS].columns["emd_amount"], required=True)))
    assert (only(report).kind, only(report).declared, only(report).actual) == ("nullability", "not null", "nullable")


def test_other_keys_and_encodings_are_named_with_the_statement_that_mends_them(migrated: Any) -> None:
    # Redshift's own catalog views, for one table, as it would show them.
    execute(
        migrated,
        'create table ops.pg_table_def (schemaname varchar(9), tablename varchar(99), "column" varchar(99),'
        " encoding varchar(9), distkey boolean, sortkey integer)",
    )
    execute(
        migrated, 'create table ops.svv_table_info ("schema" varchar(9), "table" varchar(99), diststyle varchar(9))'
    )
    keys = {"bid_id": ("az64", False, 0), "org_id": ("az64", True, 2), "emd_amount": ("lzo", False, -1)}
    for column, (encoding, is_dist_key, position) in keys.items():
        row = ["mart", "fact_bid", column, encoding, is_dist_key, position]
        execute(migrated, "insert into ops.pg_table_def values (%s, %s, %s, %s, %s, %s)", row)
    execute(migrated, "insert into ops.svv_table_info values ('mart', 'dim_state', 'EVEN')")
    report = diff(migrated)
    assert report.not_compared == []
    assert {(one.table, one.kind, one.actual, one.advice) for one in report.differences} == {
        ("mart.fact_bid", "encoding", "lzo", "alter table mart.fact_bid alter column emd_amount encode az64"),
        ("mart.fact_bid", "distribution", "key(org_id)", "alter table mart.fact_bid alter distkey bid_id"),
        (
            "mart.fact_bid",
            "sort key",
            "emd_amount, org_id",
            "alter table mart.fact_bid alter sortkey (published_date_key)",
        ),
        ("mart.dim_state", "distribution", "even", "alter table mart.dim_state alter diststyle all"),
    }
