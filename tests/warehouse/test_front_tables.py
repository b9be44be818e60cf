"""Tables as Redshift has them: keys that nobody enforces, text counted in bytes, attributes of its own."""

from collections.abc import Callable
from typing import Any

import pytest
import redshift_connector


def fetch(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


def columns_of(cursor: Any, table: str) -> list[tuple[Any, ...]]:
    return fetch(
        cursor,
        "select attname::varchar, pg_catalog.format_type(atttypid, atttypmod)::varchar, attnotnull "
        f"from pg_catalog.pg_attribute where attrelid = '{table}'::regclass and attnum > 0 order by attnum",
    )


def test_every_attribute_of_redshift_is_taken_and_the_rest_is_kept(cursor: Any) -> None:
    cursor.execute(
        """
        create table if not exists fact_bid (
            bid_key bigint identity(1, 1) not null encode az64,
            bid_number varchar(64) not null encode zstd distkey,
            note text encode lzo collate case_insensitive,
            remark varchar, big varchar(max), flag char, code char(2) default 'x' || 'y' not null,
            value decimal(18, 2) default 0.00 encode az64, plain numeric, half double precision,
            at timestamp without time zone sortkey default getdate(), zoned timestamptz, doc super,
            org_key bigint references dim_org (org_key),
            constraint pk primary key (bid_key), unique (bid_number, at), foreign key (org_key) references dim_org
        ) backup no diststyle key interleaved sortkey (at, bid_number);
        """
    )
    assert columns_of(cursor, "fact_bid") == [
        ("bid_key", "bigint", True),
        ("bid_number", "character varying(64)", True),
        ("note", "character varying(256)", False),
        ("remark", "character varying(256)", False),
        ("big", "character varying(65535)", False),
        ("flag", "character(1)", False),
        ("code", "character(2)", True),
        ("value", "numeric(18,2)", False),
        ("plain", "numeric(18,0)", False),
        ("half", "double precision", False),
        ("at", "timestamp without time zone", False),
        ("zoned", "timestamp with time zone", False),
        ("doc", "jsonb", False),
        ("org_key", "bigint", False),
    ]
    cursor.execute("insert into fact_bid (bid_number) values ('b')")
    assert fetch(cursor, "select bid_key, code, at is not null from fact_bid") == [(1, "xy", True)]


def test_keys_are_not_enforced_but_indexed(cursor: Any) -> None:
    cursor.execute("create table t (a bigint primary key, b varchar(10) unique, c int) sortkey (c, a)")
    cursor.execute("insert into t values (1, 'x', 1), (1, 'x', 1)")
    assert fetch(cursor, "select count(*) from t") == [(2,)]
    found = fetch(
        cursor,
        "select indkey::varchar, indisunique from pg_catalog.pg_index where indrelid = 't'::regclass order by 1",
    )
    assert found == [("1", False), ("2", False), ("3 1", False)]
    with pytest.raises(redshift_connector.Error, match="not-null"):
        cursor.execute("insert into t values (null, 'y', 2)")


def test_an_informational_foreign_key_is_found_by_its_value_and_the_day_the_table_is_sorted_by(cursor: Any) -> None:
    cursor.execute("create table t (k int, o int, day int, foreign key (k) references x (k)) compound sortkey (o, day)")
    found = fetch(cursor, "select indkey::varchar from pg_catalog.pg_index where indrelid = 't'::regclass order by 1")
    assert found == [("1 3",), ("2 3",)]
    cursor.execute("insert into t values (7, 1, 20260401)")


@pytest.mark.parametrize(
    "sql",
    [
        "insert into t values ('हिन्दी')",
        "insert into t select 'हिन्दी' || ''",
        "insert into t select wide from source",
        "update t set v = 'हिन्दी'",
        "merge into t using source on t.v = source.wide when matched then delete "
        "when not matched then insert values (source.wide)",
    ],
)
def test_text_longer_in_bytes_than_its_column_is_refused(cursor: Any, sql: str) -> None:
    cursor.execute("create table t (v varchar(17))")
    cursor.execute("create table source (wide varchar(18))")
    cursor.execute("insert into source values ('हिन्दी')")
    cursor.execute("insert into t values ('seventeen letters')")
    with pytest.raises(redshift_connector.Error, match=r"value too long for type character varying\(17\)"):
        cursor.execute(sql)


def test_a_column_shrinks_only_as_far_as_its_values_and_not_in_a_transaction(cursor: Any) -> None:
    cursor.execute("create table source (wide varchar(18))")
    cursor.execute("insert into source values ('हिन्दी')")
    with pytest.raises(redshift_connector.Error, match="cannot run inside a transaction block"):
        cursor.execute("alter table source alter column wide type varchar(20)")
    cursor.connection.rollback()
    cursor.connection.autocommit = True
    cursor.execute("create table source (wide varchar(18))")
    cursor.execute("insert into source values ('हिन्दी')")
    with pytest.raises(redshift_connector.Error, match=r"value too long for type character varying\(17\)"):
        cursor.execute("alter table source alter column wide type varchar(17)")


def test_a_cast_cuts_text_at_a_character_that_fits(cursor: Any) -> None:
    cursor.execute("select 'हिन्दी'::varchar(7), 'हिन्दी'::varchar(2), 'abc'::varchar(2), %s::varchar(3)", ("é€",))
    assert [tuple(row) for row in cursor.fetchall()] == [("हि", "", "ab", "é")]


def test_char_takes_ascii_only(cursor: Any) -> None:
    cursor.execute("create table t (c char(6))")
    cursor.execute("insert into t values ('ab')")
    assert fetch(cursor, "select c, len(c) from t") == [("ab    ", 2)]
    with pytest.raises(redshift_connector.Error, match="invalid ASCII"):
        cursor.execute("insert into t values ('é')")


def test_temporary_copies_of_tables_have_their_columns(cursor: Any, connect: Callable[[], Any]) -> None:
    cursor.execute("create table t (k bigint not null, v varchar(3) default 'd')")
    cursor.execute("create temp table with_defaults (like t including defaults)")
    cursor.execute("create temporary table stage (like t)")
    cursor.execute("create table made (a, b) distkey (a) sortkey (a) as select k, nvl(v, '?') from t")
    cursor.execute("insert into with_defaults (k) values (1)")
    assert fetch(cursor, "select * from with_defaults") == [(1, "d")]
    assert columns_of(cursor, "stage") == columns_of(cursor, "t")
    assert [name for name, *_ in columns_of(cursor, "made")] == ["a", "b"]
    cursor.execute("commit")
    with pytest.raises(redshift_connector.Error, match='"stage" does not exist'):
        connect().cursor().execute("select * from stage")


def test_tables_are_altered_the_way_redshift_alters_them(cursor: Any) -> None:
    cursor.execute("create table t (a int, v varchar(3))")
    for action in (
        "add column d decimal default 0 encode az64",
        "add primary key (a)",
        "add constraint f foreign key (a) references x (y)",
        "alter column v encode zstd",
        "alter distkey a",
        "alter sortkey (a)",
        "drop constraint f",
        "rename column a to b",
    ):
        cursor.execute(f"alter table t {action}")
    cursor.connection.commit()
    cursor.connection.autocommit = True
    cursor.execute("alter table t alter column v type varchar(40)")
    assert columns_of(cursor, "t") == [
        ("b", "integer", False),
        ("v", "character varying(40)", False),
        ("d", "numeric(18,0)", False),
    ]


def test_quoted_names_fold_to_lower_case(cursor: Any) -> None:
    cursor.execute('create table "Fact" ("Order Value" int)')
    cursor.execute('select "ORDER VALUE" as "Big Name" from fact')
    assert cursor.description[0][0] in ("big name", b"big name")


def test_views_of_both_kinds_are_made(cursor: Any) -> None:
    cursor.execute("create table t (a int)")
    cursor.execute("create or replace view v_late as select a, getdate() as at from t with no schema binding")
    cursor.execute(
        "create materialized view m backup no diststyle even sortkey (a) auto refresh yes as select a from t"
    )
    cursor.execute("insert into t values (1)")
    cursor.execute("refresh materialized view m")
    assert fetch(cursor, "select v_late.a, m.a from v_late join m on v_late.a = m.a") == [(1, 1)]


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("create table t (a int[])", r"\["),
        ("create table t (a jsonb)", "jsonb"),
        ("create table t (a uuid)", "uuid"),
        ("create table t (a serial)", "serial"),
        ("create table t (a varchar(70000))", "65535"),
        ("create table t (a decimal(39, 2))", "38"),
        ("create table t (a int check (a > 0))", "check"),
        ("create table t (like s including all)", "including"),
        ("create table t (a int) partition by range (a)", "partition"),
        ("create unlogged table t (a int)", "UNLOGGED"),
        ("create index i on t (a)", "CREATE INDEX"),
        ("create unique index i on t (a)", "CREATE INDEX"),
        ("create sequence s", "CREATE SEQUENCE"),
        ("create extension citext", "CREATE EXTENSION"),
        ("insert into t values (1) on conflict do nothing", "ON CONFLICT"),
        ("insert into t values (1) returning a", "RETURNING"),
        ("select distinct on (a) a from t", "DISTINCT ON"),
        ("select sum(a) filter (where a > 0) from t", "FILTER"),
        ("select a from t for update", "FOR UPDATE"),
        ("select array[1, 2]", "ARRAY"),
        ("select '{}'::jsonb", "jsonb"),
        ("select now()", "GETDATE"),
        ("select * from generate_series(1, 3)", "generate_series"),
        ("select string_agg(a, ',') from t", "LISTAGG"),
        ("savepoint s", "SAVEPOINT"),
        ("alter table t append from s", "APPEND"),
    ],
)
def test_what_redshift_has_not_is_refused_by_name(cursor: Any, sql: str, word: str) -> None:
    with pytest.raises(redshift_connector.Error, match=word):
        cursor.execute(sql)
