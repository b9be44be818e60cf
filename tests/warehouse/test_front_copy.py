"""COPY of Parquet, inside the client's own transaction, as strict as Redshift."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import redshift_connector

pytestmark = pytest.mark.filterwarnings("ignore:DB-API extension cursor.connection used")

ROLE = "arn:aws:iam::123456789012:role/gem-redshift-copy"
MOMENT = datetime(2024, 3, 31, 18, 30, 0, 123456, tzinfo=UTC)
PutParquet = Callable[..., tuple[str, int]]
NAMES = ["हिन्दी", 'say "so",\n\\.\nnext', None, "", "\\N", " padded ", "'"]


@pytest.fixture
def target(cursor: Any) -> Any:
    cursor.execute(
        "create table item (k bigint not null, name varchar(20), price decimal(18,2), day date, at timestamp, "
        "ok boolean)"
    )
    cursor.connection.commit()
    return cursor


def item_table(names: list[Any], **overrides: pa.Array) -> pa.Table:
    count = len(names)
    columns: dict[str, pa.Array] = {
        "k": pa.array(range(count), pa.int64()),
        "name": pa.array(names, pa.string()),
        "price": pa.array([Decimal("-12345.60")] * count, pa.decimal128(18, 2)),
        "day": pa.array([date(2024, 3, 31)] * count),
        "at": pa.array([MOMENT] * count, pa.timestamp("us", "UTC")),
        "ok": pa.array([True] * count),
    }
    return pa.table({**columns, **overrides})


def copy(url: str, options: str = "", columns: str = "") -> str:
    return f"copy item {columns} from '{url}' iam_role '{ROLE}' format as parquet {options}"


def fetch(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


def put_manifest(s3: Any, key: str, entries: list[tuple[str, int]]) -> str:
    body = {"entries": [{"url": u, "mandatory": True, "meta": {"content_length": n}} for u, n in entries]}
    s3.put_object(Bucket="lake", Key=key, Body=json.dumps(body))
    return f"s3://lake/{key}"


def assert_fails(cursor: Any, sql: str, *words: str) -> None:
    with pytest.raises(redshift_connector.Error) as caught:
        cursor.execute(sql)
    for word in words:
        assert word in str(caught.value)
    cursor.connection.rollback()
    assert fetch(cursor, "select count(*) from item") == [(0,)]


def test_every_type_and_every_awkward_text_arrive_as_they_are(target: Any, put_parquet: PutParquet) -> None:
    url, _ = put_parquet("part.parquet", item_table(NAMES))
    target.execute(copy(url))
    row = (Decimal("-12345.60"), date(2024, 3, 31), MOMENT.replace(tzinfo=None), True)
    assert fetch(target, "select * from item order by k") == [(k, name, *row) for k, name in enumerate(NAMES)]
    assert fetch(target, "select pg_last_copy_count()") == [(len(NAMES),)]


def test_copy_and_merge_are_one_transaction_that_rolls_back_whole(
    target: Any, put_parquet: PutParquet, connect: Callable[[], Any]
) -> None:
    url, _ = put_parquet("part.parquet", item_table(["a", "b"]))
    target.execute("create table kept (k bigint, name varchar(20))")
    target.connection.commit()
    target.execute(copy(url))
    target.execute(
        "merge into kept using item on kept.k = item.k when matched then update set name = item.name "
        "when not matched then insert values (item.k, item.name)"
    )
    assert fetch(target, "select count(*) from kept") == [(2,)]
    assert fetch(connect().cursor(), "select count(*) from kept") == [(0,)]
    target.connection.rollback()
    assert fetch(target, "select (select count(*) from kept) + (select count(*) from item)") == [(0,)]


def test_a_column_list_loads_by_position_and_leaves_the_rest_to_defaults(cursor: Any, put_parquet: PutParquet) -> None:
    cursor.execute("create table item (id bigint identity(1,1), b varchar(5) default 'dflt', a int)")
    url, _ = put_parquet("part.parquet", pa.table({"whatever": pa.array([7, 8], pa.int32())}))
    cursor.execute(copy(url, columns="(a)"))
    assert fetch(cursor, "select id, b, a from item order by id") == [(1, "dflt", 7), (2, "dflt", 8)]


def test_a_copy_manifest_names_its_files_and_their_sizes(target: Any, s3: Any, put_parquet: PutParquet) -> None:
    parts = [put_parquet(f"part{number}.parquet", item_table([str(number)])) for number in range(3)]
    target.execute(copy(put_manifest(s3, "good.json", parts[:2]), "manifest"))
    assert fetch(target, "select name from item order by name") == [("0",), ("1",)]
    target.connection.rollback()
    (url, size), *_ = parts
    assert_fails(target, copy(put_manifest(s3, "size.json", [(url, size + 1)]), "manifest"), url, str(size))
    missing = "s3://lake/not-there.parquet"
    assert_fails(target, copy(put_manifest(s3, "missing.json", [parts[0], (missing, 9)]), "manifest"), missing)
    s3.put_object(Bucket="lake", Key="no-meta.json", Body=json.dumps({"entries": [{"url": url}]}))
    assert_fails(target, copy("s3://lake/no-meta.json", "manifest"), "meta.content_length")


def test_a_prefix_that_holds_nothing_is_named(target: Any) -> None:
    assert_fails(target, copy("s3://lake/nothing/here/"), "nothing/here/")


def test_a_part_that_breaks_half_way_loads_nothing(target: Any, s3: Any, put_parquet: PutParquet) -> None:
    put_parquet("load/a.parquet", item_table(["x"] * 40_000), row_group_size=10_000)
    url, _ = put_parquet("load/b.parquet", item_table(["y"] * 40_000), row_group_size=10_000)
    key = url.removeprefix("s3://lake/")
    body = bytearray(s3.get_object(Bucket="lake", Key=key)["Body"].read())
    page = pq.ParquetFile(io.BytesIO(body)).metadata.row_group(3).column(0).dictionary_page_offset
    body[page : page + 64] = bytes(64)
    s3.put_object(Bucket="lake", Key=key, Body=bytes(body))
    assert_fails(target, copy(url.removesuffix("b.parquet")), url, "after row")


@pytest.mark.parametrize(
    ("column", "array", "words"),
    [
        ("k", pa.array([1], pa.int32()), ["'k'", "BIGINT", "int32"]),
        ("price", pa.array([Decimal(1)], pa.decimal128(18, 3)), ["'price'", "DECIMAL(18, 2)", "decimal128(18, 3)"]),
        ("price", pa.array([1.0]), ["'price'", "double"]),
        ("at", pa.array([0], pa.timestamp("ns")), ["'at'", "TIMESTAMP"]),
        ("day", pa.array(["2024-01-01"]), ["'day'", "DATE"]),
        ("ok", pa.array([1], pa.int32()), ["'ok'", "BOOLEAN"]),
        ("name", pa.array(["हिन्दी भाषा"]), ["varying(20)", "column name", "row 1", "31 bytes"]),
        ("k", pa.array([None], pa.int64()), ["not-null", "column k", "row 1"]),
        ("extra", pa.array([1]), ["Table columns: 6", "Data columns: 7"]),
    ],
)
def test_what_redshift_would_not_load_is_refused_by_file_and_column(
    target: Any, put_parquet: PutParquet, column: str, array: pa.Array, words: list[str]
) -> None:
    url, _ = put_parquet("bad.parquet", item_table(["x"], **{column: array}), version="2.6")
    assert_fails(target, copy(url), url, *words)


def test_a_row_is_named_by_its_number_in_the_file(target: Any, put_parquet: PutParquet) -> None:
    names = ["x"] * 50_000
    names[33_332] = "y" * 21
    url, _ = put_parquet("bad.parquet", item_table(names))
    assert_fails(target, copy(url), url, "row 33333")


def test_old_and_far_timestamps_are_right_in_both_encodings_of_spark(target: Any, put_parquet: PutParquet) -> None:
    moments = [date(1, 1, 1), date(1900, 1, 1), date(9999, 12, 31)]
    micros = item_table(["m"] * 3, at=pa.array(moments).cast(pa.timestamp("us", "UTC")))
    int96 = item_table(["i"] * 3, at=pa.array(moments).cast(pa.timestamp("us")))
    target.execute(copy(put_parquet("micros.parquet", micros)[0]))
    target.execute(copy(put_parquet("int96.parquet", int96, use_deprecated_int96_timestamps=True)[0]))
    for name in ("m", "i"):
        found = fetch(target, f"select at from item where name = '{name}' order by at")
        assert [at.isoformat() for (at,) in found] == [f"{moment}T00:00:00" for moment in moments]


@pytest.mark.parametrize(
    ("tail", "word"),
    [
        ("access_key_id 'AKIA' secret_access_key 's' format parquet", "ACCESS_KEY_ID"),
        ("credentials 'aws_access_key_id=x' format parquet", "CREDENTIALS"),
        (f"iam_role '{ROLE}' format parquet maxerror 5", "MAXERROR"),
        (f"iam_role '{ROLE}' format parquet region 'ap-south-1'", "REGION"),
        (f"iam_role '{ROLE}' format parquet sideways", "sideways"),
        (f"iam_role '{ROLE}' format avro 'auto'", "AVRO"),
        (f"iam_role '{ROLE}' csv escape", "ESCAPE argument is not supported for CSV"),
        (f"iam_role '{ROLE}' json 'auto' delimiter ','", "DELIMITER"),
        (f"iam_role '{ROLE}' json 's3://x/paths.json'", "s3://x/paths.json"),
        (f"iam_role '{ROLE}' csv maxerror many", "many"),
        (f"iam_role '{ROLE}' csv parquet", "one of CSV, JSON and PARQUET"),
        (f"iam_role '{ROLE}' csv gzip gzip", "twice"),
        (f"iam_role '{ROLE}' csv delimiter '||'", "DELIMITER"),
        ("iam_role 'me' format parquet", "IAM_ROLE"),
        ("format parquet", "IAM_ROLE"),
        ("", "IAM_ROLE"),
    ],
)
def test_options_that_cannot_be_are_refused_by_name(target: Any, tail: str, word: str) -> None:
    assert_fails(target, f"copy item from 's3://lake/x' {tail}", word)


def test_a_table_or_column_that_is_not_there_is_named(target: Any) -> None:
    assert_fails(target, copy("s3://lake/x").replace("item", "nothing"), '"nothing" does not exist')
    assert_fails(target, copy("s3://lake/x", columns="(k, colour)"), 'column "colour"')


def test_a_prepared_copy_runs_again_with_what_is_there_then(target: Any, s3: Any, put_parquet: PutParquet) -> None:
    url, _ = put_parquet("again.parquet", item_table(["first"]))
    target.execute(copy(url))
    put_parquet("again.parquet", item_table(["second", "third"]))
    target.execute(copy(url))
    assert fetch(target, "select name from item order by name") == [("first",), ("second",), ("third",)]
