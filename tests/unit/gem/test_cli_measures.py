"""gem measures and gem measure without a warehouse: what they list, how they group, and what they refuse."""

import json

import pytest
import typer
from typer.testing import CliRunner

from gem.cli import app
from gem.cli_measures import group_of
from gem.contracts.measures.conduct import PLATFORM_REVENUE
from gem.contracts.measures.orders import NET_GMV
from gem.contracts.measures.registry import MEASURES

RUN = CliRunner()


def test_all_measures_are_listed_or_those_that_are_asked_for() -> None:
    listed = json.loads(RUN.invoke(app, ["measures", "--json"]).stdout)
    assert [each["key"] for each in listed] == [measure.key for measure in MEASURES]
    found = json.loads(RUN.invoke(app, ["measures", "women", "--json"]).stdout)
    assert {each["key"] for each in found} >= {"women_mse_share", "mandate_gap_women"}
    assert "Women MSE share" in RUN.invoke(app, ["measures", "women"]).stdout


def test_a_group_is_a_word_or_a_column() -> None:
    assert group_of(NET_GMV, "financial_year") == "contract_date.financial_year"
    assert group_of(PLATFORM_REVENUE, "financial_year") == "f.financial_year"
    assert group_of(NET_GMV, "ministry") == "buyer_org.ministry_name"
    assert group_of(NET_GMV, "seller.size") == "seller.size"
    for wrong in ("profit", "seller.size; drop table x", "1.1"):
        with pytest.raises(typer.BadParameter, match="is no group of net_gmv"):
            group_of(NET_GMV, wrong)


def test_the_query_can_be_read_before_it_is_asked() -> None:
    shown = RUN.invoke(app, ["measure", "overdue_payable", "--by", "ministry", "--as-of", "2026-03-31", "--sql"]).stdout
    assert "as_of.calendar_date = cast('2026-03-31' as date)" in shown
    assert shown.endswith("order by 1;\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["profit"], "no measure"),
        (["net_gmv", "--as-of", "31-03-2026"], "is no day"),
        (["deposits_outstanding", "--by", "ministry"], "has no key of"),
    ],
)
def test_what_it_does_not_know_is_refused(arguments: list[str], message: str) -> None:
    refused = RUN.invoke(app, ["measure", *arguments])
    assert refused.exit_code == 2
    assert message in refused.stderr
