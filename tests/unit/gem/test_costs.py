"""The cost sheet is computed from its inputs: what is not used costs nothing, what is used more costs more."""

import re
from copy import deepcopy
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from gem.costs.sheet import HOURS, ITEMS, PAGE, Month, cost_page, declared_inputs, million_rows, months

ROOT = Path(__file__).parents[3]
INPUTS = declared_inputs()


def test_the_committed_page_is_fresh_and_says_that_prices_are_to_be_checked() -> None:
    page = (ROOT / PAGE).read_text()
    assert page == cost_page(INPUTS)
    assert str(INPUTS["prices"]["as_known"]) in page
    assert "hold them against the price lists" in page


def test_every_price_and_assumption_moves_a_figure() -> None:
    """An input that changes nothing would be decoration."""
    busy = Month(1_000, 1e9, False, INPUTS)
    for group in ("prices", "measured", "assumed", "stack"):
        for name, value in INPUTS[group].items():
            if not isinstance(value, int | float):
                continue
            changed = deepcopy(INPUTS)
            changed[group][name] = value * 2
            other = Month(1_000, 1e9, False, changed)
            assert [item.dollars(other) for item in ITEMS] != [item.dollars(busy) for item in ITEMS], name


def test_a_cluster_costs_nothing_while_nothing_comes_and_a_month_at_most() -> None:
    by_name = months(INPUTS)
    assert by_name["idle"].cluster_hours == 0
    assert 0 < by_name["daily"].cluster_hours < HOURS == by_name["busy"].cluster_hours
    one = million_rows(INPUTS)
    expected = 30 + 1_000_000 / 30_000
    assert one.step_seconds == pytest.approx(expected)
    assert one.cluster_hours == pytest.approx((420 + 900 + 300 + expected) / 3600)


def test_what_is_called_measured_stands_in_the_architecture() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    assert f"{INPUTS['measured']['raw_rows_second']:,} raw rows a second" in text


def test_the_defaults_are_those_of_the_template() -> None:
    parameters = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]
    assert parameters["EmrIdleSeconds"]["Default"] == INPUTS["stack"]["cluster_idle_seconds"]
    assert parameters["ReconcileSchedule"]["Default"] == f"rate({INPUTS['stack']['tick_seconds'] // 60} minutes)"
    assert parameters["EmrCoreInstances"]["Default"] + 1 == INPUTS["stack"]["cluster_instances"]
    assert parameters["EmrInstanceType"]["Default"] == "m6i.xlarge"
    assert re.search(r"ec2_m6i_xlarge_hour", cost_page(INPUTS))


def test_what_a_stack_has_is_counted_in_the_template() -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text())
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    endpoints = [each["Properties"] for each in template["Resources"].values() if each["Type"].endswith("VPCEndpoint")]
    interfaces = [each for each in endpoints if each["VpcEndpointType"] == "Interface"]
    stack = INPUTS["stack"]
    assert stack["interface_endpoints"] == len(interfaces)
    assert {stack["zones"]} == {len(each["SubnetIds"]) for each in interfaces}
    assert stack["alarms"] == kinds.count("AWS::CloudWatch::Alarm")
    assert stack["keys"] == kinds.count("AWS::KMS::Key")
    # Redshift keeps the administrator's password in one more.
    assert stack["secrets"] == kinds.count("AWS::SecretsManager::Secret") + 1
    assert stack["warehouse_rpu"] == template["Parameters"]["WarehouseBaseCapacity"]["Default"]
    assert template["Parameters"]["ExtractorInstanceType"]["Default"] == "m6i.large"
