"""`gem warehouse diff`: a difference of every kind is found, named and advised upon; a migrated warehouse has none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

import gem.warehouse.diff
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
    migrated.autocommit = "alter column" in statement  # which Redshift refuses inside a transaction block
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


def test_other_keys_and_encodings_are_named_with_the_statement_that_mends_them(
    migrated: Any, declared: dict[str, TableShape]
) -> None:
    bids, sellers = declared[BIDS], declared["mart.dim_seller"]
    columns = {**bids.columns, "emd_amount": replace(bids.columns["emd_amount"], encoding="zstd")}
    wanted = {
        **declared,
        BIDS: replace(bids, columns=columns, dist_style="key(org_id)", sort_key=("org_id", "closes_date_key")),
        "mart.dim_seller": replace(sellers, dist_style="even", sort_key=()),
    }
    report = diff(migrated, wanted)
    assert report.not_compared == []
    assert {(one.table, one.kind, one.actual, one.advice) for one in report.differences} == {
        (BIDS, "encoding", "az64", f"alter table {BIDS} alter column emd_amount encode zstd"),
        (BIDS, "distribution", "key(bid_id)", f"alter table {BIDS} alter distkey org_id"),
        (BIDS, "sort key", "published_date_key", f"alter table {BIDS} alter sortkey (org_id, closes_date_key)"),
        ("mart.dim_seller", "distribution", "all", "alter table mart.dim_seller alter diststyle even"),
        ("mart.dim_seller", "sort key", "seller_id, valid_from", "alter table mart.dim_seller alter sortkey none"),
    }


def test_what_a_warehouse_does_not_show_is_said(migrated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gem.warehouse.diff, "_has", lambda _, view: view != "pg_table_def")
    assert diff(migrated).not_compared == ["distribution, sort keys and encodings: the warehouse has no pg_table_def"]
