"""A load reads and writes what its batch touches: the same rows, whatever the size of the warehouse (DESIGN 10).

Rows are counted by PostgreSQL's own statistics, per table, as the difference that one load makes: what is read is what
sequential and index scans fetch. Two warehouses hold the same newest contracts, one of them ten times as many before.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from gem.contracts.manifest import CuratedManifest
from gem.contracts.mart.code_lists import CODE_LISTS
from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.types import Kind
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import Row, write_batch
from tests.model.lab import Lab, prepared_lab
from tests.model.rows import ALWAYS, category

pytestmark = pytest.mark.slow

LARGE, SMALL = 200_000, 20_000
CHANGED = 2_000
"""Contracts of the batch: 1 % of the larger warehouse."""
BIDS = 200
NEWEST = 1_000_000
"""The highest contract id; a hundred contracts a day and by seller, two a bid."""
END = datetime(2026, 10, 31, 6, 30, tzinfo=UTC)
ORGANISATIONS, CATEGORIES = 300, 50
NEW_SELLER, GROWN_SELLER, RENAMED = 99_999, 9_950, 7
NOBODY = 20
"""Every so many'th contract names no seller."""

CuratedRows = dict[str, list[Row]]
FACTS = ("fact_order_line", "fact_contract_lifecycle", "fact_bid", "fact_bid_participation")


def seller(key: int, observed: datetime, **sizes: datetime) -> list[Row]:
    return [
        {
            "seller_id": key,
            "seller_name": f"Seller {key}",
            "size": size,
            "is_mse": size in ("MICRO", "SMALL"),
            "is_ppp_mse": size in ("MICRO", "SMALL"),
            "observed_at": observed,
            "segment_from": start,
        }
        for size, start in sizes.items()
    ]


def organisation(key: int, name: str, observed: datetime) -> Row:
    return {"org_id": key, "org_name": name, "observed_at": observed, "segment_from": ALWAYS}


def organisations(observed: datetime, **names: str) -> list[Row]:
    """The whole table; one that is named anew was changed when it was observed."""
    return [
        organisation(key, names.get(f"org_{key}", f"Office {key}"), observed if f"org_{key}" in names else ALWAYS)
        for key in range(1, ORGANISATIONS + 1)
    ]


def placed_at(contract_id: int) -> datetime:
    return END - timedelta(seconds=864 * (NEWEST - contract_id))


def root(aggregate: str, root_id: int) -> Row:
    return {"aggregate": aggregate, "root_id": root_id, "is_deleted": False}


def dimensions(contracts: int) -> dict[str, list[Row]]:
    sellers = range((NEWEST - contracts) // 100, NEWEST // 100 + 1)
    return {
        "root": [root("buyer_organisation", 0), root("category", 0), *(root("seller", key) for key in sellers)],
        "dim_buyer_org": organisations(ALWAYS),
        "dim_category": [category(key, f"Category {key}", 1) for key in range(1, CATEGORIES + 1)],
        "dim_seller": [row for key in sellers for row in seller(key, ALWAYS, MICRO=ALWAYS)],
    }


PARTIES = """
    join mart.dim_buyer_org o on o.org_id = c.id % {organisations} + 1
    join mart.dim_category g on g.category_id = c.id % {categories} + 1
    left join mart.dim_seller s on s.seller_id = c.seller_id
"""
CONTRACTS = """
    create temp table c as
    select
        id,
        case when id % {nobody} > 0 then id / 100 end as seller_id,
        (id + 1) / 2 as bid_id,
        timestamp '{end:%Y-%m-%d %H:%M:%S}' - ({newest} - id) * interval '864 seconds' as at
    from generate_series({newest} - {contracts} + 1, {newest}) id
"""
LEAST = {Kind.BIGINT: "-2", Kind.INTEGER: "-1", Kind.DECIMAL: "0", Kind.BOOLEAN: "false"}
"""What a required column holds of which nothing else is said: keys are not stated, days unknown."""
LOADED = {
    "source_id": "'gem'",
    "batch_id": "'gem-0000000001'",
    "source_version": "1",
    "dw_inserted_at": "c.at",
    "dw_updated_at": "c.at",
}


def insertion(table: str, of: str, **said: str) -> str:
    """The statement that fills a fact with a row for each of `of`; other required columns hold the least."""
    said = LOADED | said
    columns = MART_TABLE_BY_NAME[table].warehouse_columns
    values = {c.name: said.get(c.name) or LEAST[c.type.kind] for c in columns if c.name in said or not c.nullable}
    return f"insert into mart.{table} ({', '.join(values)}) select {', '.join(values.values())} from {of}"


SELLER = "coalesce(s.seller_key, -2)"
FILL = (
    insertion(
        "fact_order_line",
        "c cross join generate_series(1, 2) n {parties}",
        contract_item_id="c.id * 10 + n",
        contract_id="c.id",
        bid_id="c.bid_id",
        org_id="o.org_id",
        seller_id="c.seller_id",
        category_id="g.category_id",
        buyer_org_key="o.buyer_org_key",
        seller_key=SELLER,
        category_key="g.category_key",
        contract_date_key="{day}",
        contract_at="c.at",
        line_value="100",
    ),
    insertion(
        "fact_contract_lifecycle",
        "c {parties}",
        contract_id="c.id",
        bid_id="c.bid_id",
        org_id="o.org_id",
        seller_id="c.seller_id",
        buyer_org_key="o.buyer_org_key",
        seller_key=SELLER,
        bid_published_date_key="{day}",
        contract_date_key="{day}",
        contract_at="c.at",
        total_value="200",
        line_count="2",
    ),
    insertion(
        "fact_bid",
        "c {parties} where c.id % 2 = 0",
        bid_id="c.bid_id",
        org_id="o.org_id",
        category_id="g.category_id",
        buyer_org_key="o.buyer_org_key",
        category_key="g.category_key",
        published_date_key="{day}",
        published_at="c.at",
        item_count="1",
        participants="3",
        classified_participants="3",
        mse_participants="3",
        ppp_mse_participants="3",
        tech_qualified="0",
        awards="0",
    ),
    insertion(
        "fact_bid_participation",
        "c cross join generate_series(1, 3) n {parties} where c.id % 2 = 0",
        participation_id="c.bid_id * 10 + n",
        bid_id="c.bid_id",
        seller_id="c.seller_id",
        org_id="o.org_id",
        category_id="g.category_id",
        seller_key=SELLER,
        buyer_org_key="o.buyer_org_key",
        category_key="g.category_key",
        submitted_date_key="{day}",
        submitted_at="c.at",
    ),
    """
    insert into ops.root_version (source_id, aggregate, root_id, is_deleted, batch_seq, attempt)
    select 'gem', 'contract', id, false, 1, 1 from c
    union all
    select 'gem', 'bid', bid_id, false, 1, 1 from c where id % 2 = 0
    """,
    "analyze",
)
DAY = "cast(to_char(c.at + interval '330 minutes', 'YYYYMMDD') as integer)"


def fill(lab: Lab, contracts: int) -> str:
    """A new warehouse with that many contracts, their lines, bids and participations; its name."""
    database = lab.copy()
    lab.load(database, write_batch(lab.s3, 1, dimensions(contracts)))
    numbers = {"organisations": ORGANISATIONS, "categories": CATEGORIES, "nobody": NOBODY, "end": END}
    numbers |= {"newest": NEWEST, "contracts": contracts}
    with psycopg2.connect(lab.postgres.dsn(database)) as connection, connection.cursor() as cursor:
        for statement in (CONTRACTS, *FILL):
            cursor.execute(statement.format(day=DAY, parties=PARTIES.format(**numbers), **numbers))
    connection.close()
    return database


def orders() -> CuratedRows:
    """Changed contracts and bids, spread over the newest tenth; one contract names a seller that nobody knows yet."""
    contracts = [NEWEST - 10 * n - 3 for n in range(CHANGED)]
    bids = [NEWEST // 2 - 7 * n for n in range(BIDS)]
    return {
        "root": [*(root("contract", one) for one in contracts), *(root("bid", one) for one in bids)],
        "fact_order_line": [
            {**of_contract(one), "contract_item_id": one * 10 + n, "category_id": one % CATEGORIES + 1}
            for one in contracts
            for n in (1, 2)
        ],
        "fact_contract_lifecycle": [{**of_contract(one), "line_count": 2} for one in contracts],
        "fact_bid": [{"bid_id": one, "org_id": one * 2 % ORGANISATIONS + 1, **published(one)} for one in bids],
        "fact_bid_participation": [
            {"participation_id": one * 10 + n, "bid_id": one, "seller_id": one // 50, **submitted(one)}
            for one in bids
            for n in (1, 2, 3)
        ],
    }


def of_contract(contract_id: int) -> Row:
    return {
        "contract_id": contract_id,
        "bid_id": (contract_id + 1) // 2,
        "org_id": contract_id % ORGANISATIONS + 1,
        "seller_id": NEW_SELLER if contract_id == NEWEST - 3 else contract_id // 100,
        "contract_at": placed_at(contract_id),
        "contract_date_key": day_key(placed_at(contract_id)),
    }


def published(bid_id: int) -> Row:
    at = placed_at(bid_id * 2)
    return {"published_at": at, "published_date_key": day_key(at)}


def submitted(bid_id: int) -> Row:
    at = placed_at(bid_id * 2)
    return {"submitted_at": at, "submitted_date_key": day_key(at)}


def day_key(instant: datetime) -> int:
    return int(f"{instant + timedelta(minutes=330):%Y%m%d}")


def parties() -> CuratedRows:
    """A new seller, one that grew, one organisation of the whole table renamed, and the whole table of categories."""
    grown = seller(GROWN_SELLER, END, MICRO=ALWAYS, MEDIUM=placed_at(GROWN_SELLER * 100 + 50))
    return {
        "root": [
            root("buyer_organisation", 0),
            root("category", 0),
            root("seller", NEW_SELLER),
            root("seller", GROWN_SELLER),
        ],
        "dim_buyer_org": organisations(placed_at(NEWEST - 600), **{f"org_{RENAMED}": "Renamed"}),
        "dim_category": [category(key, f"Category {key}", 1) for key in range(1, CATEGORIES + 1)],
        "dim_seller": [*grown, *seller(NEW_SELLER, END, MICRO=ALWAYS)],
    }


@dataclass(frozen=True)
class Work:
    """Rows of a table that a load fetched, by sequential and by index scans, and wrote."""

    scanned: int
    fetched: int
    inserted: int
    updated: int
    deleted: int

    @property
    def read(self) -> int:
        return self.scanned + self.fetched

    @property
    def written(self) -> int:
        return self.inserted + self.updated + self.deleted


COUNTED = """
    select relname, coalesce(seq_tup_read, 0), coalesce(idx_tup_fetch, 0), n_tup_ins, n_tup_upd, n_tup_del
    from pg_stat_user_tables
    where schemaname in ('mart', 'ops')
"""


def counted(lab: Lab, database: str) -> dict[str, Work]:
    """What PostgreSQL has counted so far; a session reports when it ends."""
    connection = psycopg2.connect(lab.postgres.dsn(database))
    connection.autocommit = True
    with connection.cursor() as cursor:
        others = 1
        while others:
            cursor.execute(
                "select count(*) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
                " and backend_type = 'client backend'",
                (database,),
            )
            ((others,),) = cursor.fetchall()
            time.sleep(0.02)
        cursor.execute(COUNTED)
        found = {name: Work(*numbers) for name, *numbers in cursor.fetchall()}
    connection.close()
    return found


def work_of(lab: Lab, database: str, manifest: CuratedManifest) -> dict[str, Work]:
    """What the load of one batch reads and writes, by table."""
    before = counted(lab, database)
    (report,) = lab.load(database, manifest)
    assert (report.outcome, report.error) == ("loaded", "")
    after = counted(lab, database)
    return {name: difference(before[name], after[name]) for name in before}


def difference(before: Work, after: Work) -> Work:
    return Work(*(getattr(after, name) - getattr(before, name) for name in Work.__dataclass_fields__))


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
    orders_of, parties_of = write_batch(lab.s3, 10, orders()), write_batch(lab.s3, 11, parties())
    found = Measured({}, {})
    for size in (LARGE, SMALL):
        database = fill(lab, size)
        found.orders[size] = work_of(lab, database, orders_of)
        found.parties[size] = work_of(lab, database, parties_of)
        lab.drop(database)
    return found


PASSES = 6
"""How often a load may read a row that it touches: what it replaces, the removal, a count, two audits, one to spare."""

TOUCHED_BY_ORDERS = {
    "fact_order_line": 2 * CHANGED,
    "fact_contract_lifecycle": CHANGED + 2 * BIDS,
    "fact_bid": BIDS + CHANGED,
    "fact_bid_participation": 3 * BIDS,
    "root_version": CHANGED + BIDS,
}
"""The rows of the batch's roots, the bids that its contracts look for and the contracts that follow its bids."""

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
    "load_log": "the attempts of the batch; as few rows as there were loads",
}
"""What a load still reads whole, and why; nothing of it grows with the contracts."""


def test_a_batch_of_one_percent_reads_its_own_rows_a_few_times(measured: Measured) -> None:
    for name, rows in TOUCHED_BY_ORDERS.items():
        work = measured.orders[LARGE][name]
        assert work.scanned == 0, f"{name} is scanned"
        assert work.fetched <= PASSES * rows, name
    assert measured.orders[LARGE]["fact_order_line"].written == 2 * 2 * CHANGED


def test_new_and_changed_parties_reach_their_own_facts_only(measured: Measured) -> None:
    for name, moved in MOVED.items():
        work = measured.parties[LARGE][name]
        assert (work.inserted, work.updated, work.deleted) == (0, moved, 0), name
        assert work.scanned == 0, f"{name} is scanned"
        assert work.fetched <= PASSES * moved, name


def test_a_warehouse_ten_times_the_size_costs_the_same_writes_and_no_more_reads(measured: Measured) -> None:
    # In the small one the batch is a tenth of all, and to read a table whole is cheaper than 2,000 searches.
    for of_size in (measured.orders, measured.parties):
        for name in of_size[LARGE].keys() - READ_WHOLE.keys():
            large, small = of_size[LARGE][name], of_size[SMALL][name]
            assert large.written == small.written, name
            assert large.read <= 1.02 * small.read + 10, name


def test_of_a_whole_reference_table_only_what_differs_is_written(measured: Measured) -> None:
    parties = measured.parties[LARGE]
    renamed = parties["dim_buyer_org"]
    assert (renamed.inserted, renamed.updated, renamed.deleted) == (1, 1, 0)
    assert parties["dim_category"].written == 0
    assert parties["dim_buyer_org_version"].inserted == ORGANISATIONS, "each observation is remembered, for any order"
