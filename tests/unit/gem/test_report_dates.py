"""Which day a report is as of where data end in the past, what it says of that, and which days its growth compares."""

from datetime import date

import pytest

from gem.contracts.measures.registry import MEASURE_BY_KEY
from gem.report.dates import month_end, period, warning


@pytest.mark.parametrize(
    ("newest", "day"),
    [
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 4, 6), date(2026, 3, 31)),
        (date(2026, 3, 30), date(2026, 2, 28)),
        (date(2024, 2, 29), date(2024, 2, 29)),
        (None, None),
    ],
)
def test_a_month_that_has_only_begun_is_not_reported_on(newest: date | None, day: date | None) -> None:
    assert month_end(newest) == day


def test_contracts_that_end_more_than_thirty_days_before_are_warned_of() -> None:
    assert warning(date(2026, 3, 31), date(2026, 4, 30)) == ""
    assert warning(None, date(2026, 4, 30)) == "", "an empty warehouse says so elsewhere"
    assert warning(date(2026, 3, 31), date(2026, 5, 1)) == (
        "No contract after 31 Mar 2026: as of 01 May 2026 growth and timeliness say little."
    )


@pytest.mark.parametrize(
    ("key", "day", "days"),
    [
        ("gmv_growth", date(2026, 4, 6), "01 Apr 2026 to 06 Apr 2026 against 01 Apr 2025 to 06 Apr 2025"),
        ("gmv_growth", date(2025, 3, 31), "01 Apr 2024 to 31 Mar 2025 against 01 Apr 2023 to 30 Mar 2024"),
        ("gmv_growth", date(2024, 3, 31), "01 Apr 2023 to 31 Mar 2024 against 01 Apr 2022 to 31 Mar 2023"),
        ("daily_average_gmv", date(2025, 1, 15), "01 Apr 2024 to 15 Jan 2025"),
        ("net_gmv", date(2025, 1, 15), ""),
        ("overdue_payable", date(2025, 1, 15), ""),
    ],
)
def test_figures_of_a_year_so_far_say_of_which_days(key: str, day: date, days: str) -> None:
    """A leap year's last days have no like in the year before, as its days are counted from 1 April."""
    assert period(MEASURE_BY_KEY[key], day) == days
