"""Whether anybody is told: the alert topic has subscribers, the alarms reach it and are quiet."""

from collections.abc import Iterator

from gem.aws import aws_errors
from gem.doctor.findings import Finding, examined
from gem.doctor.stack import Stack

AT_ONCE = 100
"""Alarms that CloudWatch describes in one call."""


def topics(stack: Stack) -> Iterator[Finding]:
    """Somebody has confirmed a subscription to each topic."""
    for topic in stack.of_type("AWS::SNS::Topic"):
        with aws_errors(f"topic {topic.physical_id}"):
            found = stack.client("sns").list_subscriptions_by_topic(TopicArn=topic.physical_id)["Subscriptions"]
        confirmed = [each for each in found if each["SubscriptionArn"].startswith("arn:")]
        advice = f"aws sns subscribe --topic-arn {topic.physical_id} --protocol email --notification-endpoint WHO"
        said = "nobody is told: no subscription is confirmed"
        faults = {} if confirmed else {said: advice}
        yield from examined("alerts", topic.logical_id, faults, f"{len(confirmed)} subscribers")


def alarms(stack: Stack) -> Iterator[Finding]:
    """Each alarm tells somebody when it goes off, and none is off now."""
    names = {each.physical_id: each.logical_id for each in stack.of_type("AWS::CloudWatch::Alarm")}
    listed = list(names)
    for begin in range(0, len(listed), AT_ONCE):
        with aws_errors("CloudWatch alarms"):
            shown = stack.client("cloudwatch").describe_alarms(AlarmNames=listed[begin : begin + AT_ONCE])
        for alarm in shown["MetricAlarms"]:
            name = alarm["AlarmName"]
            faults = {}
            if not (alarm.get("ActionsEnabled", True) and alarm.get("AlarmActions")):
                faults["it tells nobody when it goes off"] = f"aws cloudwatch enable-alarm-actions --alarm-names {name}"
            if alarm.get("StateValue") == "ALARM":
                faults[f"it has gone off: {alarm.get('StateReason', '')}"] = "docs/runbook.md says what each means"
            yield from examined("alarms", names[name], faults, "quiet, and heard")
