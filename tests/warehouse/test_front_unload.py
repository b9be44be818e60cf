"""UNLOAD to S3 inside the client's own transaction, and COPY of what it wrote."""

import bz2
import csv
import gzip
import io
import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
import redshift_connector

from local_aws.postgres import postgres_bin
from local_aws.redshift import RedshiftFront, unload

pytestmark = pytest.mark.filterwarnings("ignore:DB-API extension cursor.connection used")

ROLE = "arn:aws:iam::123456789012:role/gem-redshift-copy"
COLUMNS = (
    "k bigint, s smallint, i int, price decimal(18,2), wide decimal(38,10), day date, at timestamp, zoned timestamptz, "
    "ok boolean, half double precision, single real, name varchar(80), code char(3)"
)
ROWS = """
    (1, -1, 7, -12345.60, 1234567890123456789012345678.0123456789, '2024-03-31', '2024-03-31 18:30:00.123456',
     '2024-03-31 18:30:00+00', true, 0.1, 0.5, 'हिन्दी भाषा', 'ab'),
    (2, 0, 0, 0.00, 0, '0001-01-01', '1900-01-01 00:00:00', '1999-12-31 23:59:59.999999+00', false, -1e300, -2.25,
     'say "so", it\\'s\\n\\\\.\\nnext|line\\r', 'xyz'),
    (3, null, null, null, null, null, null, null, null, null, null, null, null),
    (4, 32767, 2147483647, 9999999999999999.99, -0.0000000001, '9999-12-31', '9999-12-31 23:59:59.999999',
     '2024-01-01 00:00:00+05:30', true, 1.7976931348623157e308, 1, '', ''),
    (5, 5, 5, 5, 5, '2024-02-29', '2024-02-29 12:00:00', '2024-02-29 12:00:00+00', true, 5, 5, ' padded ', 'a b')
"""


@pytest.fixture
def source(cursor: Any) -> Any:
    cursor.execute(f"create table source ({COLUMNS})")
    cursor.execute(f"insert into source values {ROWS}")
    cursor.connection.commit()
    return cursor


@pytest.fixture
def prefix(redshift_database: str) -> str:
    return f"s3://lake/{redshift_database}/unload/part_"


@pytest.fixture
def objects(s3: Any, prefix: str) -> Callable[[], dict[str, bytes]]:
    """The objects under the prefix, by what follows it in their keys."""
    start = prefix.removeprefix("s3://lake/")

    def read() -> dict[str, bytes]:
        found = s3.list_objects_v2(Bucket="lake", Prefix=start).get("Contents", [])
        keys = [item["Key"] for item in found]
        return {key.removeprefix(start): s3.get_object(Bucket="lake", Key=key)["Body"].read() for key in keys}

    return read


def statement(query: str, prefix: str, options: str = "") -> str:
    quoted = query.replace("'", "''")
    return f"unload ('{quoted}') to '{prefix}' iam_role '{ROLE}' {options}"


def fetch(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


def refusal(cursor: Any, sql: str) -> str:
    with pytest.raises(redshift_connector.Error) as caught:
        cursor.execute(sql)
    cursor.connection.rollback()
    return str(caught.value)


def make_numbers(cursor: Any, count: int) -> None:
    cursor.execute("create table number (n int)")
    cursor.execute("insert into number values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)")
    cursor.execute(
        "create table many as select a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n as k "
        f"from number a, number b, number c, number d, number e where k < {count}".replace(
            "where k", "where a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n"
        )
    )


def test_parquet_holds_the_exact_types_and_copies_back_the_same(source: Any, prefix: str, objects: Any) -> None:
    source.execute(statement("select * from source order by k", prefix, "format as parquet"))
    ((name, body),) = objects().items()
    assert name == "0000_part_00.parquet"
    schema = pq.read_schema(io.BytesIO(body))
    assert [str(field.type) for field in schema] == [
        "int64",
        "int16",
        "int32",
        "decimal128(18, 2)",
        "decimal128(38, 10)",
        "date32[day]",
        "timestamp[us]",
        "timestamp[us, tz=UTC]",
        "bool",
        "double",
        "float",
        "string",
        "string",
    ]
    source.execute("create table back (like source)")
    source.execute(f"copy back from '{prefix}' iam_role '{ROLE}' format parquet")
    assert fetch(source, "select * from back order by k") == fetch(source, "select * from source order by k")
    assert fetch(source, "select count(*) from back where name is null and code is null") == [(1,)]
    assert fetch(source, "select count(*) from back where name = ''") == [(1,)]


EVERY_TYPE = (
    "k bigint, s smallint, i integer, price decimal(18,2), wide decimal(38,10), half double precision, single real, "
    "ok boolean, day date, hour time, zoned_hour timetz, at timestamp, zoned timestamptz, code char(6), "
    "name varchar(120), doc super"
)
NASTY = (
    "हिन्दी, \"उद्धरण\" और 'एक'",
    "line\nbreak\r\nand\rmore",
    'comma, "quote" ""twice"" and | pipe',
    "back\\slash \\N \\. \\n",
    "\t tab \t",
    " leading and trailing ",
    "",
    "NULL",
    "null",
    '""',
    "@",
    "e\u0301 é 🙂 \u200d",
    "\x7f\x01",
)


@pytest.fixture
def every_type(cursor: Any) -> Any:
    """Rows of every type: all columns NULL, the ends of each range, and texts that break formats."""
    cursor.execute(f"create table source ({EVERY_TYPE})")
    ends = """
        (-1, -32768, -2147483648, -9999999999999999.99, -9999999999999999999999999999.9999999999,
         -1.7976931348623157e308, -3.4028235e38, false, '0001-01-01', '00:00:00', '00:00:00+00', '0001-01-01 00:00:00',
         '0001-01-01 00:00:00+00', 'a"b,c', 'first', json_parse('{"a": [1, null, "हि"], "b": {}}')),
        (-2, 32767, 2147483647, 9999999999999999.99, 0.0000000001, 2.2250738585072014e-308, 1.17549435e-38, true,
         '9999-12-31', '23:59:59.999999', '23:59:59.999999+00', '9999-12-31 23:59:59.999999',
         '2024-02-29 23:59:59.999999+05:30', '', 'last', json_parse('[]')),
        (-3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
    """
    cursor.execute(f"insert into source values {ends}")
    for number, text in enumerate(NASTY):
        cursor.execute("insert into source (k, name, i) values (%s, %s, %s)", (number, text, number))
    cursor.connection.commit()
    return cursor


@pytest.mark.parametrize(
    ("unloaded", "copied"),
    [
        ("format as parquet", "format as parquet"),
        ("format as csv null as '@NULL@'", "format as csv null as '@NULL@'"),
        ("csv header gzip delimiter '|' null as '@NULL@'", "csv ignoreheader 1 gzip delimiter '|' null as '@NULL@'"),
        ("delimiter '|' escape null as '@NULL@'", "delimiter '|' escape null as '@NULL@'"),
        ("delimiter '|' escape null as '@NULL@' bzip2", "delimiter '|' escape null as '@NULL@' bzip2"),
    ],
    ids=["parquet", "csv", "csv with header, pipes and gzip", "escaped text", "escaped text and bzip2"],
)
def test_what_is_unloaded_copies_back_the_same_in_every_type(
    every_type: Any, prefix: str, objects: Any, unloaded: str, copied: str
) -> None:
    if "parquet" in unloaded:
        for column in ("zoned_hour", "doc"):  # no type of Parquet's; and a text in Parquet is a string in a SUPER
            every_type.execute(f"alter table source drop column {column}")
    every_type.execute(statement("select * from source", prefix, unloaded))
    every_type.execute("create table back (like source)")
    every_type.execute(f"copy back from '{prefix}' iam_role '{ROLE}' {copied}")
    before, after = (fetch(every_type, f"select * from {name} order by k") for name in ("source", "back"))
    assert len(after) == 3 + len(NASTY)
    assert after == before
    kept = dict(fetch(every_type, "select k, name from back where k >= 0"))
    assert kept == dict(enumerate(NASTY))


def test_csv_quotes_what_needs_it_and_tells_null_from_empty(source: Any, prefix: str, objects: Any) -> None:
    query = "select k, name, ok, price from source where k < 5 order by k"
    source.execute(statement(query, prefix, "csv header null as '\\\\N' parallel off"))
    ((name, body),) = objects().items()
    assert name == "000"
    assert body.decode() == (
        "k,name,ok,price\n1,हिन्दी भाषा,t,-12345.60\n"
        '2,"say ""so"", it\'s\n\\.\nnext|line\r",f,0.00\n3,\\N,\\N,\\N\n4,,t,9999999999999999.99\n'
    )


@pytest.mark.parametrize(
    ("options", "ending", "opened"),
    [("gzip", ".gz", gzip.decompress), ("bzip2", ".bz2", bz2.decompress), ("", "", bytes)],
)
def test_files_are_compressed_and_named_so(
    source: Any, prefix: str, objects: Any, options: str, ending: str, opened: Callable[[bytes], bytes]
) -> None:
    source.execute(statement("select k, i from source order by k", prefix, f"csv {options}"))
    ((name, body),) = objects().items()
    assert name == f"0000_part_00{ending}"
    assert list(csv.reader(opened(body).decode().splitlines()))[3] == ["4", "2147483647"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", "t||1.50\n"),
        ("delimiter '\\t' null as 'none'", "t\tnone\t1.50\n"),
        ("delimiter as ';' null '\\N' header", "one;two;three\nt;\\N;1.50\n"),
        ("addquotes header", '"one"|"two"|"three"\n"t"||"1.50"\n'),
    ],
)
def test_delimited_text_follows_its_options(
    cursor: Any, prefix: str, objects: Any, options: str, expected: str
) -> None:
    query = "select true as one, null::date as two, 1.5::decimal(4,2) as three"
    cursor.execute(statement(query, prefix, options))
    ((_, body),) = objects().items()
    assert body.decode() == expected


def test_escape_marks_delimiters_line_ends_and_backslashes(source: Any, prefix: str, objects: Any) -> None:
    source.execute(statement("select k, name from source where k in (2, 3) order by k", prefix, "escape parallel off"))
    ((_, body),) = objects().items()
    assert body.decode() == '2|say "so", it\'s\\\n\\\\.\\\nnext\\|line\\\r\n3|\n'


def test_partitions_are_folders_and_their_columns_leave_the_files(source: Any, prefix: str, objects: Any) -> None:
    query = "select k, ok, i from source where k in (1, 2, 3)"
    source.execute(statement(query, prefix, "parquet partition by (ok)"))
    found = objects()
    names = {f"/ok={value}/0000_part_00.parquet" for value in ("t", "f", "__HIVE_DEFAULT_PARTITION__")}
    assert set(found) == names
    assert pq.read_table(io.BytesIO(found["/ok=f/0000_part_00.parquet"])).to_pydict() == {"k": [2], "i": [0]}


def test_partitions_include_their_columns_when_asked(source: Any, prefix: str, objects: Any) -> None:
    query = "select k, ok, name from source where k in (1, 2)"
    source.execute(statement(query, prefix, "csv partition by (ok, k) include"))
    assert objects()["/ok=t/k=1/0000_part_00"].decode() == "1,t,हिन्दी भाषा\n"


def test_the_manifest_names_every_file_and_copy_reads_it(source: Any, prefix: str, objects: Any) -> None:
    make_numbers(source, 25_000)
    source.execute(statement("select * from many", prefix, "parquet manifest verbose"))
    found = objects()
    manifest = json.loads(found["manifest"])
    assert [entry["url"].removeprefix(prefix) for entry in manifest["entries"]] == [
        "0000_part_00.parquet",
        "0001_part_00.parquet",
    ]
    assert [entry["meta"]["content_length"] for entry in manifest["entries"]] == [
        len(found["0000_part_00.parquet"]),
        len(found["0001_part_00.parquet"]),
    ]
    assert sum(entry["meta"]["record_count"] for entry in manifest["entries"]) == 25_000
    assert manifest["meta"]["record_count"] == 25_000
    assert manifest["schema"] == {"elements": [{"name": "k", "type": {"base": "integer"}}]}
    assert manifest["author"]["name"] == "Amazon Redshift"
    source.execute("create table back (k int)")
    source.execute(f"copy back from '{prefix}manifest' iam_role '{ROLE}' format parquet manifest")
    assert fetch(source, "select count(*), sum(k), count(distinct k) from back") == [
        (25_000, 25_000 * 24_999 // 2, 25_000)
    ]
    assert fetch(source, "select pg_last_unload_count()") == [(25_000,)]


def test_a_prefix_that_is_not_empty_is_refused_unless_allowed(source: Any, s3: Any, prefix: str, objects: Any) -> None:
    s3.put_object(Bucket="lake", Key=prefix.removeprefix("s3://lake/") + "old", Body=b"x")
    query = statement("select k from source", prefix, "csv")
    assert "unload destination on S3 is not empty" in refusal(source, query)
    assert set(objects()) == {"old"}
    source.execute(query + " allowoverwrite")
    assert set(objects()) == {"old", "0000_part_00"}
    source.execute(query + " cleanpath")
    assert set(objects()) == {"0000_part_00"}


def test_cleanpath_empties_only_the_partitions_that_get_new_files(
    source: Any, s3: Any, prefix: str, objects: Any
) -> None:
    start = prefix.removeprefix("s3://lake/")
    for name in ("/ok=t/old", "/ok=f/old"):
        s3.put_object(Bucket="lake", Key=start + name, Body=b"x")
    source.execute(statement("select k, ok from source where ok", prefix, "csv partition by (ok) cleanpath"))
    assert set(objects()) == {"/ok=f/old", "/ok=t/0000_part_00"}


def test_unload_reads_what_its_own_transaction_has_written(source: Any, prefix: str, objects: Any) -> None:
    source.execute("insert into source (k) values (77)")
    source.execute(statement("select k from source where k = 77", prefix, "csv"))
    assert objects()["0000_part_00"] == b"77\n"
    source.connection.rollback()
    assert fetch(source, "select count(*) from source where k = 77") == [(0,)]


def test_files_end_at_their_largest_size(
    source: Any, prefix: str, objects: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_numbers(source, 100_000)
    query = "select k, repeat(md5(k::varchar), 4) as filler from many"
    source.execute(statement(query, prefix, "csv parallel off maxfilesize 5 mb"))
    sizes = {name: len(body) for name, body in objects().items()}
    assert sorted(sizes) == ["000", "001", "002"]
    assert sizes["000"] <= 5 * 1024 * 1024 + 200


def test_a_null_alone_in_its_row_is_a_row(cursor: Any, prefix: str, objects: Any) -> None:
    cursor.execute("create table one (v varchar(5))")
    cursor.execute("insert into one values (null), (''), ('x')")
    cursor.execute(statement("select v from one", prefix, "parquet"))
    ((_, body),) = objects().items()
    assert sorted(pq.read_table(io.BytesIO(body))["v"].to_pylist(), key=str) == ["", None, "x"]


def test_nothing_to_unload_leaves_an_empty_manifest(source: Any, prefix: str, objects: Any) -> None:
    source.execute(statement("select k from source where k < 0", prefix, "parquet manifest"))
    assert {name: json.loads(body) for name, body in objects().items()} == {"manifest": {"entries": []}}


def test_a_query_in_dollar_quotes_keeps_its_own_quotes(source: Any, prefix: str, objects: Any) -> None:
    source.execute(f"unload ($$select 'it''s', nvl(null, 5)$$) to '{prefix}' iam_role default csv")
    assert objects()["0000_part_00"] == b"it's,5\n"


def test_an_unload_that_fails_half_way_fails_the_transaction(source: Any, prefix: str) -> None:
    make_numbers(source, 25_000)
    source.connection.commit()
    source.execute("insert into source (k) values (78)")
    words = refusal(source, statement("select 1 / (20000 - k) from many order by k", prefix, "csv"))
    assert "division by zero" in words
    assert fetch(source, "select count(*) from source where k = 78") == [(0,)]


def test_what_s3_refuses_fails_the_statement_and_not_the_session(source: Any) -> None:
    words = refusal(source, statement("select k from source", "s3://no-such-bucket/x", "csv"))
    assert "s3://no-such-bucket" in words
    assert fetch(source, "select count(*) from source") == [(5,)]


@pytest.mark.parametrize(
    ("query", "options", "word"),
    [
        ("select * from source limit 3", "csv", "Limit clause"),
        ("delete from source", "csv", "SELECT"),
        ("select * from source", "parquet gzip", "GZIP argument is not supported for PARQUET"),
        ("select * from source", "parquet header", "HEADER"),
        ("select * from source", "csv escape", "ESCAPE"),
        ("select * from source", "csv cleanpath allowoverwrite", "CLEANPATH"),
        ("select * from source", "csv verbose", "verbose"),
        ("select * from source", "csv maxfilesize 1 mb", "MAXFILESIZE"),
        ("select * from source", "csv partition by (colour)", "colour"),
        ("select k from source", "csv partition by (k)", "at least one column"),
        ("select k, half from source", "csv partition by (half)", "half"),
        ("select sum(price) as total from source", "parquet", "total"),
        ("select 1, 2", "parquet", "names of their own"),
        ("select * from source", "csv kms_key_id 'x'", "ENCRYPTED"),
        ("select * from source", "format json", "JSON"),
        ("select * from source", "csv access_key_id 'x'", "ACCESS_KEY_ID"),
        ("select colour from source", "csv", "colour"),
        ("select array[k] from source", "csv", "ARRAY"),
    ],
)
def test_what_redshift_would_not_unload_is_refused_by_name(
    source: Any, prefix: str, query: str, options: str, word: str
) -> None:
    assert word.lower() in refusal(source, statement(query, prefix, options)).lower()


def test_rows_and_files_survive_many_open_partitions(
    source: Any, prefix: str, objects: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unload, "OPEN_FILES", 3)
    make_numbers(source, 100)
    source.execute(statement("select k, mod(k, 7) as part from many", prefix, "csv partition by (part)"))
    rows = sorted(int(line) for body in objects().values() for line in body.split())
    assert rows == list(range(100))


def test_psql_unloads_by_the_simple_protocol(
    source: Any, redshift_front: RedshiftFront, redshift_dsn: str, prefix: str, objects: Any
) -> None:
    sql = statement("select k, price from source where k = 1", prefix, "csv encrypted")
    command = [str(postgres_bin() / "psql"), redshift_dsn, "-X", "-v", "ON_ERROR_STOP=1", "-c", sql]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "UNLOAD" in result.stdout
    assert "1 record(s) unloaded successfully" in result.stderr
    assert objects()["0000_part_00"] == b"1,-12345.60\n"


def test_decimals_survive_as_decimals(source: Any, prefix: str, objects: Any) -> None:
    source.execute(statement("select sum(price)::decimal(38,2) as total from source", prefix, "parquet"))
    ((_, body),) = objects().items()
    assert pq.read_table(io.BytesIO(body))["total"].to_pylist() == [Decimal("9999999999987659.39")]
