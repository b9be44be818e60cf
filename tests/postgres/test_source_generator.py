"""Generated procurement data is the same for the same seed, on any server and in any time zone."""

import psycopg2
import pytest

from gem.contracts.source.aggregates import SOURCE_TABLES
from local_aws.source import generator, schema

RARE = {"reverse_auction", "ra_offer", "contract_amendment", "security_deposit", "platform_charge", "incident"}
"""What not every purchase has."""


def generated(dsn, seed, contracts, zone="UTC"):
    connection = psycopg2.connect(dsn, options=f"-c timezone={zone}")
    counts = generator.generate(connection, seed, contracts, lambda message: None)
    connection.commit()
    return connection, counts


def digests(connection):
    """The content of every table as one number each, whatever the order of its rows."""
    with connection.cursor() as cursor:
        cursor.execute("set timezone to 'UTC'")
        found = {}
        for name, table in SOURCE_TABLES.items():
            key = ", ".join(table.primary_key)
            cursor.execute(f"select md5(string_agg(t::text, e'\\n' order by {key})) from gem.{name} t")
            (found[name],) = cursor.fetchone()
        return found


@pytest.fixture
def second_db(source_server):
    source_server.create_database("source_again")
    connection = psycopg2.connect(source_server.dsn("source_again"))
    schema.install(connection)
    connection.commit()
    connection.close()
    return source_server.dsn("source_again")


def test_the_same_seed_gives_the_same_rows_in_another_database_and_time_zone(source_db, second_db):
    first, _ = generated(source_db, 42, 300)
    second, _ = generated(second_db, 42, 300, zone="America/New_York")
    assert digests(first) == digests(second)
    assert None not in digests(first).values()
    first.close()
    second.close()


def test_another_seed_gives_other_rows_of_everything_but_the_references(source_db):
    first, _ = generated(source_db, 1, 100)
    with first.cursor() as cursor:
        before = digests(first)
        cursor.execute("truncate " + ", ".join(f"gem.{name}" for name in SOURCE_TABLES))
        first.commit()
    generator.generate(first, 2, 100, lambda message: None)
    after = digests(first)
    same = {name for name in before if before[name] == after[name]}
    assert same == {"state_ref", "policy_parameter", "category", "buyer_organisation"}
    first.close()


def test_as_few_contracts_as_ten_have_all_that_a_purchase_needs(source_db):
    connection, counts = generated(source_db, 5, 10)
    assert counts["contract"] == 10
    assert {name for name, count in counts.items() if not count} <= RARE
    connection.close()


@pytest.mark.parametrize(("seed", "contracts"), [(1, 0), (2**63, 10)])
def test_an_impossible_request_is_refused(source_db, seed, contracts):
    connection = psycopg2.connect(source_db)
    with pytest.raises(ValueError, match="64-bit"):
        generator.generate(connection, seed, contracts, lambda message: None)
    connection.close()
