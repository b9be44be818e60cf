"""dim_seller: segments of validity from classifications given by Indian days."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame

from emr_jobs.transforms.dim_seller import dim_seller

Row = dict[str, Any]
Segments = dict[str, list[Row]]

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
NEW_YEAR_2026 = date(2026, 1, 1)
MIDNIGHT_2026 = datetime(2025, 12, 31, 18, 30, tzinfo=UTC)
"""The same day's first instant in India."""


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


CASES: dict[str, tuple[Row, list[Row]]] = {
    "unclassified": ({"legal_name": "", "registered_state_code": "18"}, []),
    "turned medium": (
        {},
        [
            {"size": "SMALL", "is_trader": False, "valid_to": NEW_YEAR_2026},
            {"size": "MEDIUM", "is_trader": False, "valid_from": NEW_YEAR_2026},
        ],
    ),
    "gap": (
        {},
        [
            {"size": "MICRO", "valid_from": date(2024, 1, 1), "valid_to": date(2025, 1, 1)},
            {"size": "SMALL", "valid_from": NEW_YEAR_2026},
        ],
    ),
    "overlap": (
        {},
        [
            {"size": "LARGE", "valid_from": date(2020, 1, 1)},
            {"size": "MICRO", "valid_from": NEW_YEAR_2026, "valid_to": date(2026, 1, 2)},
        ],
    ),
    "tie": (
        {},
        [{"size": "MICRO", "updated_at": utc(2025, 1, 2)}, {"size": "SMALL", "updated_at": utc(2025, 1, 1)}],
    ),
    "until the last day there is": ({}, [{"size": "SMALL", "valid_to": date(9999, 12, 31)}]),
    "backwards": (
        {},
        [{"size": "MICRO"}, {"size": "SMALL", "valid_from": NEW_YEAR_2026, "valid_to": date(2025, 1, 1)}],
    ),
    "woman of a scheduled caste": (
        {},
        [
            {
                "size": "MICRO",
                "is_trader": True,
                "is_women_owned": True,
                "social_category": "SC",
                "is_dpiit_startup": True,
            }
        ],
    ),
    "unknown trade": ({}, [{"size": "MICRO", "social_category": "GEN"}]),
    "observed": (
        {"updated_at": utc(2025, 1, 1)},
        [
            {"size": "SMALL", "valid_to": NEW_YEAR_2026, "updated_at": utc(2025, 3, 1, 12)},
            {"size": "MEDIUM", "valid_from": NEW_YEAR_2026, "updated_at": utc(2025, 2, 1)},
        ],
    ),
    "before 1900": ({}, [{"size": "MICRO", "valid_from": date(1899, 5, 1)}]),
    "on 1900-01-01": ({}, [{"size": "MICRO", "valid_from": date(1900, 1, 1)}]),
    "on 1900-01-02": ({}, [{"size": "MICRO", "valid_from": date(1900, 1, 2)}]),
}


GSTINS: dict[str, list[Row]] = {
    "gap": [{"gstin": "27B", "is_primary": True}, {"gstin": "07C", "is_primary": False}, {"gstin": "18A"}],
    "tie": [{"gstin": "29B", "is_primary": True}, {"gstin": "24A", "is_primary": True}],
    "overlap": [{"gstin": "29C"}],
    "before 1900": [{"gstin": "29D", "updated_at": utc(2026, 7, 1)}],
}


@pytest.fixture(scope="module")
def segments(frame: Callable[..., DataFrame], rows_of: Callable[[DataFrame], list[Row]]) -> Segments:
    """The segments of every case, by its name, in order of time."""
    sellers = [{"seller_id": n, **seller} for n, (seller, _) in enumerate(CASES.values())]
    classes = [
        {"classification_id": n * 100 + k, "seller_id": n, **row}
        for n, (_, rows) in enumerate(CASES.values())
        for k, row in enumerate(rows)
    ]
    gstins = [{"seller_id": list(CASES).index(name), **row} for name, rows in GSTINS.items() for row in rows]
    frames = (frame("seller", *sellers), frame("seller_gstin", *gstins), frame("seller_classification", *classes))
    made = rows_of(dim_seller(*frames))
    in_order = sorted(made, key=lambda row: row["segment_from"])
    return {name: [row for row in in_order if row["seller_id"] == n] for n, name in enumerate(CASES)}


def sizes(rows: list[Row]) -> list[tuple[datetime, str | None]]:
    return [(row["segment_from"], row["size"]) for row in rows]


def test_a_seller_without_classification_is_one_segment_of_unknown_class(segments: Segments) -> None:
    (row,) = segments["unclassified"]
    assert (row["segment_from"], row["size"], row["is_mse"], row["is_women_owned"]) == (BEGINNING, None, None, None)
    assert (row["seller_name"], row["state_code"], row["constitution"]) == ("", "18", None)


def test_a_small_firm_that_turns_medium_is_an_mse_until_midnight_in_india(segments: Segments) -> None:
    rows = segments["turned medium"]
    assert sizes(rows) == [(BEGINNING, "SMALL"), (MIDNIGHT_2026, "MEDIUM")]
    assert [(row["is_mse"], row["is_ppp_mse"]) for row in rows] == [(True, True), (False, False)]


def test_before_the_first_classification_and_in_a_gap_the_class_is_unknown(segments: Segments) -> None:
    assert sizes(segments["gap"]) == [
        (BEGINNING, None),
        (utc(2023, 12, 31, 18, 30), "MICRO"),
        (utc(2024, 12, 31, 18, 30), None),
        (MIDNIGHT_2026, "SMALL"),
    ]


def test_of_two_that_overlap_the_one_that_begins_later_counts_and_then_the_first_again(segments: Segments) -> None:
    assert sizes(segments["overlap"]) == [
        (BEGINNING, None),
        (utc(2019, 12, 31, 18, 30), "LARGE"),
        (MIDNIGHT_2026, "MICRO"),
        (utc(2026, 1, 1, 18, 30), "LARGE"),
    ]


def test_of_two_that_begin_together_the_one_changed_later_counts(segments: Segments) -> None:
    assert sizes(segments["tie"]) == [(BEGINNING, "MICRO")]


def test_a_period_that_ends_before_it_begins_is_valid_on_no_day(segments: Segments) -> None:
    assert sizes(segments["backwards"]) == [(BEGINNING, "MICRO")]


def test_a_period_until_the_last_day_there_is_has_no_end(segments: Segments) -> None:
    """Else the current version of the seller would be one of unknown class, from 9999 on."""
    assert [(row["segment_from"], row["size"]) for row in segments["until the last day there is"]] == [
        (BEGINNING, "SMALL")
    ]


def test_a_woman_owned_micro_firm_of_a_scheduled_caste_is_each_of_these(segments: Segments) -> None:
    (row,) = segments["woman of a scheduled caste"]
    assert (row["is_mse"], row["is_women_owned"], row["is_scst"], row["is_startup"]) == (True, True, True, True)
    assert row["is_ppp_mse"] is False, "a trader is no MSE to the mandate"


def test_whether_the_mandate_counts_a_firm_is_unknown_while_its_trade_is(segments: Segments) -> None:
    (row,) = segments["unknown trade"]
    assert (row["is_mse"], row["is_ppp_mse"], row["is_scst"]) == (True, None, False)


def test_every_segment_is_observed_when_any_row_of_the_seller_last_changed(segments: Segments) -> None:
    assert [row["observed_at"] for row in segments["observed"]] == [utc(2025, 3, 1, 12)] * 2


@pytest.mark.parametrize("case", ["before 1900", "on 1900-01-01", "tie"])
def test_a_class_that_always_was_makes_no_second_first_segment(segments: Segments, case: str) -> None:
    assert sizes(segments[case]) == [(BEGINNING, "MICRO")]


def test_a_class_that_begins_a_day_later_follows_a_segment_of_unknown_class(segments: Segments) -> None:
    assert sizes(segments["on 1900-01-02"]) == [(BEGINNING, None), (utc(1900, 1, 1, 18, 30), "MICRO")]


def test_a_seller_is_of_the_state_of_its_primary_registration_the_first_of_several(segments: Segments) -> None:
    found = {name: (rows[0]["gstin_count"], rows[0]["gst_state_code"]) for name, rows in segments.items()}
    assert {name: found[name] for name in GSTINS} == {
        "gap": (3, "27"),
        "tie": (2, "24"),
        "overlap": (1, None),
        "before 1900": (1, None),
    }
    assert found["unclassified"] == (0, None)
    assert {row["gstin_count"] for row in segments["gap"]} == {3}, "in every segment"
    assert segments["before 1900"][0]["observed_at"] == utc(2026, 7, 1), "a registration is a row of the seller"
