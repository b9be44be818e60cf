"""Warehouses of any size, filled past the load, batches that change some of what they hold, and the work of a load.

Whatever the size, the newest contracts are the same: a hundred a day and by seller, two a bid, two lines each.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg2

from gem.contracts.manifest import CuratedManifest
from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.types import Kind
from gem.warehouse.redigest import count_digests_anew
from tests.model.curated import Row, write_batch
from tests.model.lab import Lab
from tests.model.rows import ALWAYS, category

NEWEST = 5_000_000
"""The highest contract id; a hundred contracts a day and by seller, two a bid."""
END = datetime(2026, 10, 31, 6, 30, tzinfo=UTC)
ORGANISATIONS, CATEGORIES = 300, 50
NEW_SELLER, GROWN_SELLER, RENAMED = 99_999, NEWEST // 100 - 50, 7
NOBODY = 20
"""Every so many'th contract names no seller."""

CuratedRows = dict[str, list[Row]]


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
CELLS = """
    insert into mart.agg_gmv_daily (source_id, contract_date_key, ministry_id, ministry_name, buyer_state_code,
        category_level1, seller_size, buy_mode, orders, orders_in_category, order_lines, gross_gmv, net_gmv, mse_value,
        women_value, scst_value, startup_value)
    select f.source_id, f.contract_date_key, -2, 'Not stated', '-2', 'Not stated', coalesce(s.size, 'Not stated'),
        'Not stated', count(distinct f.contract_id), count(distinct f.contract_id), count(*), sum(f.line_value), 0, 0,
        0, 0, 0
    from mart.fact_order_line f
    join mart.dim_seller s on s.seller_key = f.seller_key
    group by f.source_id, f.contract_date_key, s.size
"""
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
)
INDEXES = """
    select quote_ident(schemaname) || '.' || quote_ident(indexname), indexdef
    from pg_indexes
    where (schemaname = 'mart' and tablename like 'fact_%') or (schemaname, tablename) = ('ops', 'root_version')
"""
DAY = "cast(to_char(c.at + interval '330 minutes', 'YYYYMMDD') as integer)"


def fill(lab: Lab, contracts: int) -> str:
    """A new warehouse with that many contracts, their lines, bids and participations; its name."""
    database = lab.copy()
    lab.load(database, write_batch(lab.s3, 1, dimensions(contracts)))
    numbers = {"organisations": ORGANISATIONS, "categories": CATEGORIES, "nobody": NOBODY, "end": END}
    numbers |= {"newest": NEWEST, "contracts": contracts}
    with psycopg2.connect(lab.postgres.dsn(database)) as connection, connection.cursor() as cursor:
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        # Made again at the end: to fill millions of rows into them takes many times as long.
        for name, _ in indexes:
            cursor.execute(f"drop index {name}")
        for statement in (CONTRACTS, *FILL, CELLS):
            cursor.execute(statement.format(day=DAY, parties=PARTIES.format(**numbers), **numbers))
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("analyze")
    connection.close()
    count_digests(lab, database)
    return database


def count_digests(lab: Lab, database: str) -> None:
    """Bring the digests to what loads would have kept of rows that no load brought."""
    warehouse = lab.connect(database)
    count_digests_anew(warehouse)
    warehouse.close()


def orders(contract_count: int, bid_count: int) -> CuratedRows:
    """Changed contracts, each tenth of the newest, and bids; one contract names a seller that nobody knows yet."""
    contracts = [NEWEST - 10 * n - 3 for n in range(contract_count)]
    bids = [NEWEST // 2 - 7 * n for n in range(bid_count)]
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
