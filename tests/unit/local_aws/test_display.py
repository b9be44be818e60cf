"""A person reads rupees in lakh and crore, hops by what they do, and nothing of what goes on in the background."""

from decimal import Decimal

import pytest
from samtranslator.yaml_helper import yaml_parse

from gem.contracts.measures.spec import Unit
from gem.figures import MINUS, format_change, format_figure
from local_aws.cloud import TEMPLATE
from local_aws.display import BACKGROUND, HOP_OF, OF_THE_DRIVER, Display
from local_aws.progress import Phase, Progress


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("223057781486.15", Unit.RUPEES, "₹ 22,305.78 crore"),
        ("753550.92", Unit.RUPEES, "₹ 7.54 lakh"),
        ("-1234.5", Unit.RUPEES, f"₹ {MINUS}1,234.50"),
        ("0.4521", Unit.POINTS, "+45.2 pp"),
        ("-0.1972", Unit.POINTS, f"{MINUS}19.7 pp"),
        ("-0.1294", Unit.SHARE, f"{MINUS}12.9 %"),
        ("26952", Unit.COUNT, "26,952"),
        ("1234567", Unit.COUNT, "12,34,567"),
        ("0.2551", Unit.SHARE, "25.5 %"),
        ("4.566", Unit.RATIO, "4.57"),
    ],
)
def test_a_figure_is_written_as_an_indian_reader_expects_it(value: str, unit: Unit, text: str) -> None:
    assert format_figure(Decimal(value), unit) == text


def test_a_figure_without_a_denominator_is_unknown() -> None:
    assert format_figure(None, Unit.SHARE) == "unknown"


@pytest.mark.parametrize(
    ("before", "after", "unit", "text"),
    [
        ("100", "12345778", Unit.COUNT, "+ 1,23,45,678"),
        ("25000000", "10000000", Unit.RUPEES, f"{MINUS} ₹ 1.50 crore"),
        ("0.403", "0.3994", Unit.SHARE, f"{MINUS} 0.36 pt"),
        ("4.38", "4.389", Unit.RATIO, "+ 0.009"),
        ("7", "7", Unit.COUNT, ""),
    ],
)
def test_a_change_of_a_figure_has_a_sign_and_its_unit(before: str, after: str, unit: Unit, text: str) -> None:
    assert format_change(Decimal(before), Decimal(after), unit) == text


def test_from_or_to_an_unknown_figure_there_is_no_change() -> None:
    assert format_change(None, Decimal(1), Unit.COUNT) == format_change(Decimal(1), None, Unit.COUNT) == ""


def test_every_actor_of_the_template_has_words() -> None:
    resources = yaml_parse(TEMPLATE.read_text())["Resources"]
    mappings = {name for name, each in resources.items() if each["Type"] == "AWS::Lambda::EventSourceMapping"}
    assert set(HOP_OF) == mappings | {"emr"}
    assert set(HOP_OF) > BACKGROUND
    assert set(HOP_OF) > set(OF_THE_DRIVER)


def test_a_hop_is_told_by_what_it_does_and_the_background_only_when_it_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Display() as display:
        for actor in ("emr", "ScheduleMapping"):
            display.watch(Progress(actor, "gem/gem-0000000001/1", Phase.STARTED))
            display.watch(Progress(actor, "gem/gem-0000000001/1", Phase.FINISHED, 1.25))
        display.watch(Progress("ScheduleMapping", "1 of gem-schedule", Phase.FAILED, 0.5, "KeyError: [oops]"))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        f"… {HOP_OF['emr']}",
        f"✓ {HOP_OF['emr']} 1.2 s",
        f"✗ {HOP_OF['ScheduleMapping']}: KeyError: [oops] 0.5 s",
    ]


def failing_stage() -> None:
    with Display() as display, display.stage("Source: public tenders") as detail:
        detail("reading")
        raise LookupError


def test_a_stage_that_fails_is_marked_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LookupError):
        failing_stage()
    assert capsys.readouterr().err.splitlines()[1].startswith("✗ Source: public tenders ")


def test_for_programs_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with Display(quiet=True) as display, display.stage("Source"):
        display.watch(Progress("emr", "step", Phase.FAILED, 1.0, "no"))
    assert capsys.readouterr() == ("", "")
