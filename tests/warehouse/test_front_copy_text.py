"""COPY of CSV, delimited text and JSON: what it loads, and what stl_load_errors says of the rest."""

import bz2
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import redshift_connector

from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront

pytestmark = pytest.mark.filterwarnings("ignore:DB-API extension cursor.connection used")

ROLE = "arn:aws:iam::123456789012:role/gem-redshift-copy"
Put = Callable[[str, str | bytes], str]
ERRORS = (
    "select trim(filename), line_number, trim(colname), trim(type), trim(col_length), err_code, trim(err_reason), "
    "trim(raw_field_value) from stl_load_errors order by line_number"
)


@pytest.fixture(scope="module")
def redshift_front(embedded_postgres: EmbeddedPostgres, s3_endpoint_url: str) -> Iterator[RedshiftFront]:
    """A cluster's, which shows more of an error than a Serverless workgroup does."""
    with RedshiftFront(embedded_postgres.dsn(), s3_endpoint_url, provisioned=True) as front:
        yield front


@pytest.fixture
def target(cursor: Any) -> Any:
    cursor.execute(
        "create table item "
        "(k bigint not null, name varchar(20), price decimal(8,2), day date, at timestamp, ok boolean)"
    )
    cursor.connection.commit()
    return cursor


@pytest.fixture
def put(s3: Any, redshift_database: str) -> Put:
    def put_object(name: str, body: str | bytes) -> str:
        key = f"{redshift_database}/{name}"
        s3.put_object(Bucket="lake", Key=key, Body=body)
        return f"s3://lake/{key}"

    return put_object


def copy(url: str, options: str, columns: str = "") -> str:
    return f"copy item {columns} from '{url}' iam_role '{ROLE}' {options}"


def fetch(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


def failure(cursor: Any, sql: str) -> str:
    with pytest.raises(redshift_connector.Error) as caught:
        cursor.execute(sql)
    cursor.connection.rollback()
    return str(caught.value)


def names(cursor: Any) -> list[Any]:
    return [name for (name,) in fetch(cursor, "select name from item order by k")]


LINE = "1,हिन्दी,20.259,2024-03-31,2024-03-31 18:30:00.123456,t\n"
ROW = (1, "हिन्दी", Decimal("20.25"), date(2024, 3, 31), datetime.fromisoformat("2024-03-31 18:30:00.123456"), True)


def test_a_line_of_csv_becomes_a_row_and_digits_beyond_the_scale_are_cut(target: Any, put: Put) -> None:
    target.execute(copy(put("a.csv", LINE), "csv"))
    assert fetch(target, "select * from item") == [ROW]


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ("csv ignoreheader 1", "k,name,price,day,at,ok\n" + LINE),
        ("csv ignoreheader as 2", 'k,"name\n",price,day,at,ok\n' + LINE),
        ("csv ignoreblanklines", "\n" + LINE + "\n"),
        ("csv", "\ufeff" + LINE),
        ("csv", LINE.replace("\n", "\r\n")),
        ("csv", LINE.removesuffix("\n")),
        ("delimiter ','", LINE),
        ("delimiter as '|' csv", LINE.replace(",", "|")),
        ("", LINE.replace(",", "|")),
        ("csv quote as '%'", LINE.replace("हिन्दी", "%हिन्दी%")),
        ("csv dateformat 'DD-MM-YYYY' timeformat 'MM/DD/YYYY HH24:MI:SS'",
         "1,हिन्दी,20.259,31-03-2024,03/31/2024 18:30:00.123456,t\n"),
        ("csv dateformat 'auto' timeformat 'auto'", "1,हिन्दी,20.259,20240331,2024-03-31T18:30:00.123456,yes\n"),
        ("csv timeformat 'epochsecs'", "1,हिन्दी,20.259,2024-03-31,1711909800.123456,1\n"),
    ],
)  # fmt: skip
def test_options_say_how_a_file_is_read(target: Any, put: Put, options: str, body: str) -> None:
    target.execute(copy(put("a.txt", body), options))
    assert fetch(target, "select * from item") == [ROW]


@pytest.mark.parametrize(
    ("options", "body", "expected"),
    [
        ("csv", '1,""\n2,\n3,\\N\n4," x "\n5,  \n', ["", "", None, " x ", "  "]),
        ("csv emptyasnull", '1,""\n2,x\n', [None, "x"]),
        ("csv blanksasnull", "1,  \n2,x\n3,\n", [None, "x", ""]),
        ("csv null as 'none'", "1,none\n2,\\N\n", [None, "\\N"]),
        ("csv null as '\\\\N'", "1,\\N\n", [None]),
        ("csv trimblanks", "1,x  \n", ["x"]),
        ("csv truncatecolumns", f"1,{'हिन्दी' * 3}\n", ["हिन्दी"]),
        ("csv fillrecord", "1\n2,x\n", ["", "x"]),
        ("csv", '1,"say ""so"",\nnext"\n', ['say "so",\nnext']),
        ("escape", "1|a\\|b\\\\c\\\nd\n2|\\N\n", ["a|b\\c\nd", None]),
        ("csv acceptinvchars", b"1,a\xff\xfeb\n", ["a??b"]),
        ("csv acceptinvchars as '^'", b"1,a\xffb\n", ["a^b"]),
    ],
)
def test_text_and_null_are_what_the_options_make_of_them(
    target: Any, put: Put, options: str, body: str | bytes, expected: list[Any]
) -> None:
    target.execute(copy(put("a.txt", body), options, "(k, name)"))
    assert names(target) == expected


def test_an_empty_field_of_another_type_is_null(target: Any, put: Put) -> None:
    target.execute(copy(put("a.csv", "1,,,,,\n"), "csv"))
    assert fetch(target, "select * from item") == [(1, "", None, None, None, None)]


def test_roundec_rounds_what_is_cut_otherwise(target: Any, put: Put) -> None:
    target.execute(copy(put("a.csv", "1,20.259\n2,-20.259\n"), "csv roundec", "(k, price)"))
    assert fetch(target, "select price from item order by k") == [(Decimal("20.26"),), (Decimal("-20.26"),)]


@pytest.mark.parametrize(("option", "packed"), [("gzip", gzip.compress), ("bzip2", bz2.compress)])
def test_compressed_files_are_read_by_prefix(
    target: Any, put: Put, option: str, packed: Callable[[bytes], bytes]
) -> None:
    put("load/a.csv", packed(b"1,a\n"))
    put("load/b.csv", packed(b"2,b\n"))
    put("load/_SUCCESS", "")
    target.execute(copy(put("load/", b"").removesuffix("/") + "/", f"csv {option}", "(k, name)"))
    assert names(target) == ["a", "b"]


def test_json_objects_are_matched_by_name_and_keep_their_digits(cursor: Any, put: Put) -> None:
    cursor.execute("create table item (k bigint, name varchar(40), price decimal(38,10), ok boolean, doc super)")
    body = (
        '{"name": "हिन्दी \\"x\\"\\n", "k": 9223372036854775807, "price": 1234567890123456789012345678.0123456789, '
        '"ok": true, "doc": {"a": [1, "é"]}, "more": 1}\n\n'
        '{"k": 2,\n "name": ""}\n{"k": 3, "name": null, "ok": false, "doc": "text"}'
    )
    cursor.execute(copy(put("a.json", body), "format as json 'auto'"))
    assert fetch(cursor, "select k, name, price, ok from item order by k desc") == [
        (9223372036854775807, 'हिन्दी "x"\n', Decimal("1234567890123456789012345678.0123456789"), True),
        (3, None, None, False),
        (2, "", None, None),
    ]
    assert fetch(cursor, "select json_serialize(doc) from item where k > 3") == [('{"a": [1, "é"]}',)]


def test_json_ignorecase_folds_the_names(target: Any, put: Put) -> None:
    target.execute(copy(put("a.json", '{"K": 1, "Name": "x"}\n'), "json 'auto ignorecase'"))
    assert names(target) == ["x"]


@pytest.mark.parametrize(
    ("options", "line", "column", "kind", "length", "code", "reason", "field"),
    [
        ("csv", "x1,a,1,,,\n", "k", "int8", "", 1207, "Invalid digit, Value 'x', Pos 0, Type: Long", "x1"),
        ("csv", "9223372036854775808,a,1,,,\n", "k", "int8", "", 1222, "Overflow", "9223372036854775808"),
        ("csv", ",a,1,,,\n", "k", "int8", "", 1213, "Missing data for not-null field", ""),
        ("csv", f"1,{'z' * 21},1,,,\n", "name", "varchar", "20", 1204, "String length exceeds DDL length", "z" * 21),
        ("csv", "1,a,money,,,\n", "price", "numeric", "8, 2", 1209, "Invalid digit, Value 'm'", "money"),
        ("csv", "1,a,1000000,,,\n", "price", "numeric", "8, 2", 1204, "overflow", "1000000"),
        ("csv", "1,a,1,31/03/2024,,\n", "day", "date", "", 1205, "Invalid Date Format", "31/03/2024"),
        ("csv", "1,a,1,2024-02-30,,\n", "day", "date", "", 1205, "Invalid Date Format", "2024-02-30"),
        ("csv", "1,a,1,,noon,\n", "at", "timestamp", "", 1206, "Invalid timestamp format", "noon"),
        ("csv", "1,a,1,,,maybe\n", "ok", "bool", "", 1210, "Unknown boolean format", "maybe"),
        ("csv", "1,a,1,,\n", "at", "timestamp", "", 1214, "Delimiter not found", ""),
        ("csv", "1,a,1,,,t,more\n", "", "", "", 1202, "Extra column(s) found", ""),
        ("csv", '1,"a,1,,,\n', "", "", "", 1216, "Invalid quote", ""),
        ("csv", b"1,a\xffb,1,,,\n", "name", "varchar", "20", 1220, "Bad UTF8 hex sequence: ff", None),
        ("json 'auto'", '{"k": 1, oops}\n', "", "", "", 1216, "Invalid JSON", ""),
        ("json 'auto'", '{"k": "x"}\n', "k", "int8", "", 1207, "Invalid digit", "x"),
    ],
)
def test_what_does_not_fit_is_found_in_stl_load_errors_after_the_failure(
    target: Any, put: Put, options: str, line: str | bytes, column: str, kind: str, length: str, code: int, reason: str,
    field: str | None,
) -> None:  # fmt: skip
    first = b'{"k": 7}\n' if options.startswith("json") else b'7,"two\nlines",1,,,\n'
    body = first + (line if isinstance(line, bytes) else line.encode())
    url = put("bad.txt", body)
    target.execute("insert into item (k) values (99)")
    last_line = body.count(b"\n")
    words = failure(target, copy(url, options))
    assert "stl_load_errors" in words
    assert f"file {url}, line {last_line}" in words
    ((file, number, name, type_, col_length, err_code, err_reason, raw),) = fetch(target, ERRORS)
    assert (file, number, name, type_, col_length, err_code) == (url, last_line, column, kind, length, code)
    assert reason in err_reason
    assert field is None or raw == field
    assert fetch(target, "select count(*) from item") == [(0,)]
    assert fetch(target, "select error_code, column_name from sys_load_error_detail") == [(code, column)]


def test_maxerror_bears_fewer_errors_than_it_says(target: Any, put: Put) -> None:
    url = put("a.csv", "1,a\nx,b\n3,c\ny,d\n")
    assert "failed" in failure(target, copy(url, "csv maxerror 2", "(k, name)"))
    target.execute(copy(url, "csv maxerror 3", "(k, name)"))
    assert names(target) == ["a", "c"]
    target.connection.commit()
    assert fetch(target, "select count(*), count(distinct query) from stl_load_errors") == [(4, 2)]
    assert fetch(target, "select pg_last_copy_count()") == [(2,)]


def test_a_file_that_breaks_half_way_loads_nothing(target: Any, put: Put) -> None:
    whole = gzip.compress(b"".join(b"%d,name\n" % number for number in range(200_000)))
    put("load/a.csv", gzip.compress(b"1,a\n"))
    url = put("load/b.csv", whole[: len(whole) // 2])
    assert url in failure(target, copy(url.removesuffix("b.csv"), "csv gzip", "(k, name)"))
    assert fetch(target, "select count(*) from item") == [(0,)]


def test_a_manifest_of_csv_needs_no_sizes_but_checks_those_it_has(target: Any, s3: Any, put: Put) -> None:
    url = put("a.csv", "1,a\n")
    entries: list[dict[str, Any]] = [{"url": url, "mandatory": True}]
    manifest = put("manifest", json.dumps({"entries": entries}))
    target.execute(copy(manifest, "csv manifest", "(k, name)"))
    assert names(target) == ["a"]
    entries[0]["meta"] = {"content_length": 5}
    put("manifest", json.dumps({"entries": entries}))
    assert "content_length 5" in failure(target, copy(manifest, "csv manifest", "(k, name)"))


@pytest.mark.parametrize(
    ("unload", "load"),
    [
        ("csv null as '\\\\N'", "csv"),
        ("csv header null as '\\\\N' gzip", "csv ignoreheader 1 gzip"),
        ("csv delimiter '|' null as '@null@'", "csv delimiter '|' null as '@null@'"),
        ("escape null as '@null@'", "escape null as '@null@'"),
        ("parquet", "parquet"),
    ],
)
def test_what_was_unloaded_copies_back_the_same(target: Any, redshift_database: str, unload: str, load: str) -> None:
    target.execute(
        "insert into item values (1, 'हिन्दी', -12345.60, '0001-01-01', '1900-01-01 00:00:00.000001', true), "
        "(2, 'say \"so\",\\n', 0, '9999-12-31', '9999-12-31 23:59:59.999999', false), "
        "(3, null, null, null, null, null), (4, '', null, null, null, null), (5, 'a|b\\\\c''d\\r', 1, null, null, null)"
    )
    prefix = f"s3://lake/{redshift_database}/out/"
    target.execute(f"unload ('select * from item') to '{prefix}' iam_role '{ROLE}' {unload}")
    before = fetch(target, "select * from item order by k")
    target.execute("delete from item")
    target.execute(copy(prefix, load))
    assert fetch(target, "select * from item order by k") == before
