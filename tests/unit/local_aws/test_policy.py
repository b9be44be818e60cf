"""The parameters of policy: each in force from a day to a day, with where it is written."""

from collections import defaultdict
from datetime import date, timedelta

from gem.contracts.policy import PARAMETER_BY_CODE, ParameterUnit
from local_aws.source.bulk import Row
from local_aws.source.policy import HOLIDAY, policy_rows


def by_code() -> dict[str, list[Row]]:
    rows = defaultdict(list)
    for row in policy_rows():
        rows[str(row["param_code"])].append(row)
    return rows


def test_every_row_says_what_and_where_it_is_written() -> None:
    for row in policy_rows():
        assert row["authority_ref"], row
        assert (row["num_value"] is None) != (row["text_value"] is None), row


def test_they_are_those_that_are_declared_each_a_number_or_a_text() -> None:
    assert set(by_code()) == set(PARAMETER_BY_CODE)
    for row in policy_rows():
        unit = PARAMETER_BY_CODE[str(row["param_code"])].unit
        assert (row["text_value"] is not None) == (unit is ParameterUnit.TEXT), row


def test_one_value_follows_the_other_without_gap_or_overlap() -> None:
    for code, rows in by_code().items():
        if code != HOLIDAY:
            ends = [row["effective_to"] for row in rows]
            assert ends == [*(row["effective_from"] for row in rows[1:]), None], code


def test_a_holiday_is_one_day_and_none_stands_twice() -> None:
    holidays = by_code()[HOLIDAY]
    for row in holidays:
        assert date.fromisoformat(str(row["effective_to"])) - date.fromisoformat(
            str(row["effective_from"])
        ) == timedelta(1)
    days = [str(row["effective_from"]) for row in holidays]
    assert days == sorted(set(days))
    assert {f"{year}-{day}" for year in (2024, 2025, 2026) for day in ("01-26", "08-15", "10-02")} <= set(days)


def test_the_limits_of_direct_purchase_are_those_of_their_day() -> None:
    limits = {str(row["effective_from"]): row["num_value"] for row in by_code()["DP_LIMIT"]}
    assert limits == {"2019-04-02": "25000", "2024-07-10": "50000"}
