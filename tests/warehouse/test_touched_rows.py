"""A load reads and writes what its batch touches: the same rows, whatever the size of the warehouse (DESIGN 10).

Rows are counted by PostgreSQL's own statistics, per table, as the difference that one load makes: what is read is what
sequential and index scans fetch. Two warehouses hold the same newest contracts, one of them ten times as many before.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from gem.contracts.mart.code_lists import CODE_LISTS
from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import TableKind
from gem.warehouse.templates.digests import ROOTS_OF_A_BUCKET
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import write_batch
from tests.model.lab import DIGESTS, Lab, prepared_lab
from tests.warehouse.filled import NEWEST, ORGANISATIONS, Work, fill, orders, parties, work_of

pytestmark = pytest.mark.slow

LARGE, SMALL = 200_000, 20_000
CHANGED = 2_000
"""Contracts of the batch: 1 % of the larger warehouse."""
BIDS = 200


@pytest.fixture(scope="module")
def lab(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront, s3: Any) -> Lab:
    return prepared_lab(embedded_postgres, redshift_front, s3)


@dataclass(frozen=True)
class Measured:
    """The work of both batches on warehouses of both sizes: batch to size to table to work."""

    orders: dict[int, dict[str, Work]]
    parties: dict[int, dict[str, Work]]


@pytest.fixture(scope="module")
def measured(lab: Lab) -> Measured:
    orders_of, parties_of = write_batch(lab.s3, 10, orders(CHANGED, BIDS)), write_batch(lab.s3, 11, parties())
    found = Measured({}, {})
    for size in (LARGE, SMALL):
        database = fill(lab, size)
        found.orders[size] = work_of(lab, database, orders_of)
        found.parties[size] = work_of(lab, database, parties_of)
        lab.drop(database)
    return found


PASSES = 8
"""How often a load may read a row that it touches: what it replaces, the removal, a count, two digests, two audits, one
to spare."""

TOUCHED_BY_ORDERS = {
    "fact_order_line": 2 * CHANGED,
    "fact_contract_lifecycle": CHANGED + 2 * BIDS,
    "fact_bid": BIDS + CHANGED,
    "fact_bid_participation": 3 * BIDS,
    "root_version": CHANGED + BIDS,
}
"""The rows of the batch's roots, the bids that its contracts look for and the contracts that follow its bids."""

OF_TOUCHED_DAYS = 2 * (NEWEST // 100 - (NEWEST - 10 * CHANGED) // 100 + 1) * 100
"""Lines of the days that the batch's contracts lie in, a hundred contracts each."""
OF_MOVED_DAYS = 6 * 200
"""The grown seller since it grew, the renamed office since then and the new seller lie in six days at most."""
AGGREGATES = {table.name for table in MART_TABLES if table.kind is TableKind.AGGREGATE}
READ_FOR_AGGREGATES = 2
"""A touched day is read to be computed, and to be audited."""

MOVED = {"fact_order_line": 102, "fact_contract_lifecycle": 51, "fact_bid": 25, "fact_bid_participation": 75}
"""Facts of the grown seller since it grew (48 contracts, 23 bids), of the renamed office since then (2), and of the
contract that waited for the new seller."""

READ_WHOLE = {
    "dim_buyer_org": "smaller than the batch: a hash join reads it whole",
    "dim_category": "smaller than the batch: a hash join reads it whole",
    "dim_seller": "as small as the batch here: a hash join reads it whole",
    "dim_date": "the calendar: constant",
    "dim_state": "a few rows",
    "dim_buyer_org_version": "all observations of the keys that travel, so of a whole table all there are",
    "dim_category_version": "all observations of the keys that travel, so of a whole table all there are",
    **{one.name: "a code list: constant" for one in CODE_LISTS},
    **dict.fromkeys(("dim_buyer_user", "dim_consignee", "dim_product"), "holds the unknown members only"),
    **dict.fromkeys(DIGESTS, "a row for each thousand roots"),
    "load_log": "the attempts of the batch; as few rows as there were loads",
}
"""What a load still reads whole, and why; nothing of it grows with the contracts."""


def test_a_batch_of_one_percent_reads_its_own_rows_a_few_times(measured: Measured) -> None:
    for name, rows in TOUCHED_BY_ORDERS.items():
        work = measured.orders[LARGE][name]
        of_days = READ_FOR_AGGREGATES * OF_TOUCHED_DAYS if name == "fact_order_line" else 0
        assert work.scanned == 0, f"{name} is scanned"
        assert work.fetched <= PASSES * rows + of_days, name
    assert measured.orders[LARGE]["fact_order_line"].written == 2 * 2 * CHANGED


def test_new_and_changed_parties_reach_their_own_facts_only(measured: Measured) -> None:
    for name, moved in MOVED.items():
        work = measured.parties[LARGE][name]
        assert (work.inserted, work.updated, work.deleted) == (0, moved, 0), name
        of_days = READ_FOR_AGGREGATES * OF_MOVED_DAYS if name == "fact_order_line" else 0
        assert work.scanned == 0, f"{name} is scanned"
        assert work.fetched <= PASSES * moved + of_days, name


def test_a_warehouse_ten_times_the_size_costs_the_same_writes_and_no_more_reads(measured: Measured) -> None:
    # In the small one the batch is a tenth of all, and to read a table whole is cheaper than 2,000 searches.
    for of_size in (measured.orders, measured.parties):
        for name in of_size[LARGE].keys() - READ_WHOLE.keys():
            large, small = of_size[LARGE][name], of_size[SMALL][name]
            if name in AGGREGATES:
                # A cell stands for all lines of its day, of which the two warehouses have other ones.
                assert abs(large.written - small.written) <= 10, name
                assert large.read <= READ_FOR_AGGREGATES * large.written, name
                continue
            assert large.written == small.written, name
            assert large.read <= 1.02 * small.read + 10, name


def test_digests_are_written_in_the_buckets_of_the_batch_only(measured: Measured) -> None:
    for name, roots in {"fact_order_line": 10 * CHANGED, "fact_bid": 7 * BIDS}.items():
        buckets = -(-roots // ROOTS_OF_A_BUCKET)
        written = measured.orders[LARGE][f"{name}_digest"].written
        assert 0 < written <= 2 * (buckets + 1), "each is written anew"


def test_of_a_whole_reference_table_only_what_differs_is_written(measured: Measured) -> None:
    parties = measured.parties[LARGE]
    renamed = parties["dim_buyer_org"]
    assert (renamed.inserted, renamed.updated, renamed.deleted) == (1, 1, 0)
    assert parties["dim_category"].written == 0
    assert parties["dim_buyer_org_version"].inserted == ORGANISATIONS, "each observation is remembered, for any order"
