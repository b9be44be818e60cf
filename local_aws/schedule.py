"""What EventBridge does with schedules: sends the scheduled event to the targets of every rule that has one."""

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_aws.aws_endpoint import ACCOUNT_ID, REGION, AwsEndpoint
from local_aws.deployed import DeploymentError
from local_aws.loop import run_until

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import RuleTypeDef, TargetOutputTypeDef
    from mypy_boto3_sqs import SQSClient

UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
CHECK_SECONDS = 0.2


class Scheduler:
    """Fires the rules with a `rate(…)`, the first time one period after start; rules and targets are read when due."""

    def __init__(self, aws: AwsEndpoint) -> None:
        self._aws = aws
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to keep time. Raises DeploymentError for a schedule that is no rate."""
        due = {rule["Name"]: time.monotonic() + _period_seconds(rule) for rule in self._scheduled_rules()}
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(due,), name="scheduler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Fire no more, and wait for the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def tick(self) -> None:
        """Fire every scheduled rule now, as if its time had come."""
        for rule in self._scheduled_rules():
            self._fire(rule)

    def _run(self, due: dict[str, float]) -> None:
        run_until(self._stopping, lambda: self._turn(due), "the scheduler")

    def _turn(self, due: dict[str, float]) -> float:
        now = time.monotonic()
        if any(at <= now for at in due.values()):
            for rule in self._scheduled_rules():
                if due.get(rule["Name"], now + 1) <= now:
                    # Said before it is fired: a rule that cannot be fired must not hold back the others.
                    due[rule["Name"]] = now + _period_seconds(rule)
                    self._fire(rule)
        return CHECK_SECONDS

    def _scheduled_rules(self) -> Iterator["RuleTypeDef"]:
        client: EventBridgeClient = self._aws.client("events")
        for rule in client.list_rules()["Rules"]:
            if rule.get("ScheduleExpression") and rule.get("State") == "ENABLED":
                yield rule

    def _fire(self, rule: "RuleTypeDef") -> None:
        client: EventBridgeClient = self._aws.client("events")
        event = scheduled_event(rule["Arn"])
        for target in client.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            self._send(target, event)

    def _send(self, target: "TargetOutputTypeDef", event: dict[str, Any]) -> None:
        client: SQSClient = self._aws.client("sqs")
        url = client.get_queue_url(QueueName=target["Arn"].rpartition(":")[2])["QueueUrl"]
        group = target.get("SqsParameters", {}).get("MessageGroupId")
        body = target.get("Input") or json.dumps(event)
        if group:
            client.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)
        else:
            client.send_message(QueueUrl=url, MessageBody=body)


def scheduled_event(rule_arn: str) -> dict[str, Any]:
    """EventBridge's "Scheduled Event" of a rule, now."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [rule_arn],
        "detail": {},
    }


def _period_seconds(rule: "RuleTypeDef") -> int:
    expression = rule["ScheduleExpression"]
    match = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if match is None:
        raise DeploymentError(f"rule {rule['Name']}: the local scheduler knows rate(…) only, got {expression!r}")
    return int(match[1]) * UNIT_SECONDS[match[2]]
