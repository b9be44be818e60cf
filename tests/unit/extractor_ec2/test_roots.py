"""Conditions on roots: together they select exactly the changed ones, in few and bounded queries."""

import re

import psycopg2.extensions
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor_ec2 import roots
from extractor_ec2.roots import RootRange, SomeRoots, ids_array, row_conditions, whole_table
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, SOURCE_TABLES

BID, BID_ITEM = AGGREGATE_BY_NAME["bid"], SOURCE_TABLES["bid_item"]


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    monkeypatch.setattr(roots, "IDS_PER_QUERY", 5)
    monkeypatch.setattr(roots, "RUN_LENGTH", 4)


# Clusters of neighbours with gaps between them, as keys of a day's work are.
sorted_ids = st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 12)), max_size=8).map(
    lambda clusters: sorted({start + step for start, length in clusters for step in range(length)})
)


@given(sorted_ids)
def test_conditions_select_every_changed_root_once_and_no_other(ids):
    found = [selected(condition) for condition in conditions(SomeRoots(pa.array(ids, pa.int64())))]
    assert [root for piece in found for root in piece] == ids


@given(sorted_ids)
def test_arrays_are_bounded_and_long_runs_are_ranges(ids):
    for condition in conditions(SomeRoots(pa.array(ids, pa.int64()))):
        piece = selected(condition)
        if "between" in condition:
            assert len(piece) >= roots.RUN_LENGTH
        else:
            assert len(piece) <= roots.IDS_PER_QUERY


def test_a_run_without_end_is_one_query():
    assert conditions(SomeRoots(pa.array(range(1000), pa.int64()))) == ['"bid_id" between 0 and 999']


def test_ids_between_runs_share_an_array():
    ids = ids_array(1, 10, 11, 12, 13, 20, 30)
    assert conditions(SomeRoots(ids)) == [
        "\"bid_id\" = any('{1}'::bigint[])",
        '"bid_id" between 10 and 13',
        "\"bid_id\" = any('{20,30}'::bigint[])",
    ]


def test_the_ends_of_bigint_are_ids_like_any_other():
    low, high = -(2**63), 2**63 - 1
    assert [selected(c) for c in conditions(SomeRoots(ids_array(low, high)))] == [[low, high]]


def test_a_range_of_roots_is_one_condition_on_the_key():
    ids = ids_array(1, 2, 9)
    assert conditions(RootRange(ids)) == ["true"]
    assert conditions(RootRange(ids, after=0)) == ['"bid_id" > 0']
    assert conditions(RootRange(ids, upto=9)) == ['"bid_id" <= 9']
    assert conditions(RootRange(ids, after=0, upto=9)) == ['"bid_id" > 0 and "bid_id" <= 9']


def test_a_table_that_travels_whole_is_read_without_condition():
    state_ref = AGGREGATE_BY_NAME["state_ref"]
    assert [c.as_string(None) for c in row_conditions(state_ref, state_ref.root, whole_table())] == ["true"]


def test_no_changed_root_is_no_query_and_false():
    assert conditions(SomeRoots(ids_array())) == []
    assert not SomeRoots(ids_array())
    assert not RootRange(ids_array())
    assert RootRange(ids_array(7))


def conditions(changed):
    return [as_text(condition) for condition in row_conditions(BID, BID_ITEM, changed)]


def as_text(composable):
    """The SQL, without a connection: identifiers and numbers only need no escaping."""
    kind = type(composable).__name__
    if kind == "Composed":
        return "".join(as_text(part) for part in composable)
    if kind == "SQL":
        return composable.string
    if kind == "Identifier":
        return ".".join(f'"{name}"' for name in composable.strings)
    return psycopg2.extensions.adapt(composable.wrapped).getquoted().decode().strip()


def selected(condition):
    span = re.fullmatch(r'"bid_id" between (-?\d+) and (-?\d+)', condition)
    if span:
        return list(range(int(span[1]), int(span[2]) + 1))
    array = re.fullmatch(r"\"bid_id\" = any\('\{([-\d,]+)\}'::bigint\[\]\)", condition)
    return [int(number) for number in array[1].split(",")]
