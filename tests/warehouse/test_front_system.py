"""Redshift's system views, as operators, drivers and tools ask for them."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg2
import pytest
import redshift_connector

from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront

ROLE = "arn:aws:iam::123456789012:role/gem-redshift-copy"
pytestmark = pytest.mark.filterwarnings("ignore:DB-API extension cursor.connection used")


def fetch(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


@pytest.fixture
def tables(cursor: Any) -> Any:
    cursor.execute(
        "create table fact (k bigint not null encode az64, org bigint encode zstd, name varchar(40), day date, "
        "amount decimal(18,2), doc super, primary key (k)) diststyle key distkey (org) compound sortkey (day, k)"
    )
    cursor.execute("create table small (k int, v varchar(5)) diststyle all sortkey (k)")
    cursor.execute("create table plain (v varchar(7))")
    cursor.execute("create schema mart")
    cursor.execute("create view mart.v_fact as select k, name as label from fact")
    cursor.execute("insert into fact (k) values (1), (2)")
    cursor.execute("insert into small values (1, 'a')")
    cursor.connection.commit()
    return cursor


def test_pg_table_def_shows_types_encodings_and_keys(tables: Any) -> None:
    assert fetch(tables, "select * from pg_table_def where tablename = 'fact'") == [
        ("public", "fact", "k", "bigint", "az64", False, 2, True),
        ("public", "fact", "org", "bigint", "zstd", True, 0, False),
        ("public", "fact", "name", "character varying(40)", "lzo", False, 0, False),
        ("public", "fact", "day", "date", "none", False, 1, False),
        ("public", "fact", "amount", "numeric(18,2)", "az64", False, 0, False),
        ("public", "fact", "doc", "super", "zstd", False, 0, False),
    ]


def test_svv_table_info_shows_the_design_of_tables_that_hold_rows(tables: Any) -> None:
    assert fetch(
        tables,
        'select "schema", "table", diststyle, sortkey1, sortkey_num, max_varchar, encoded, tbl_rows '
        "from svv_table_info order by 2",
    ) == [
        ("public", "fact", "KEY(org)", "day", 2, 40, "Y", 2),
        ("public", "small", "ALL", "k", 1, 5, "Y", 1),
    ]
    tables.execute("insert into plain values ('x')")
    assert fetch(tables, "select diststyle, sortkey1, sortkey_num from svv_table_info where \"table\" = 'plain'") == [
        ("AUTO(ALL)", "AUTO(SORTKEY)", 0)
    ]


def test_the_design_follows_alter_table_rename_and_rollback(tables: Any) -> None:
    tables.execute("alter table small alter diststyle even")
    tables.execute("alter table small alter sortkey (v, k)")
    tables.execute("alter table small alter column v encode bytedict")
    tables.execute("alter table small rename column v to label")
    info = "select diststyle, sortkey1, sortkey_num from svv_table_info where \"table\" = 'small'"
    assert fetch(tables, info) == [("EVEN", "label", 2)]
    assert fetch(tables, "select \"column\", encoding, sortkey from pg_table_def where tablename = 'small'") == [
        ("k", "none", 2),
        ("label", "bytedict", 1),
    ]
    tables.execute("alter table small alter diststyle key distkey k")
    assert fetch(tables, info) == [("KEY(k)", "label", 2)]
    tables.connection.rollback()
    assert fetch(tables, info) == [("ALL", "k", 1)]


def test_tables_and_columns_are_listed_without_the_fronts_own(tables: Any) -> None:
    listed = "select table_schema, table_name, table_type from svv_tables where table_schema in ('public', 'mart')"
    assert fetch(tables, f"{listed} order by 2") == [
        ("public", "fact", "BASE TABLE"),
        ("public", "plain", "BASE TABLE"),
        ("public", "small", "BASE TABLE"),
        ("mart", "v_fact", "VIEW"),
    ]
    assert fetch(tables, "select count(*) from svv_tables where table_name like 'rs!_%' escape '!'") == [(0,)]
    assert fetch(
        tables,
        "select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable "
        "from svv_columns where table_name = 'fact' and ordinal_position in (1, 3, 5, 6) order by ordinal_position",
    ) == [
        ("k", "bigint", None, 64, 0, "NO"),
        ("name", "character varying", 40, None, None, "YES"),
        ("amount", "numeric", None, 18, 2, "YES"),
        ("doc", "super", None, None, None, "YES"),
    ]


def test_the_drivers_own_metadata_calls_find_databases_schemas_and_tables(tables: Any, redshift_database: str) -> None:
    assert ("mart", redshift_database) in [tuple(row) for row in tables.get_schemas()]
    found = {tuple(row[1:4]) for row in tables.get_tables()}
    assert {("public", "fact", "TABLE"), ("mart", "v_fact", "VIEW")} <= found
    assert (redshift_database,) in [tuple(row) for row in tables.get_catalogs()]


def test_the_drivers_own_metadata_calls_take_patterns_and_list_columns(tables: Any) -> None:
    assert [tuple(row[1:4]) for row in tables.get_tables(schema_pattern="mart")] == [("mart", "v_fact", "VIEW")]
    found = [
        (row[3], row[5], row[17]) for row in tables.get_columns(schema_pattern="public", tablename_pattern="small")
    ]
    assert found == [("k", "int4", "YES"), ("v", "varchar", "YES")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select upper(table_name) as t, t || '!' as u from svv_tables where t = 'SMALL'", [("SMALL", "SMALL!")]),
        ("select upper(table_name) as table_name from svv_tables where table_name = 'small'", [("SMALL",)]),
        ("select 'x' as t from svv_tables where table_name in (select 'small' as t) and 1 = 1", [("x",)]),
        (
            "select table_schema as s, count(*) from svv_tables where (s = 'mart' or s = 'x') group by s order by 1",
            [("mart", 1)],
        ),
        ("select table_name as t from svv_tables where 1 and t = 'v_fact'", [("v_fact",)]),
        ("select relname from pg_catalog.pg_class c where relname like 'fact%'", [("fact",)]),
    ],
)
def test_queries_of_the_catalog_know_the_aliases_before_them_and_no_indexes(
    tables: Any, query: str, expected: list[Any]
) -> None:
    assert fetch(tables, query) == expected


def test_the_driver_finds_what_its_bulk_insert_asks_for(tables: Any) -> None:
    assert fetch(tables, "select 1 from pg_catalog.svv_all_tables where table_name = 'fact'") == [(1,)]
    sql = "select 1 from pg_catalog.svv_all_columns where table_name = 'fact' and column_name = 'org'"
    assert fetch(tables, sql) == [(1,)]


def test_locks_transactions_and_sessions_name_their_owners(
    tables: Any, connect: Callable[[], Any], redshift_database: str
) -> None:
    holder = connect().cursor()
    holder.execute("lock table fact")
    ((pid,),) = fetch(holder, "select pg_backend_pid()")
    tables.connection.rollback()
    of_fact = f"where pid = {pid} and relation = 'fact'::regclass::int"
    assert fetch(tables, f"select distinct lock_mode, granted from svv_transactions {of_fact}") == [
        ("AccessExclusiveLock", True)
    ]
    session = f"from sys_session_history where session_id = {pid} and start_time <= sysdate"
    assert fetch(tables, f"select trim(status), trim(database_name), end_time {session}") == [
        ("active", redshift_database, None)
    ]


@pytest.mark.parametrize(
    ("sql", "view"),
    [
        ("select count(*) from stv_sessions", "stv_sessions"),
        ('select * from pg_catalog."STL_Load_Errors"', "stl_load_errors"),
        ("select 1 where exists (select 1 from svl_qlog)", "svl_qlog"),
        (f"unload ('select * from svcs_alert_event_log') to 's3://lake/x' iam_role '{ROLE}'", "svcs_alert_event_log"),
    ],
)
def test_a_serverless_workgroup_shows_nothing_of_nodes(cursor: Any, sql: str, view: str) -> None:
    with pytest.raises(redshift_connector.Error) as caught:
        cursor.execute(sql)
    assert (caught.value.args[0]["C"], caught.value.args[0]["M"]) == ("42501", f"permission denied for relation {view}")


def test_a_provisioned_cluster_shows_sessions_locks_and_isolation_levels(
    tables: Any, embedded_postgres: EmbeddedPostgres, s3_endpoint_url: str, redshift_database: str
) -> None:
    tables.execute("lock table fact")
    ((pid,),) = fetch(tables, "select pg_backend_pid()")
    with (
        RedshiftFront(embedded_postgres.dsn(), s3_endpoint_url, provisioned=True) as cluster,
        closing(psycopg2.connect(cluster.dsn(redshift_database))) as connection,
    ):
        other = connection.cursor()
        assert (pid,) in fetch(other, "select lock_owner_pid from stv_locks")
        assert fetch(other, f"select count(*) from stv_sessions where process = {pid}") == [(1,)]
        level = f"select trim(isolation_level) from stv_db_isolation_level where db_name = '{redshift_database}'"
        assert fetch(other, level) == [("Snapshot Isolation",)]


def test_a_materialized_view_keeps_its_design(tables: Any) -> None:
    tables.execute("create materialized view m distkey (k) sortkey (k) as select k, v from small")
    assert fetch(tables, "select diststyle, sortkey1 from svv_table_info where \"table\" = 'm'") == [("KEY(k)", "k")]


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("create table t (a int encode fast)", "fast"),
        ("create table t (a int) diststyle round", "round"),
        ("alter table small alter column v encode fast", "fast"),
    ],
)
def test_a_design_that_redshift_has_not_is_refused(tables: Any, sql: str, word: str) -> None:
    with pytest.raises(redshift_connector.Error, match=word):
        tables.execute(sql)
