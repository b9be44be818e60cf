"""gem sql without a warehouse: what it refuses, and how rows look."""

from decimal import Decimal

import pytest

from gem.cli_sql import Result, csv_lines, refuse_writes
from gem.contracts.errors import TerminalError


@pytest.mark.parametrize(
    "statement",
    ["select 1", "-- why\nSELECT 1", "/* a\n b */ (select 1)", "with x as (select 1) select * from x", "show all"],
)
def test_queries_pass(statement: str) -> None:
    refuse_writes(statement)


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("truncate mart.fact_bid", "truncate"),
        ("-- select\ndelete from t", "delete"),
        ("unload ('select 1') to 's3://b/p'", "unload"),
        ("commit", "commit"),
        ("", "an empty statement"),
    ],
)
def test_what_changes_something_asks_for_write(statement: str, word: str) -> None:
    with pytest.raises(TerminalError, match=f"{word} is no query: say --write"):
        refuse_writes(statement)


def test_csv_keeps_null_apart_from_an_empty_text() -> None:
    result = Result(("a", "b,c"), [(None, ""), (Decimal("1.10"), 'he said "नमस्ते"\n')])
    assert "".join(csv_lines(result)) == 'a,"b,c"\n,""\n1.10,"he said ""नमस्ते""\n"\n'
