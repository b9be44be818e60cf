"""The template against the code: what a function is given is what it reads, and each hop's wiring is closed."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from gem.settings import (
    IdempotencySettings,
    LedgerSettings,
    ReconcileSettings,
    SubmitSettings,
    VerdictSettings,
    WarehouseSettings,
)

REPOSITORY = Path(__file__).parents[3]
TEMPLATE = yaml_parse((REPOSITORY / "template.yaml").read_text())
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
COMMON = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]

READS = {
    "OnRawManifestFunction": (SubmitSettings, IdempotencySettings),
    "OnStepCompletedFunction": (LedgerSettings, VerdictSettings, WarehouseSettings, IdempotencySettings),
    "OnStepFailedFunction": (LedgerSettings, VerdictSettings, IdempotencySettings),
    "OnScheduleFunction": (SubmitSettings, VerdictSettings, WarehouseSettings, ReconcileSettings, IdempotencySettings),
}
HOPS = [
    ("RawManifest", "RawManifestRule", "OnRawManifestFunction"),
    ("StepCompleted", "StepCompletedRule", "OnStepCompletedFunction"),
    ("StepFailed", "StepFailedRule", "OnStepFailedFunction"),
    ("Schedule", "ReconcileRule", "OnScheduleFunction"),
]


def of_type(kind: str) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"] == kind}


def default(reference: dict[str, str]) -> Any:
    return TEMPLATE["Parameters"][reference["Ref"]]["Default"]


def environment(function: str) -> dict[str, Any]:
    own = RESOURCES[function]["Properties"].get("Environment", {}).get("Variables", {})
    return {**COMMON, **own}


def test_the_table_above_names_every_function() -> None:
    assert set(READS) == set(of_type("AWS::Serverless::Function"))


@pytest.mark.parametrize("function", READS)
def test_a_function_is_given_every_setting_it_needs_and_none_it_does_not_know(function: str) -> None:
    given = {name.removeprefix("GEM_").lower() for name in environment(function) if name.startswith("GEM_")}
    fields = {name: field for settings in READS[function] for name, field in settings.model_fields.items()}
    assert given <= set(fields), "a variable that nothing reads"
    assert {name for name, field in fields.items() if field.is_required()} <= given


@pytest.mark.parametrize("function", READS)
def test_a_functions_handler_exists(function: str) -> None:
    module, _, name = RESOURCES[function]["Properties"]["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize(("hop", "rule", "function"), HOPS)
def test_a_hop_goes_from_rule_to_queue_to_function_and_to_its_own_dead_letter_queue(
    hop: str, rule: str, function: str
) -> None:
    queue = RESOURCES[f"{hop}Queue"]["Properties"]
    [target] = RESOURCES[rule]["Properties"]["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [f"{hop}Queue", "Arn"]}
    mapping = RESOURCES[f"{hop}Mapping"]["Properties"]
    assert mapping["EventSourceArn"] == target["Arn"]
    assert mapping["FunctionName"] == {"Ref": function}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [f"{hop}DeadLetterQueue", "Arn"]}
    assert ("FifoQueue" in queue) == ("FifoQueue" in RESOURCES[f"{hop}DeadLetterQueue"]["Properties"])


@pytest.mark.parametrize(("hop", "rule", "function"), HOPS)
def test_only_the_hops_own_rule_may_send_to_its_queue(hop: str, rule: str, function: str) -> None:
    policy = RESOURCES[f"{hop}QueuePolicy"]["Properties"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert policy["Queues"] == [{"Ref": f"{hop}Queue"}]
    assert statement["Resource"] == {"Fn::GetAtt": [f"{hop}Queue", "Arn"]}
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}}


@pytest.mark.parametrize(("hop", "rule", "function"), HOPS)
def test_a_message_stays_hidden_for_six_times_the_functions_time(hop: str, rule: str, function: str) -> None:
    visibility = default(RESOURCES[f"{hop}Queue"]["Properties"]["VisibilityTimeout"])
    assert visibility >= 6 * default(RESOURCES[function]["Properties"]["Timeout"])


def test_every_function_has_a_role_of_its_own_that_allows_nothing_with_a_star_but_what_knows_no_resource() -> None:
    functions = of_type("AWS::Serverless::Function")
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions.values()]
    assert len(set(roles)) == len(functions)
    without_resource = re.compile(
        r"xray:Put.*|ec2:.*NetworkInterfaces?|ec2:DescribeSubnets|elasticmapreduce:(ListClusters|RunJobFlow|AddTags)"
    )
    for role in roles:
        for policy in RESOURCES[role]["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                assert not [action for action in actions if action.endswith("*")], f"{role}: {actions}"
                if statement["Resource"] == "*":
                    assert all(without_resource.fullmatch(action) for action in actions), f"{role}: {actions}"


def test_the_extractors_host_may_write_batches_and_state_and_nothing_else_of_the_lake() -> None:
    assert RESOURCES["ExtractorInstanceProfile"]["Properties"]["Roles"] == [{"Ref": "ExtractorRole"}]
    [policy] = RESOURCES["ExtractorRole"]["Properties"]["Policies"]
    allowed = {
        (action, json.dumps(statement["Resource"]))
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
        if isinstance(statement["Action"], list)
    }
    raw, state = (json.dumps({"Fn::Sub": f"${{LakeBucket.Arn}}/{folder}/*"}) for folder in ("raw", "state"))
    assert {(action, resource) for action, resource in allowed if action.startswith("s3:")} == {
        ("s3:PutObject", raw),
        ("s3:AbortMultipartUpload", raw),
        ("s3:GetObject", state),
        ("s3:PutObject", state),
    }


def test_a_submitter_passes_its_roles_to_emr_only() -> None:
    statements = [
        statement
        for role in ("OnRawManifestRole", "OnScheduleRole")
        for policy in RESOURCES[role]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "iam:PassRole"
    ]
    services = ["elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"]
    assert [s["Condition"] for s in statements] == [{"StringEquals": {"iam:PassedToService": services}}] * 2


@pytest.mark.parametrize("network", ["make", "own"])
def test_the_launch_arguments_are_json_and_fit_a_parameter(network: str) -> None:
    text, given = RESOURCES["ClusterLaunchParameter"]["Properties"]["Value"]["Fn::Sub"]
    parameters = {**{name: each.get("Default", "") for name, each in TEMPLATE["Parameters"].items()}, "Subnet": ""}
    _, made, own = given["Managed"]["Fn::If"]
    parameters["Managed"] = made if network == "make" else filled(own["Fn::Sub"], parameters)
    launch = filled(text, parameters)
    arguments = json.loads(launch.replace("${AWS::Region}", "ap-south-1"))
    assert arguments["ReleaseLabel"].startswith("emr-7.")
    # EMR can keep neither promise in a network without a way out, where it would only seem to.
    managed = {"AutoTerminationPolicy", "ManagedScalingPolicy"}
    assert managed & set(arguments) == (set() if network == "make" else managed)
    assert {"Key": "application", "Value": "gem"} in arguments["Tags"], "by which the reconciler may end it"
    assert len(launch) < 4_096, "a standard parameter of SSM"


def filled(text: str, values: dict[str, Any]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda match: str(values.get(match[1], "a" * 40)), text)


def test_every_parameter_says_what_it_is() -> None:
    assert [name for name, each in TEMPLATE["Parameters"].items() if len(each.get("Description", "")) < 10] == []


def test_what_expires_in_a_bucket_with_versions_is_deleted_in_the_end() -> None:
    for name, bucket in of_type("AWS::S3::Bucket").items():
        rules = bucket["LifecycleConfiguration"]["Rules"]
        of_all = any("Prefix" not in rule and "NoncurrentVersionExpiration" in rule for rule in rules)
        hidden = [r["Id"] for r in rules if "ExpirationInDays" in r and "NoncurrentVersionExpiration" not in r]
        assert of_all or not hidden, f"{name}: {hidden}"


def test_the_host_tries_all_of_its_installation_again_until_it_succeeds() -> None:
    script, _ = RESOURCES["ExtractorTemplate"]["Properties"]["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Sub"]
    lines = [line for line in script.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    options, loop, end = lines
    assert options == "set -euo pipefail"
    assert loop.startswith("until aws s3 cp")
    assert [" ".join(each.split()[:2]) for each in loop.split("&&")[1:]] == [
        "dnf install",
        "bash /opt/gem-release/install.sh",
    ]
    assert end == "do sleep 60; done"


def test_what_outlives_the_stack_does_not_outlive_a_first_deployment_that_fails() -> None:
    """Names are fixed: what stayed would stand in the way of the second try."""
    kept = {name: each for name, each in RESOURCES.items() if each.get("UpdateReplacePolicy") == "Retain"}
    assert {"LakeBucket", "LedgerTable", "SourceSecret", "DataKey", "OnScheduleLogs"} <= set(kept)
    assert {name: each["DeletionPolicy"] for name, each in kept.items()} == dict.fromkeys(kept, "RetainExceptOnCreate")
    assert not [name for name, each in RESOURCES.items() if each.get("DeletionPolicy") == "Retain"]


def test_the_event_files_for_sam_hold_the_events_of_eventbridge() -> None:
    events = REPOSITORY / "events"
    for function, event in {
        "on_raw_manifest": "object_created",
        "on_step_completed": "step_completed",
        "on_step_failed": "step_failed",
        "on_schedule": "scheduled",
    }.items():
        [record] = json.loads((events / f"{function}.json").read_text())["Records"]
        assert json.loads(record["body"]) == json.loads((events / "eventbridge" / f"{event}.json").read_text())
