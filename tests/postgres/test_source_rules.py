"""Generated procurement data keeps the rules of the domain and has the published shares."""

import psycopg2
import pytest

from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.types import Kind
from local_aws.source import generator, schema
from tests.postgres.test_source_generator import GENERATED

CONTRACTS = 20_000
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Each counts what must not be there (DOMAIN section 9, and the limits of GFR rule 149).
VIOLATIONS = {
    "a line whose value is not quantity times price": (
        "from gem.contract_item where line_value is distinct from qty * unit_price"
    ),
    "a line of nothing": "from gem.contract_item where not (qty > 0 and unit_price > 0)",
    "a line whose tax does not add up": (
        "from gem.contract_item"
        " where taxable_value + cgst + sgst + igst is distinct from line_value or taxable_value <= 0"
    ),
    "a tax rate that the tax does not show": (
        "from gem.contract_item"
        " where abs((line_value - taxable_value) - taxable_value * gst_rate / 100) > 0.03 + taxable_value * 0.0000001"
    ),
    "tax of both kinds": "from gem.contract_item where igst <> 0 and (cgst <> 0 or sgst <> 0) or cgst <> sgst",
    "integrated tax within a state, or none between two": (
        "from gem.contract_item join gem.contract using (contract_id) join gem.buyer_organisation using (org_id)"
        " where line_value > 1 and (igst > 0) is distinct from (left(seller_gstin, 2) <> state_code)"
    ),
    "a contract that is not the sum of its lines": (
        "from gem.contract c left join (select contract_id, sum(line_value) total, sum(taxable_value) taxable"
        " from gem.contract_item group by 1) i using (contract_id)"
        " where (total_value, taxable_value, gst_value) is distinct from (i.total, i.taxable, i.total - i.taxable)"
    ),
    "a price above the printed one": "from gem.contract_item where unit_price > mrp_at_order",
    "a due day before the contract": (
        "from gem.contract_item join gem.contract using (contract_id)"
        " where delivery_due_on < (contract_at at time zone 'Asia/Kolkata')::date"
    ),
    "a direct purchase above 50,000": "from gem.contract where buy_mode = 'DIRECT' and total_value > 50000",
    "an L1 purchase above 10 lakh": "from gem.contract where buy_mode = 'L1' and total_value > 1000000",
    "an order outside the financial years": (
        "from gem.contract where contract_at < '2021-04-01 00:00+05:30' or contract_at >= '2026-04-01 00:00+05:30'"
    ),
    "a GSTIN of another state or firm": (
        "from gem.contract join gem.seller using (seller_id)"
        " where left(seller_gstin, 2) <> registered_state_code or substr(seller_gstin, 3, 10) <> pan"
    ),
    "a PAN of two firms": "from (select 1 from gem.seller group by pan having count(*) > 1) as twice",
    "a PIN code that is none": r"from gem.seller where pincode !~ '^[1-9]\d{5}$'",
    "a sale before registration": (
        "from gem.contract join gem.seller using (seller_id)"
        " where registered_on > (contract_at at time zone 'Asia/Kolkata')::date"
    ),
    "an offer before registration": (
        "from gem.bid_participation join gem.seller using (seller_id)"
        " where registered_on > (submitted_at at time zone 'Asia/Kolkata')::date"
    ),
    "an offer after closing": (
        "from gem.bid_participation join gem.bid using (bid_id)"
        " where submitted_at not between published_at and closes_at"
    ),
    "milestones of a bid out of order": (
        "from gem.bid where not (published_at < closes_at and closes_at < coalesce(opened_at, 'infinity')"
        " and coalesce(opened_at, closes_at) < coalesce(tech_evaluated_at, 'infinity')"
        " and coalesce(tech_evaluated_at, closes_at) < coalesce(fin_opened_at, 'infinity')"
        " and coalesce(fin_opened_at, closes_at) < coalesce(awarded_at, 'infinity'))"
    ),
    "a bid awarded without contract, or after it": (
        "from gem.bid b left join gem.contract c using (bid_id)"
        " where (b.status = 'AWARDED') is distinct from (c.contract_id is not null) or c.contract_at < b.awarded_at"
    ),
    "a bid with no lowest offer, or with two": (
        "from (select 1 from gem.bid_participation where final_value is not null group by bid_id"
        " having count(*) filter (where price_rank = 1) <> 1 or max(price_rank) <> count(*)) as odd"
    ),
    "a rank of an offer that did not qualify": (
        "from gem.bid_participation where tech_status <> 'QUALIFIED'"
        " and (price_rank, quoted_value, final_value) is distinct from (null, null, null)"
    ),
    "an offer above its quotation": "from gem.bid_participation where final_value > quoted_value",
    "more than twelve offers": (
        "from (select 1 from gem.bid_participation group by bid_id having count(*) > 12) as crowded"
    ),
    "an award to another seller than the contract's, or for another value": (
        "from gem.contract c left join gem.bid_participation p on p.bid_id = c.bid_id and p.is_awarded"
        " where c.bid_id is not null and (p.seller_id, p.final_value) is distinct from (c.seller_id, c.total_value)"
    ),
    "a claim of the MSE preference without the class on that day": (
        "from gem.bid_participation p where claims_mse is distinct from exists (select from gem.seller_classification k"
        " where k.seller_id = p.seller_id and k.size in ('MICRO', 'SMALL')"
        " and (p.submitted_at at time zone 'Asia/Kolkata')::date >= k.valid_from"
        " and (p.submitted_at at time zone 'Asia/Kolkata')::date < coalesce(k.valid_to, 'infinity'))"
    ),
    "a matched price beyond 15 percent, or matched with an MSE": (
        "from gem.bid_participation w left join gem.bid_participation l on l.bid_id = w.bid_id and l.price_rank = 1"
        " where w.award_basis = 'MSE_MATCH' and (w.quoted_value <= l.final_value"
        " or w.quoted_value > 1.15 * l.final_value"
        " or w.final_value <> l.final_value or l.claims_mse or not w.claims_mse)"
    ),
    "classes of a seller that overlap or leave a gap": (
        "from (select valid_to, lead(valid_from) over (partition by seller_id order by valid_from) as next_from"
        " from gem.seller_classification) k where valid_to is distinct from next_from"
    ),
    "a status without its time": (
        "from gem.contract where (status = 'REJECTED') <> (rejected_at is not null)"
        " or (status = 'CANCELLED') <> (cancelled_at is not null) or (cancelled_by is null) <> (cancelled_at is null)"
    ),
    "a tax slab out of its time": (
        "from gem.contract_item join gem.contract using (contract_id) where gst_rate in (12, 28)"
        " and contract_at >= '2025-09-22 00:00+05:30'"
    ),
}
REFERENCES = [
    ("category", "parent_category_id", "category", "category_id"),
    ("buyer_organisation", "parent_org_id", "buyer_organisation", "org_id"),
    ("buyer_organisation", "state_code", "state_ref", "state_code"),
    ("seller", "registered_state_code", "state_ref", "state_code"),
    ("seller_classification", "seller_id", "seller", "seller_id"),
    ("bid", "org_id", "buyer_organisation", "org_id"),
    ("bid", "category_id", "category", "category_id"),
    ("bid_item", "bid_id", "bid", "bid_id"),
    ("bid_participation", "bid_id", "bid", "bid_id"),
    ("bid_participation", "seller_id", "seller", "seller_id"),
    ("contract", "bid_id", "bid", "bid_id"),
    ("contract", "org_id", "buyer_organisation", "org_id"),
    ("contract", "seller_id", "seller", "seller_id"),
    ("contract_item", "contract_id", "contract", "contract_id"),
    ("contract_item", "category_id", "category", "category_id"),
]
SHARES = """
with line as (
  select
    c.contract_id,
    i.line_value,
    total_value,
    o.govt_tier = 'CENTRAL' as is_central,
    g.kind = 'SERVICE' as is_service,
    i.igst > 0 as is_interstate,
    k.size in ('MICRO', 'SMALL') as is_mse,
    k.is_women_owned,
    k.social_category in ('SC', 'ST') as is_scst,
    k.is_dpiit_startup as is_startup
  from gem.contract_item i
  join gem.contract c using (contract_id)
  join gem.buyer_organisation o using (org_id)
  join gem.category g on g.category_id = i.category_id
  join gem.seller_classification k
    on k.seller_id = c.seller_id
    and (contract_at at time zone 'Asia/Kolkata')::date >= valid_from
    and (contract_at at time zone 'Asia/Kolkata')::date < coalesce(valid_to, 'infinity')
)
select
  sum(line_value) filter (where is_mse) / sum(line_value) as mse,
  count(distinct contract_id) filter (where is_mse)::numeric / count(distinct contract_id) as mse_orders,
  sum(line_value) filter (where is_mse and is_women_owned) / sum(line_value) as women,
  sum(line_value) filter (where is_mse and is_scst) / sum(line_value) as scst,
  sum(line_value) filter (where is_startup) / sum(line_value) as startup,
  sum(line_value) filter (where is_central) / sum(line_value) as central,
  sum(line_value) filter (where is_service) / sum(line_value) as service,
  sum(line_value) filter (where is_interstate) / sum(line_value) as interstate,
  count(distinct contract_id) filter (where total_value < 1000000)::numeric
    / count(distinct contract_id) as below_10_lakh,
  sum(line_value) / count(distinct contract_id) / 750000 as average_order
from line
"""
# The published share, and how far a single seed may be off at this number of contracts.
PUBLISHED = {
    "mse": (0.47, 0.07),
    "mse_orders": (0.68, 0.02),
    "women": (0.056, 0.015),
    "scst": (0.012, 0.004),
    "startup": (0.038, 0.015),
    "central": (0.83, 0.04),
    "service": (0.50, 0.06),
    "interstate": (0.53, 0.06),
    "below_10_lakh": (0.97, 0.003),
    "average_order": (1.0, 0.05),
}


@pytest.fixture(scope="module")
def cursor(source_server):
    source_server.create_database("source_generated")
    connection = psycopg2.connect(source_server.dsn("source_generated"))
    schema.install(connection)
    generator.generate(connection, 2024, CONTRACTS, lambda message: None)
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


def test_the_counts_are_those_of_the_tables(cursor):
    counts = {}
    for name in SOURCE_TABLES:
        cursor.execute(f"select count(*) from gem.{name}")
        (counts[name],) = cursor.fetchone()
    assert counts["contract"] == CONTRACTS
    assert counts["state_ref"] == 36
    assert {name for name, count in counts.items() if count} == GENERATED


@pytest.mark.parametrize("what", VIOLATIONS)
def test_clean_data_has_no(cursor, what):
    cursor.execute(f"select count(*) {VIOLATIONS[what]}")
    assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(("child", "column", "parent", "key"), REFERENCES)
def test_every_reference_is_there(cursor, child, column, parent, key):
    cursor.execute(
        f"select count(*) from gem.{child} c where c.{column} is not null"
        f" and not exists (select from gem.{parent} p where p.{key} = c.{column})"
    )
    assert cursor.fetchone() == (0,)


def test_every_gstin_carries_its_check_character(cursor):
    cursor.execute("select distinct seller_gstin from gem.contract")
    for (gstin,) in cursor.fetchall():
        assert gstin[14] == check_character(gstin[:14])


def test_the_check_character_is_that_of_a_published_gstin():
    assert check_character("27AAPFU0939F1Z") == "V"


def check_character(head):
    products = [ALPHABET.index(letter) * (1 + place % 2) for place, letter in enumerate(head)]
    return ALPHABET[-sum(product // 36 + product % 36 for product in products) % 36]


def test_codes_are_those_declared_and_texts_fit_their_bytes(cursor):
    for name, table in SOURCE_TABLES.items():
        for column in table.columns:
            if column.type.kind is Kind.VARCHAR:
                cursor.execute(f"select max(octet_length({column.name}::text)) from gem.{name}")
                (size,) = cursor.fetchone()
                assert (size or 0) <= column.type.max_bytes, (name, column.name)
            if column.comment and column.comment == column.comment.upper():
                cursor.execute(f"select distinct {column.name} from gem.{name} where {column.name} is not null")
                assert {value for (value,) in cursor} <= set(column.comment.split(", ")), (name, column.name)


def test_rows_change_after_they_are_made_and_before_the_data_ends(cursor):
    for name in SOURCE_TABLES:
        cursor.execute(
            f"select count(*) from gem.{name} where updated_at < created_at or updated_at >= '2026-04-01 00:00+05:30'"
        )
        assert cursor.fetchone() == (0,), name


def test_some_sellers_outgrow_their_class_and_sold_before_and_after(cursor):
    cursor.execute(
        "select count(distinct seller_id) filter (where contract_at < valid_to),"
        " count(distinct seller_id) filter (where contract_at > valid_to)"
        " from gem.seller_classification join gem.contract using (seller_id) where valid_to is not null"
    )
    before, after = cursor.fetchone()
    assert before > 0
    assert after > 0


def test_names_are_also_hindi(cursor):
    for table, column in [("buyer_organisation", "name"), ("seller", "legal_name")]:
        cursor.execute(f"select count(*) from gem.{table} where {column} ~ '[\u0900-\u097f]'")
        assert cursor.fetchone()[0] > 0, table


def test_every_state_of_a_bid_and_of_a_contract_occurs(cursor):
    for table, missing in [("bid", {"DRAFT"}), ("contract", set())]:
        cursor.execute(f"select distinct status from gem.{table}")
        declared = set(SOURCE_TABLES[table].column("status").comment.split(", "))
        assert {status for (status,) in cursor} == declared - missing


def test_shares_are_those_published(cursor):
    cursor.execute(SHARES)
    found = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
    off = {
        name: float(found[name])
        for name, (share, margin) in PUBLISHED.items()
        if abs(float(found[name]) - share) > margin
    }
    assert not off


def test_trade_grows_as_published(cursor):
    cursor.execute(
        "select extract(year from contract_at at time zone 'Asia/Kolkata' - interval '3 months')::integer, count(*)"
        " from gem.contract group by 1 order by 1"
    )
    published = {2021: 1.06, 2022: 2.01, 2023: 4.03, 2024: 5.43, 2025: 5.01}
    orders = dict(cursor.fetchall())
    for year, gmv in published.items():
        assert orders[year] / CONTRACTS == pytest.approx(gmv / sum(published.values()), abs=0.002)
