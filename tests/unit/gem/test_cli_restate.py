"""gem restate without a warehouse: the moments and measures that it understands, and how figures look."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import typer

from gem.cli_restate import figure, measures_named, moment_of
from gem.contracts.measures.orders import GROSS_GMV, NET_GMV
from gem.contracts.measures.registry import STEADY
from gem.contracts.measures.spec import Unit


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-01", datetime(2026, 4, 1, 18, 29, 59, 999_999, UTC)),
        ("2026-04-01T18:30:00+05:30", datetime(2026, 4, 1, 13, tzinfo=UTC)),
        ("2026-04-01T13:00Z", datetime(2026, 4, 1, 13, tzinfo=UTC)),
    ],
)
def test_a_day_is_its_end_in_india_and_a_moment_has_its_zone(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(("text", "problem"), [("2026-04-01T13:00", "has no zone"), ("yesterday", "is no date")])
def test_what_names_no_moment_is_refused(text: str, problem: str) -> None:
    with pytest.raises(typer.BadParameter, match=problem):
        moment_of(text)


def test_measures_are_named_in_any_case_or_numbered_and_each_is_taken_once() -> None:
    assert measures_named(["net gmv", "1", "NET GMV"]) == (NET_GMV, GROSS_GMV)
    assert measures_named([]) == STEADY
    with pytest.raises(typer.BadParameter, match="no measure 'profit': gem measures lists them"):
        measures_named(["Net GMV", "profit"])


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Decimal("-1234567.80"), Unit.RUPEES, "-1,234,567.80"),
        (Decimal("1234"), Unit.COUNT, "1,234"),
        (Decimal("0.3333333"), Unit.SHARE, "0.333333"),
        (None, Unit.RATIO, "unknown"),
    ],
)
def test_figures_are_shown_to_their_last_stated_digit(value: Decimal | None, unit: Unit, text: str) -> None:
    assert figure(value, unit) == text
