"""The source schema is what its declarations say, and stamps its rows by itself."""

import datetime as dt

import psycopg2
import pytest

from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.source_spec import SOURCE_SCHEMA
from local_aws.source import schema

LONG_AGO = dt.datetime(2019, 4, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def cursor(source_db):
    connection = psycopg2.connect(source_db)
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


def test_every_declared_column_has_its_declared_type_and_nullability(cursor):
    cursor.execute(
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull"
        " from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where c.relnamespace = %s::regnamespace and c.relkind = 'r' and a.attnum > 0 order by c.relname, a.attnum",
        (SOURCE_SCHEMA,),
    )
    spelled = {"timestamp with time zone": "timestamptz"}
    found = [(table, column, spelled.get(type_, type_), not_null) for table, column, type_, not_null in cursor]
    assert found == [
        (table.name, column.name, column.type.postgres, not column.nullable)
        for table in sorted(SOURCE_TABLES.values(), key=lambda table: table.name)
        for column in table.columns
    ]


def test_members_are_indexed_by_their_root(cursor):
    cursor.execute("select tablename, indexdef from pg_indexes where schemaname = %s", (SOURCE_SCHEMA,))
    indexes = cursor.fetchall()
    for table in SOURCE_TABLES.values():
        if table.root_column is not None:
            assert any(name == table.name and f"({table.root_column})" in text for name, text in indexes), table.name


def test_a_loader_of_history_states_its_own_times(cursor):
    cursor.execute(
        "insert into gem.seller (seller_id, created_at, updated_at) values (1, %s, %s)"
        " returning created_at, updated_at",
        (LONG_AGO, LONG_AGO),
    )
    assert cursor.fetchone() == (LONG_AGO, LONG_AGO)


def test_a_row_without_times_is_stamped_by_the_clock(cursor):
    cursor.execute("insert into gem.seller (seller_id) values (1) returning created_at, updated_at >= created_at")
    created_at, ordered = cursor.fetchone()
    assert ordered
    assert created_at > LONG_AGO


def test_an_update_stamps_the_row_whatever_it_says_itself(cursor):
    cursor.execute("insert into gem.bid (bid_id, created_at, updated_at) values (1, %s, %s)", (LONG_AGO, LONG_AGO))
    cursor.execute(
        "update gem.bid set status = 'AWARDED', updated_at = %s returning created_at, updated_at > %s",
        (LONG_AGO, LONG_AGO),
    )
    assert cursor.fetchone() == (LONG_AGO, True)


def test_installing_twice_keeps_the_rows(cursor):
    cursor.execute("insert into gem.seller (seller_id) values (1)")
    schema.install(cursor.connection)
    cursor.execute("select count(*) from gem.seller")
    assert cursor.fetchone() == (1,)
