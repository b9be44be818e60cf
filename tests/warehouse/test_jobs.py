"""Jobs of the warehouse: months of the catalogue and targets of the mandate, computed by hand; and told anew."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

import gem.cli_warehouse
from gem.contracts.errors import PublishHeldError, TerminalError
from gem.warehouse.checks import run_checks
from gem.warehouse.connection import commit, execute
from gem.warehouse.hold import place_hold
from gem.warehouse.jobs import JOBS, job_named, run_job
from tests.warehouse.mart_rows import noon, policy, put

DATABASE = "jobs"
CATALOGUE, TARGETS = JOBS["fact_catalogue_month"], JOBS["fact_procurement_target"]
MARCH = date(2026, 3, 31)
CHANGED = ("fact_catalogue_offer", "fact_catalogue_month", "fact_procurement_target", "dim_policy_parameter")


@pytest.fixture(scope="module")
def opened(migrated: Any) -> Any:
    for category in (1, 2):
        put(migrated, "dim_category", category_key=category, category_id=category)
    put(migrated, "dim_seller", seller_key=71, seller_id=7, valid_to="2026-02-10 00:00:00", is_current=False)
    put(migrated, "dim_seller", seller_key=72, seller_id=7, valid_from="2026-02-10 00:00:00")
    bound = {"is_ppp_mse_bound": True}
    put(migrated, "dim_buyer_org", buyer_org_key=11, org_id=11, **bound)
    put(migrated, "dim_buyer_org", buyer_org_key=12, org_id=12, is_ppp_mse_bound=False, valid_to="2025-06-30 00:00:00")
    put(migrated, "dim_buyer_org", buyer_org_key=13, org_id=12, valid_from="2025-06-30 00:00:00", **bound)
    commit(migrated)
    return migrated


@pytest.fixture
def warehouse(opened: Any) -> Iterator[Any]:
    yield opened
    opened.rollback()
    for table in CHANGED:
        execute(opened, f"delete from mart.{table}")
    execute(opened, "delete from ops.publish_hold")
    commit(opened)


def offer(connection: Any, number: int, price: str | None, starts: str, ends: str | None = None, **values: Any) -> None:
    row = {"category_id": 1, "seller_id": 7, "status": "LIVE", **values}
    put(
        connection,
        "fact_catalogue_offer",
        offer_id=number,
        product_id=number,
        offer_price=price,
        starts_at=starts,
        ends_at=ends,
        **row,
    )


def months(connection: Any) -> list[tuple[Any, ...]]:
    columns = (
        "category_id, seller_id, month_end_date_key, category_key, seller_key, live_offers, min_price, median_price"
    )
    return execute(connection, f"select {columns} from mart.fact_catalogue_month order by 1, 2, 3")


def test_an_offer_is_live_at_the_ends_of_the_months_it_spans(warehouse: Any) -> None:
    offer(warehouse, 1, "100.00", noon("2026-01-10"))
    offer(warehouse, 2, "200.01", noon("2026-01-20"), noon("2026-03-15"))
    # Until midnight that ends February in India, and from that midnight on.
    offer(warehouse, 3, "50.00", noon("2026-02-01"), "2026-02-28 18:30:00")
    offer(warehouse, 4, "10.00", "2026-02-28 18:30:00")
    offer(warehouse, 5, "1.00", noon("2026-01-01"), noon("2026-01-31"))
    # Stopped nobody knows when, and sold by nobody that is known.
    offer(warehouse, 6, "1.00", noon("2026-01-01"), status="PAUSED")
    offer(warehouse, 7, None, noon("2026-03-01"), category_id=None, seller_id=8)
    report = run_job(warehouse, CATALOGUE, MARCH)
    assert months(warehouse) == [
        (-2, 8, 20260331, -2, -1, 1, None, None),
        (1, 7, 20260131, 1, 71, 2, Decimal("100.00"), Decimal("150.01")),
        (1, 7, 20260228, 1, 72, 3, Decimal("50.00"), Decimal("100.00")),
        (1, 7, 20260331, 1, 72, 2, Decimal("10.00"), Decimal("55.00")),
    ]
    assert (report.removed, report.inserted, report.rows) == (0, 4, 4)


def test_a_job_done_again_writes_nothing_and_after_a_change_only_what_differs(warehouse: Any) -> None:
    offer(warehouse, 1, "100.00", noon("2026-01-10"))
    run_job(warehouse, CATALOGUE, MARCH)
    again = run_job(warehouse, CATALOGUE, MARCH)
    assert (again.removed, again.inserted, again.rows) == (0, 0, 3)
    offer(warehouse, 2, "60.00", noon("2026-03-02"))
    changed = run_job(warehouse, CATALOGUE, MARCH)
    assert (changed.removed, changed.inserted, changed.rows) == (1, 1, 3)
    execute(warehouse, "delete from mart.fact_catalogue_offer where offer_id = 1")
    gone = run_job(warehouse, CATALOGUE, MARCH)
    assert (gone.removed, gone.inserted, gone.rows) == (3, 1, 1)


def test_months_after_the_day_are_not_made_and_stay_where_they_are(warehouse: Any) -> None:
    offer(warehouse, 1, "100.00", noon("2026-01-10"))
    assert run_job(warehouse, CATALOGUE, date(2026, 2, 27)).rows == 1
    assert run_job(warehouse, CATALOGUE, date(2026, 2, 28)).rows == 2
    assert run_job(warehouse, CATALOGUE, date(2026, 1, 31)).rows == 2


def test_targets_are_of_the_first_day_of_the_year_for_who_was_bound_then(warehouse: Any) -> None:
    """Organisation 12 is bound from July 2025 on; a target of November 2024 counts from April 2025 on."""
    policy(warehouse, "MSE_TARGET_PCT", 20, "2023-04-01", "2024-11-09")
    policy(warehouse, "MSE_TARGET_PCT", 25, "2024-11-09")
    policy(warehouse, "SCST_TARGET_PCT", 4, "2025-04-02")
    report = run_job(warehouse, TARGETS, date(2026, 4, 1))
    columns = "org_id, year_begins_date_key, target_code, target_pct, buyer_org_key"
    rows = execute(warehouse, f"select {columns} from mart.fact_procurement_target order by 1, 2, 3")
    assert rows == [
        (11, 20230401, "MSE_TARGET_PCT", 20, 11),
        (11, 20240401, "MSE_TARGET_PCT", 20, 11),
        (11, 20250401, "MSE_TARGET_PCT", 25, 11),
        (11, 20260401, "MSE_TARGET_PCT", 25, 11),
        (11, 20260401, "SCST_TARGET_PCT", 4, 11),
        (12, 20260401, "MSE_TARGET_PCT", 25, 13),
        (12, 20260401, "SCST_TARGET_PCT", 4, 13),
    ]
    assert report.inserted == 7
    again = run_job(warehouse, TARGETS, date(2026, 4, 1))
    assert (again.removed, again.inserted) == (0, 0)


def test_what_a_job_makes_passes_the_checks_of_its_table(warehouse: Any) -> None:
    offer(warehouse, 1, "100.00", noon("2026-01-10"), seller_id=None)
    policy(warehouse, "MSE_TARGET_PCT", 25, "2024-11-09")
    for table in JOBS.values():
        run_job(warehouse, table, MARCH)
        results = run_checks(warehouse, table=table.name)
        assert len(results) >= 3
        assert [result.check for result in results if result.faults] == []
    execute(warehouse, "update mart.fact_catalogue_month set category_key = 2")
    faults = {result.check for result in run_checks(warehouse, table=CATALOGUE.name) if result.faults}
    assert faults == {"fact_catalogue_month.category_key_is_of_its_event"}


def test_no_job_runs_while_loads_are_held(warehouse: Any) -> None:
    place_hold(warehouse, "report", "monthly refresh", 5)
    with pytest.raises(PublishHeldError):
        run_job(warehouse, CATALOGUE, MARCH)


def test_an_unknown_job_is_refused_by_name() -> None:
    with pytest.raises(TerminalError, match="no job 'fact_bid': there are fact_catalogue_month"):
        job_named("fact_bid")


def test_the_command_runs_every_job(warehouse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def open_warehouse() -> Iterator[Any]:
        yield warehouse

    monkeypatch.setattr(gem.cli_warehouse, "open_warehouse", open_warehouse)
    offer(warehouse, 1, "100.00", noon("2026-01-10"))
    run = CliRunner().invoke(gem.cli_warehouse.app, ["job", "--as-of", "2026-03-31", "--json"])
    assert [(each["job"], each["rows"]) for each in json.loads(run.stdout)] == [(CATALOGUE.name, 3), (TARGETS.name, 0)]
    shown = CliRunner().invoke(gem.cli_warehouse.app, ["job", CATALOGUE.name, "--as-of", "2026-03-31"]).stdout
    assert shown == "fact_catalogue_month up to 2026-03-31: 3 rows, 0 removed, 0 written\n"
    refused = CliRunner().invoke(gem.cli_warehouse.app, ["job", "--as-of", "March"])
    assert refused.exit_code == 2
