"""A template's conditions are decided as CloudFormation decides them."""

from typing import Any

import pytest

from local_aws.conditions import ConditionError, decided

ABSENT = {"Ref": "AWS::NoValue"}
BODY: dict[str, Any] = {
    "Parameters": {"Role": {"Default": ""}, "Subnets": {"Type": "CommaDelimitedList", "Default": ""}},
    "Conditions": {
        "MakeRole": {"Fn::Equals": [{"Ref": "Role"}, ""]},
        "InVpc": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Subnets"}]}, ""]}]},
        "Both": {"Fn::And": [{"Condition": "MakeRole"}, {"Condition": "InVpc"}]},
        "Either": {"Fn::Or": [{"Condition": "MakeRole"}, {"Condition": "InVpc"}]},
    },
    "Resources": {
        "Made": {"Type": "A", "Condition": "MakeRole"},
        "User": {
            "Type": "B",
            "Properties": {
                "Role": {"Fn::If": ["MakeRole", {"Ref": "Made"}, {"Ref": "Role"}]},
                "Vpc": {"Fn::If": ["InVpc", {"Subnets": {"Ref": "Subnets"}}, ABSENT]},
                "Listed": ["always", {"Fn::If": ["Both", "both", ABSENT]}, {"Fn::If": ["Either", "either", ABSENT]}],
            },
        },
    },
    "Outputs": {"MadeName": {"Condition": "MakeRole", "Value": {"Ref": "Made"}}},
}


def properties(**parameters: str) -> dict[str, Any]:
    body, _ = decided(BODY, parameters)
    taken: dict[str, Any] = body["Resources"]["User"]["Properties"]
    return taken


def test_a_resource_whose_condition_does_not_hold_falls_out_with_its_output() -> None:
    body, left_out = decided(BODY, {"Role": "mine"})
    assert set(body["Resources"]) == {"User"}
    assert body["Outputs"] == {}
    assert left_out == {"Made": "MakeRole"}


def test_no_condition_is_left_where_all_hold() -> None:
    body, left_out = decided(BODY, {})
    assert left_out == {}
    assert "Conditions" not in body
    assert all("Condition" not in each for each in [*body["Resources"].values(), *body["Outputs"].values()])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {"Role": {"Ref": "Made"}, "Listed": ["always", "either"]}),
        ({"Role": "mine"}, {"Role": {"Ref": "Role"}, "Listed": ["always"]}),
        (
            {"Subnets": "a,b"},
            {"Role": {"Ref": "Made"}, "Vpc": {"Subnets": {"Ref": "Subnets"}}, "Listed": ["always", "both", "either"]},
        ),
    ],
)
def test_every_choice_is_made_and_what_has_no_value_is_gone(
    parameters: dict[str, str], expected: dict[str, Any]
) -> None:
    assert properties(**parameters) == expected


def test_a_condition_that_nobody_declared_is_refused() -> None:
    body = {"Resources": {"Made": {"Type": "A", "Condition": "Typo"}}}
    with pytest.raises(ConditionError, match="no condition 'Typo'"):
        decided(body, {})


def test_a_condition_that_asks_for_more_than_parameters_is_refused() -> None:
    body = {**BODY, "Conditions": {"MakeRole": {"Fn::Equals": [{"Fn::GetAtt": ["User", "Arn"]}, ""]}}}
    with pytest.raises(ConditionError, match="cannot ask for"):
        decided(body, {})
