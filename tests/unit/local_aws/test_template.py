"""Resources are left out of a template with everything that cannot stand without them, and nothing more."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from local_aws.template import NEVER, TemplateError, for_moto, translated, without

POLICY = {
    "Type": "AWS::SQS::QueuePolicy",
    "Properties": {
        "Queues": [{"Ref": "Queue"}],
        "PolicyDocument": {
            "Statement": [
                {"Effect": "Allow", "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]}}}},
                {"Effect": "Allow", "Resource": {"Fn::Sub": "${Other.Arn}/x"}},
            ]
        },
    },
}


def body(**resources: Any) -> dict[str, Any]:
    return {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Rule": {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Id": "a"}, {"Id": "b"}]}},
            "Policy": POLICY,
            **resources,
        },
        "Outputs": {"RuleName": {"Value": {"Ref": "Rule"}}, "QueueName": {"Value": {"Ref": "Queue"}}},
    }


def test_a_dropped_resource_takes_the_statement_and_the_output_that_name_it() -> None:
    left = without(body(), ["Rule"])
    assert set(left["Resources"]) == {"Queue", "Policy"}
    statements = left["Resources"]["Policy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statements == [POLICY["Properties"]["PolicyDocument"]["Statement"][1]]
    assert set(left["Outputs"]) == {"QueueName"}


def test_a_substitution_names_a_resource_too() -> None:
    left = without(body(Other={"Type": "AWS::S3::Bucket"}), ["Other"])
    assert len(left["Resources"]["Policy"]["Properties"]["PolicyDocument"]["Statement"]) == 1


def test_the_template_that_was_given_stays_whole() -> None:
    whole = body()
    without(whole, ["Rule", "Policy"])
    assert whole == body()


def test_nothing_dropped_changes_nothing() -> None:
    assert without(body(), []) == body()


def test_a_target_is_dropped_by_its_rule_and_id() -> None:
    assert without(body(), ["Rule.b"])["Resources"]["Rule"]["Properties"]["Targets"] == [{"Id": "a"}]


def test_a_dependency_on_a_dropped_resource_is_dropped() -> None:
    left = without(body(Late={"Type": "AWS::SQS::Queue", "DependsOn": ["Rule", "Queue"]}), ["Rule"])
    assert left["Resources"]["Late"]["DependsOn"] == ["Queue"]


@pytest.mark.parametrize("missing", ["Nothing", "Rule.nothing", "Nothing.a"])
def test_what_is_not_there_cannot_be_left_out(missing: str) -> None:
    with pytest.raises(TemplateError, match=r"[Nn]othing"):
        without(body(), [missing])


def test_what_another_resource_cannot_do_without_stays() -> None:
    needed = {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["Queue", "Arn"]}}}
    with pytest.raises(TemplateError, match="Needed"):
        without(body(Needed=needed), ["Queue"])


def test_moto_is_given_what_it_knows_and_the_rest_is_named() -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {}}
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {}}
    mapping = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {}}
    local = for_moto(
        body(Secret=secret, Alarm=alarm, Mapping=mapping), {"AWS::SQS::Queue", "AWS::Events::Rule", mapping["Type"]}
    )
    assert set(local.body["Resources"]) == {"Queue", "Rule"}
    assert local.body["Parameters"] == {"Secret": {"Type": "String"}}
    assert (set(local.secrets), set(local.mappings), set(local.queue_policies)) == ({"Secret"}, {"Mapping"}, {"Policy"})
    assert set(local.not_created) == {"Alarm"}
    assert "AWS::CloudWatch::Alarm" in local.not_created["Alarm"]


def test_a_schedule_gets_a_pattern_that_no_event_matches() -> None:
    # moto would send it every event.
    assert for_moto(body(), {"AWS::Events::Rule"}).body["Resources"]["Rule"]["Properties"]["EventPattern"] == NEVER


def test_what_does_not_translate_is_said_with_the_translators_reason(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}}")
    with pytest.raises(TemplateError, match="Runtime"):
        translated(path, {}, boto3.Session(region_name="ap-south-1"))


def test_a_file_that_is_no_template_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("- a list")
    with pytest.raises(TemplateError, match="no template"):
        translated(path, {}, boto3.Session(region_name="ap-south-1"))
