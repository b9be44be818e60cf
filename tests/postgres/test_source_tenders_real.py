"""Every figure that the README of the public tender files states arrives in the source."""

import os
from decimal import Decimal
from pathlib import Path

import psycopg2
import pytest

from local_aws.source import schema, tenders

REAL_DATA = os.environ.get("GEM_REAL_DATA")
pytestmark = pytest.mark.skipif(REAL_DATA is None, reason="GEM_REAL_DATA names no folder with the public data sets")


@pytest.fixture(scope="module")
def real(source_server):
    source_server.create_database("source_real")
    connection = psycopg2.connect(source_server.dsn("source_real"))
    schema.install(connection)
    tenders.load_tenders(connection, Path(REAL_DATA) / "assam_tenders_2024", lambda message: None)
    yield connection
    connection.close()


def rows(connection, query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def row(connection, query):
    (row,) = rows(connection, query)
    return row


def value(connection, query):
    (value,) = row(connection, query)
    return value


def test_every_row_arrives(real):
    counts = {
        table: value(real, f"select count(*) from gem.{table}")
        for table in ("bid", "bid_item", "bid_participation", "contract", "contract_item", "seller", "state_ref")
    }
    assert counts == {
        "bid": 5_495,
        "bid_item": 5_495,
        "bid_participation": 26_952,
        "contract": 14_210,
        "contract_item": 14_210,
        "seller": 8_137,
        "state_ref": 36,
    }


def test_organisations_are_those_of_257_chains(real):
    assert value(real, "select count(distinct org_id) from gem.bid") == 257
    assert (
        value(
            real,
            "with recursive path as ("
            " select org_id, 1 as depth from gem.buyer_organisation where parent_org_id is null union all"
            " select o.org_id, depth + 1 from gem.buyer_organisation o join path p on p.org_id = o.parent_org_id)"
            " select max(depth) from path join gem.bid using (org_id)",
        )
        == 4
    )


def test_tender_values_and_kinds(real):
    assert value(real, "select count(*) from gem.bid where estimated_value is null") == 496 + 76
    assert value(real, "select sum(estimated_value) from gem.bid") == Decimal("192721567271.00")
    assert dict(
        rows(
            real,
            "select coalesce(kind, 'WORKS'), count(*) from gem.bid join gem.category using (category_id) group by 1",
        )
    ) == {"WORKS": 4_941, "PRODUCT": 292, "SERVICE": 262}


def test_bids_per_tender(real):
    assert row(
        real, "select count(*), max(n) from (select count(*) n from gem.bid_participation group by bid_id) per_bid"
    ) == (5_492, 754)
    assert (
        value(
            real,
            "select count(*) from (select 1 from gem.bid_participation "
            " group by bid_id, seller_id having count(*) > 1) twice",
        )
        == 194
    )


def test_qualified_and_disqualified(real):
    assert dict(rows(real, "select tech_status, count(*) from gem.bid_participation group by 1")) == {
        "QUALIFIED": 14_207 + 6_059 + 2_599 + 8,
        "DISQUALIFIED": 2_681 + 1_133 + 224 + 40 + 1,
    }


def test_awards_and_their_value_without_rate_contracts(real):
    assert value(real, "select sum(total_value) from gem.contract") == Decimal("223057781486.15")
    assert value(real, "select sum(line_value) from gem.contract_item") == Decimal("223057781486.15")
    assert value(real, "select sum(final_value) from gem.bid_participation") == Decimal("223057781486.15")
    assert value(real, "select count(*) from gem.contract_item where unit_price = 1 and line_value is null") == 8_412
    assert value(real, "select count(*) from gem.contract_item where unit_price is null") == 176
    assert value(real, "select count(*) from gem.contract_item where unit_price < 100") == 8_595 - 176
    assert value(real, "select count(distinct bid_id) from gem.contract") == 5_492


def test_every_award_is_an_awarded_participation_of_its_seller(real):
    assert (
        value(
            real,
            "select count(*) from gem.contract c join gem.bid_participation p"
            " on (p.participation_id, p.bid_id, p.seller_id) = (c.contract_id, c.bid_id, c.seller_id)"
            " where p.is_awarded",
        )
        == 14_210
    )
    assert value(real, "select count(*) from gem.bid_participation where is_awarded") == 14_210


def test_no_reference_is_loose(real):
    for child, column, parent in [
        ("bid", "org_id", "buyer_organisation"),
        ("bid", "category_id", "category"),
        ("bid_participation", "seller_id", "seller"),
        ("contract", "org_id", "buyer_organisation"),
        ("contract_item", "category_id", "category"),
        ("contract_item", "contract_id", "contract"),
    ]:
        parents = f"select from gem.{parent} p where p.{column} = c.{column}"
        assert value(real, f"select count(*) from gem.{child} c where not exists ({parents})") == 0, (child, column)
