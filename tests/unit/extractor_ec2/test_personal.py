"""Hashed columns leave as HMAC-SHA256; what cannot be hashed is refused by name."""

import hashlib
import hmac

import pyarrow as pa
import pytest

from extractor_ec2.personal import hashed_columns, with_hashes
from gem.contracts.errors import TerminalError
from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.source_spec import Column, Personal, SourceTable
from gem.contracts.types import BIGINT, Type, varchar

KEY = b"key"


def buyer(type: Type) -> SourceTable:
    columns = (Column(name="id", type=BIGINT), Column(name="mobile", type=type, personal=Personal.HASH))
    return SourceTable(name="buyer", comment="", primary_key=("id",), root_column="id", columns=columns)


def test_a_hashed_column_is_hmac_sha256_of_its_utf8_and_null_stays_null():
    schema = pa.schema([("id", pa.int64()), ("mobile", pa.string())])
    batch = pa.record_batch([pa.array([1, 2, 3]), pa.array(["98450 12345", None, "क"])], schema=schema)
    hashed = with_hashes(batch, hashed_columns(buyer(varchar(64))), KEY)
    assert hashed.schema == schema
    assert hashed.column("id").to_pylist() == [1, 2, 3]
    assert hashed.column("mobile").to_pylist() == [
        hmac.new(KEY, b"98450 12345", hashlib.sha256).hexdigest(),
        None,
        hmac.new(KEY, "क".encode(), hashlib.sha256).hexdigest(),
    ]


@pytest.mark.parametrize("type", [BIGINT, varchar(10)])
def test_a_column_that_cannot_hold_a_hash_is_refused_by_name(type):
    with pytest.raises(TerminalError, match=r"buyer\.mobile is declared personal=hash"):
        hashed_columns(buyer(type))


def test_every_declared_hash_is_possible():
    for table in SOURCE_TABLES.values():
        hashed_columns(table)
