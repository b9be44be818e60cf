"""Functions and expressions of Redshift, compared by their results."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import redshift_connector


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


CASES: list[tuple[str, Any]] = [
    ("nvl(null, null, 3)", 3),
    ("nvl2('a', 1, 2)", 1),
    ("nvl2(null::int, 'yes', 'no')", "no"),
    ("isnull(null, 'x')", "x"),
    ("dateadd(month, 1, '2024-01-31'::date)", at("2024-02-29")),
    ("dateadd(qtr, -1, '2024-04-01'::timestamp)", at("2024-01-01")),
    ("dateadd('day', 2, '2024-02-28')", at("2024-03-01")),
    ("datediff(day, '2024-02-28'::date, '2024-03-01'::date)", 2),
    ("datediff(month, '2024-01-31'::timestamp, '2024-02-01'::timestamp)", 1),
    ("datediff(year, '2023-12-31', '2024-01-01')", 1),
    ("datediff(hour, '2024-01-01 00:59', '2024-01-01 01:01')", 1),
    ("datediff(minute, '2024-01-01 00:59:59', '2024-01-01 00:58:00')", -1),
    ("date_trunc('month', '2024-05-06'::date)", at("2024-05-01")),
    ("extract(month from '2024-05-06'::date) / 4", 1),
    ("extract(epoch from '1970-01-02'::timestamp)", 86400),
    ("last_day('2024-02-10'::date)", date(2024, 2, 29)),
    ("add_months('2024-02-29'::date, 1)", at("2024-03-31")),
    ("trunc('2024-05-06 07:08'::timestamp)", date(2024, 5, 6)),
    ("convert_timezone('Asia/Kolkata', '2026-03-31 19:00'::timestamp)", at("2026-04-01 00:30")),
    ("convert_timezone('Asia/Kolkata', 'UTC', '2026-04-01 00:30'::timestamp)", at("2026-03-31 19:00")),
    ("getdate() <= sysdate + interval '1 hour' and getdate() > sysdate - interval '1 hour'", True),
    ("len('हिन्दी')", 6),
    ("octet_length('हिन्दी')", 18),
    ("strtol('7fffffffffffffff', 16)", 9223372036854775807),
    ("strtol('deadbeef', 16)", 3735928559),
    ("strtol('-0x10', 16)", -16),
    ("md5('gem')", hashlib.md5(b"gem").hexdigest()),
    ("sha2('gem', 256)", hashlib.sha256(b"gem").hexdigest()),
    ("decode(3, 1, 'one', 3, 'three', 'other')", "three"),
    ("decode(null::int, null, 'none', 'some')", "none"),
    ("decode(5, 1, 'one')", None),
    ("concat('a', null)", None),
    ("concat('a', 'b')", "ab"),
    ("charindex('b', 'abc')", 2),
    (r"regexp_replace('a1b22', '[0-9]+', '#')", "a#b#"),
    (r"regexp_replace('a1b22', '\\d', '')", "ab"),
    (r"'a\\b'", "a\\b"),
    (r"'it\'s'", "it's"),
    ("1.5::decimal", Decimal("2")),
    ("cast('2.4' as numeric)", Decimal("2")),
    ("cast('2.46' as decimal(4, 1))", Decimal("2.5")),
    ("convert(integer, '42')", 42),
    ("round(2.345::float8, 2)", 2.35),
    ("json_extract_path_text('{\"a\": {\"b\": 7}}', 'a', 'b')", "7"),
    ("is_valid_json('{')", False),
]


@pytest.mark.parametrize(("expression", "expected"), CASES, ids=[expression for expression, _ in CASES])
def test_an_expression_has_the_value_it_has_in_redshift(cursor: Any, expression: str, expected: Any) -> None:
    cursor.execute(f"select {expression} as decimal_like")
    assert tuple(cursor.fetchall()[0]) == (expected,)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select listagg(v, ', ') within group (order by v desc) from t", [("c, b, a, a",)]),
        ("select listagg(distinct v, ',') within group (order by v) from t", [("a,b,c",)]),
        ("select k, listagg(v) within group (order by v) from t group by k order by k", [(1, "ab"), (2, "ac")]),
        ("select median(k) from t", [(1.5,)]),
        ("select approximate count(distinct v) from t", [(3,)]),
        ("select v from t minus select 'a' order by v", [("b",), ("c",)]),
        ("select count(*) from t where v similar to '(a|b)'", [(3,)]),
        ("select nvl(max(k), 0) as decimal from t -- nvl(in, comment)", [(2,)]),
        ("select 'nvl(x)' as \"Text\", k as numeric from t where k = 2 limit 1", [("nvl(x)", 2)]),
        (
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < 3) select * from n",
            [(1,), (2,), (3,)],
        ),
    ],
)
def test_a_query_has_the_rows_it_has_in_redshift(cursor: Any, query: str, expected: list[Any]) -> None:
    cursor.execute("create temp table t (k int, v varchar(10))")
    cursor.execute("insert into t values (1, 'b'), (1, 'a'), (2, 'c'), (2, 'a')")
    cursor.execute(query)
    assert [tuple(row) for row in cursor.fetchall()] == expected


def test_super_is_parsed_stored_and_read(cursor: Any) -> None:
    cursor.execute("create temp table t (doc super)")
    cursor.execute("insert into t select json_parse('{\"a\": [1]}')")
    cursor.execute("select doc, json_serialize(doc) from t")
    assert tuple(cursor.fetchall()[0]) == ('{"a": [1]}', '{"a": [1]}')


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("select dateadd(fortnight, 1, getdate())", "fortnight"),
        ("select strtol('xyz', 16)", "not valid to be converted to base 16"),
        ("select strtol('ffffffffffffffff', 16)", "out of range"),
        ("select concat('a', 'b', 'c')", "CONCAT"),
    ],
)
def test_an_argument_that_cannot_be_is_named(cursor: Any, sql: str, word: str) -> None:
    with pytest.raises(redshift_connector.Error, match=word):
        cursor.execute(sql)
