"""The way of an event: rule → queue → mapping → function, each there, let through, and switched on."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gem.aws import aws_errors
from gem.doctor.findings import Finding, examined, ok
from gem.doctor.stack import Resource, Stack

RULE, QUEUE = "AWS::Events::Rule", "AWS::SQS::Queue"
MAPPING, FUNCTION = "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function"
REDEPLOY = "sam deploy puts it back as the template says"


def rules(stack: Stack) -> Iterator[Finding]:
    """Each rule is enabled and sends to a queue that lets it."""
    queues = _queues(stack)
    events = stack.client("events")
    for rule in stack.of_type(RULE):
        name = rule.physical_id.rpartition("/")[2]
        with aws_errors(f"rule {name}"):
            found = events.describe_rule(Name=name)
            targets = events.list_targets_by_rule(Rule=name)["Targets"]
        faults = {}
        if found.get("State") != "ENABLED":
            faults["the rule is switched off"] = f"aws events enable-rule --name {name}"
        if not targets:
            faults["the rule has no target"] = REDEPLOY
        for target in targets:
            queue = queues.get(target["Arn"])
            if queue is None:
                faults[f"it sends to {target['Arn']}, which is no queue of the stack"] = REDEPLOY
            elif not _lets_in(queue, found["Arn"]):
                faults[f"the policy of {target['Arn']} does not let the rule send"] = REDEPLOY
        yield from examined("wiring", rule.logical_id, faults, f"enabled, {len(targets)} target")


def mappings(stack: Stack) -> Iterator[Finding]:
    """Each mapping is enabled, and every queue that a rule feeds leads to a function."""
    found = list(stack.of_type(MAPPING))
    if not found:
        yield ok("wiring", "mappings", "the stack has none: a local cloud's dispatcher calls the functions")
    for mapping in found:
        with aws_errors(f"mapping {mapping.logical_id}"):
            shown = stack.client("lambda").get_event_source_mapping(UUID=mapping.physical_id)
        faults = {}
        if shown["State"] not in {"Enabled", "Enabling"}:
            advice = f"aws lambda update-event-source-mapping --uuid {mapping.physical_id} --enabled"
            faults[f"the mapping is {shown['State']}"] = advice
        name = str(shown["FunctionArn"]).rpartition(":")[2]
        if name not in {each.physical_id for each in stack.of_type(FUNCTION)}:
            faults[f"it calls {name}, which is no function of the stack"] = REDEPLOY
        if shown["EventSourceArn"] not in _queues(stack):
            faults[f"it reads {shown['EventSourceArn']}, which is no queue of the stack"] = REDEPLOY
        yield from examined("wiring", mapping.logical_id, faults, f"enabled, calls {name}")


def functions(stack: Stack) -> Iterator[Finding]:
    """Each function can be called."""
    for function in stack.of_type(FUNCTION):
        with aws_errors(f"function {function.physical_id}"):
            shown = stack.client("lambda").get_function_configuration(FunctionName=function.physical_id)
        faults = {}
        if shown.get("State", "Active") not in {"Active", "Inactive"}:
            faults[f"the function is {shown['State']}: {shown.get('StateReason', '')}"] = REDEPLOY
        if shown.get("LastUpdateStatus", "Successful") == "Failed":
            faults[f"its last update failed: {shown.get('LastUpdateStatusReason', '')}"] = REDEPLOY
        yield from examined("functions", function.logical_id, faults, f"{shown['Handler']} can be called")


def dead_letters(stack: Stack) -> Iterator[Finding]:
    """Each queue that rules feed has a dead-letter queue, and each of those is empty."""
    queues = _queues(stack)
    behind = {arn: _behind(shown) for arn, (_, shown) in queues.items()}
    for arn, (queue, shown) in queues.items():
        if arn in behind.values():
            waiting = int(shown["ApproximateNumberOfMessages"])
            said = f"{waiting} dead letters wait"
            advice = "mend what they name, then redrive them (docs/runbook.md, Dead letters)"
            yield from examined("dead letters", queue.logical_id, {said: advice} if waiting else {}, "empty")
        elif behind[arn] not in queues:
            yield from examined("dead letters", queue.logical_id, {"it has no dead-letter queue": REDEPLOY}, "")


def _queues(stack: Stack) -> dict[str, tuple[Resource, Mapping[str, Any]]]:
    """By ARN, the stack's queues with their attributes."""
    found = {}
    for queue in stack.of_type(QUEUE):
        sqs = stack.client("sqs")
        with aws_errors(f"queue {queue.logical_id}"):
            url = sqs.get_queue_url(QueueName=queue.physical_id.rpartition("/")[2])["QueueUrl"]
            shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        found[shown["QueueArn"]] = (queue, shown)
    return found


def _behind(shown: Mapping[str, Any]) -> str | None:
    redrive: dict[str, str] = json.loads(shown.get("RedrivePolicy") or "{}")
    return redrive.get("deadLetterTargetArn")


def _lets_in(queue: tuple[Resource, Mapping[str, Any]], rule_arn: str) -> bool:
    statements = json.loads(queue[1].get("Policy") or '{"Statement": []}')["Statement"]
    return any(each["Effect"] == "Allow" and rule_arn in json.dumps(each.get("Condition", {})) for each in statements)
