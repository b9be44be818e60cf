"""Every value comes out of PostgreSQL as it is in there, or the aggregate says which value it cannot carry."""

from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg2
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import sql
from psycopg2.extras import execute_values

from extractor_ec2.copy_stream import arrow_schema, copied
from extractor_ec2.postgres import Source
from gem.contracts.errors import TerminalError, TransientError
from gem.contracts.source_spec import Column
from gem.contracts.types import BIGINT, BOOLEAN, DATE, INTEGER, MONEY, QUANTITY, TIMESTAMP, varchar
from gem.settings import ExtractorSettings

COLUMNS = (
    Column(name="id", type=BIGINT),
    Column(name="small", type=INTEGER),
    Column(name="is_true", type=BOOLEAN),
    Column(name="money", type=MONEY),
    Column(name="qty", type=QUANTITY),
    Column(name="words", type=varchar(1024)),
    Column(name="day", type=DATE),
    Column(name="at", type=TIMESTAMP),
)
ENDLESS_SCHEMA = pa.schema([("words", pa.string()), ("id", pa.int64())])
SCHEMA = arrow_schema(COLUMNS)
CREATE = f"create temp table t ({', '.join(f'{c.name} {c.type.postgres}' for c in COLUMNS)}) on commit drop"
ALL = sql.SQL("select * from t")

AWKWARD = (
    "",
    " ",
    "\n",
    "\r\n",
    '"',
    '""',
    "\\",
    "\\N",
    "\\.",
    "\\.\n",
    ",",
    "NULL",
    "null",
    "NaN",
    "'",
    "\t",
    "t",
    "f",
)
words = st.one_of(
    st.sampled_from((*AWKWARD, "श्री राम ट्रेडर्स", "কামৰূপ", "🧾", "a\u0301", "\u200d", "\ufeff")),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")),
    st.lists(st.sampled_from(AWKWARD)).map("".join),
)


def decimals(whole_digits, scale):
    limit = Decimal(10) ** whole_digits - Decimal(10) ** -scale
    return st.decimals(-limit, limit, places=scale, allow_nan=False, allow_infinity=False)


values = st.tuples(
    st.integers(-(2**63), 2**63 - 1) | st.none(),
    st.integers(-(2**31), 2**31 - 1) | st.none(),
    st.booleans() | st.none(),
    decimals(16, 2) | st.none(),
    decimals(15, 3) | st.none(),
    words | st.none(),
    st.dates() | st.none(),
    st.datetimes(timezones=st.just(UTC)) | st.none(),
)


@pytest.fixture
def connection(source_db):
    source = Source(ExtractorSettings(source_dsn=source_db, lake_bucket="lake"))
    with closing(source.connect()) as connected:
        connected.autocommit = False
        yield connected


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(values, max_size=8))
def test_every_value_of_every_type_survives_exactly(connection, rows):
    connection.rollback()
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        execute_values(cursor, "insert into t values %s", rows or [(None,) * len(COLUMNS)])
    with copied(connection, ALL, SCHEMA, "t") as batches:
        table = pa.Table.from_batches(batches, SCHEMA)
    assert [tuple(row.values()) for row in table.to_pylist()] == (rows or [(None,) * len(COLUMNS)])


def test_a_table_without_rows_has_no_rows(connection):
    assert read(connection, "select 1::bigint as id where false", id=pa.int64()) == []


def test_a_null_in_a_table_of_one_column_is_a_row(connection):
    assert read(connection, "select v from (values (null::text), (''), (null)) t(v)", v=pa.string()) == [None, "", None]


def test_the_edges_of_what_arrow_and_python_can_hold(connection):
    query = "select v from (values ('0001-01-01 00:00+00'::timestamptz), ('9999-12-31 23:59:59.999999+00')) t(v)"
    first, last = read(connection, query, v=pa.timestamp("us", "UTC"))
    assert (first, last) == (
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "setting", ["timezone = 'Asia/Kolkata'", "datestyle = 'German, DMY'", "client_encoding = 'LATIN1'"]
)
def test_the_defaults_of_the_database_change_nothing(source_db, setting):
    with closing(psycopg2.connect(source_db)) as owner:
        owner.autocommit = True
        name = source_db.rpartition("/")[2]
        with owner.cursor() as cursor:
            cursor.execute(f"alter database {name} set {setting}")
    with closing(Source(ExtractorSettings(source_dsn=source_db, lake_bucket="lake")).connect()) as connected:
        query = "select '2026-03-31 18:30:00+00'::timestamptz as a, '2026-04-01'::date as d, 'क' as s"
        schema = pa.schema([("a", pa.timestamp("us", "UTC")), ("d", pa.date32()), ("s", pa.string())])
        with copied(connected, sql.SQL(query), schema, "q") as batches:
            (row,) = pa.Table.from_batches(batches, schema).to_pylist()
    assert row == {"a": datetime(2026, 3, 31, 18, 30, tzinfo=UTC), "d": date(2026, 4, 1), "s": "क"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("contract_at", "infinity"),
        ("contract_at", "-infinity"),
        ("contract_at", "0044-03-15 00:00 BC"),
        ("total_value", "NaN"),
    ],
)
def test_a_value_that_parquet_cannot_hold_fails_its_aggregate_and_names_itself(site, column, value):
    site.execute(
        "insert into gem.contract (contract_id) select g from generate_series(1, 10) g",
        f"insert into gem.contract (contract_id, {column}) values (4711, '{value}')",
        "insert into gem.bid (bid_id) values (1)",
    )
    summary = site.extractor().extract()
    assert set(summary.failed) == {"contract"}
    assert f"table contract: In column {column!r}" in summary.failed["contract"]
    assert value[:8] in summary.failed["contract"]
    assert summary.failed["contract"].endswith(" (contract_id 4711)")
    manifest = site.manifest(summary.batch_id)
    assert "bid" in {aggregate.name for aggregate in manifest.aggregates}, "the others are published"
    assert manifest.parts_of("rows", "contract") == ()
    assert "contract" not in site.state()["windows"]


def test_a_value_of_a_member_is_named_with_its_key_and_its_root(site):
    site.execute(
        "insert into gem.contract (contract_id) values (1), (2)",
        "insert into gem.contract_item (contract_item_id, contract_id, line_value) values (7, 1, 5), (8, 2, 'NaN')",
    )
    site.extractor().extract()
    site.execute("update gem.contract_item set line_no = 1")
    failed = site.extractor().extract().failed["contract"]
    assert "table contract_item: In column 'line_value'" in failed
    assert failed.endswith(" (contract_item_id 8, contract_id 2)")


def test_a_row_that_is_too_long_is_named_by_its_root(site):
    site.execute(
        "insert into gem.bid (bid_id, bid_number) select g, repeat('x', g * 20) from generate_series(1, 10) g",
        "insert into gem.bid (bid_id, bid_number) values (42, repeat('x', 6000000)), (43, repeat('x', 1000))",
    )
    failed = site.extractor().extract().failed["bid"]
    assert "table bid: a row is longer than 2097152 bytes" in failed
    assert failed.endswith(" (bid_id 42)")


def test_a_row_that_is_too_long_says_so(connection):
    with pytest.raises(TerminalError, match="words: a row is longer than 2097152 bytes"):
        read(connection, "select repeat('x', 6000000) as v from generate_series(1, 3)", what="words", v=pa.string())
    connection.rollback()
    assert len(read(connection, "select repeat('x', 1000000) as v", v=pa.string())[0]) == 1_000_000


def test_a_query_that_breaks_off_half_way_raises_its_own_error_and_not_a_short_table(connection):
    query = "select case when g < 200000 then g else 1 / (g - 200000) end as id from generate_series(1, 300000) g"
    with pytest.raises(TerminalError, match="numbers: division by zero"):
        read(connection, query, what="numbers", id=pa.int64())


# In the select list, so that rows flow as they are made.
ENDLESS = "select repeat('x', 10000) as words, generate_series(1, 1000000000000) as id"


def test_a_lost_connection_is_worth_another_try(connection, source_db):
    with pytest.raises(TransientError, match="numbers: "):  # noqa: PT012, SIM117 - which batch meets the end is a race
        with copied(connection, sql.SQL(ENDLESS), ENDLESS_SCHEMA, "numbers") as batches:
            next(batches)
            with closing(psycopg2.connect(source_db)) as killer, killer.cursor() as cursor:
                cursor.execute("select pg_terminate_backend(%s)", (connection.info.backend_pid,))
            for _ in batches:
                pass


def test_a_reader_that_gives_up_stops_the_query(connection, source_db):
    with copied(connection, sql.SQL(ENDLESS), ENDLESS_SCHEMA, "numbers") as batches:
        next(batches)
    with closing(psycopg2.connect(source_db)) as other, other.cursor() as cursor:
        cursor.execute("select state from pg_stat_activity where pid = %s", (connection.info.backend_pid,))
        assert cursor.fetchall() in ([], [("idle in transaction (aborted)",)])


def read(connection, query, what="rows", **types):
    schema = pa.schema(list(types.items()))
    with copied(connection, sql.SQL(query), schema, what) as batches:
        return pa.Table.from_batches(batches, schema).column(0).to_pylist()
