"""What of the template a run on one machine does not exercise, and why: by condition, by type or by logical id."""

from collections.abc import Collection, Mapping
from typing import Any

BY_CONDITION: Mapping[str, str] = {
    "MakeNetwork": "everything talks over loopback; no stand-in routes packets or holds security groups against them",
    "MakeServerless": "the warehouse is PostgreSQL behind our front, reached as Redshift would be",
    "MakeProvisioned": "as with MakeServerless; of the two a stack makes one",
    "MakeAirflow": "a real Airflow runs beside the local cloud (make airflow), without MWAA around it",
    "MakeExtractorHost": "the extractor is a process of this machine; its installer has a test of its own",
    "StepsLoad": "steps leave the load to the Lambda; tests/story/test_sink_redshift.py runs the other way",
    "MailAlerts": "nobody is mailed from here; what is published to the topic is tested",
    "HasBudget": "nothing here costs anything",
}
"""Conditions that do not hold locally."""

BY_TYPE: Mapping[str, str] = {
    "AWS::KMS::Key": "the stand-in encrypts nothing; names of keys are checked by cfn-lint and checkov",
    "AWS::KMS::Alias": "nothing names a key by its alias",
    "AWS::S3::BucketPolicy": "the stand-in holds no request against a bucket's policy, and speaks plain HTTP",
    "AWS::SNS::TopicPolicy": "alarms publish in the name of CloudWatch, which is not here",
    "AWS::CloudWatch::Alarm": "no service here writes the metrics of SQS, Lambda and EventBridge that they watch",
    "AWS::CloudWatch::Dashboard": "it is made, and nobody looks",
    "AWS::Logs::LogGroup": "functions write to files of their own",
    "AWS::EMR::SecurityConfiguration": "the launch arguments name it; disks of this machine are not its business",
    "AWS::IAM::InstanceProfile": "no machine is started that would carry it",
    "AWS::IAM::ManagedPolicy": "it is attached by people, to roles that are not of this template",
}
"""Types of which no run asks anything, whether or not the stand-in makes them."""

BY_ID: Mapping[str, str] = {
    "LogBucket": "the stand-in writes no access logs",
}

EXERCISED_TYPES = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
        "AWS::SSM::Document",
        "AWS::SSM::Parameter",
        "AWS::SecretsManager::Secret",
    }
)
"""Types of which every resource takes part in a run: without it a test of tests/aws or tests/dags fails."""


def unexercised(resources: Mapping[str, Mapping[str, Any]], made: Collection[str]) -> dict[str, str]:
    """Logical id → reason, of resources of the translated template of which `made` are made locally.

    Raises KeyError where a resource is neither exercised nor is there a reason.
    """
    return {
        name: _reason(name, resource)
        for name, resource in resources.items()
        if name in BY_ID or name not in made or resource["Type"] not in EXERCISED_TYPES
    }


def _reason(name: str, resource: Mapping[str, Any]) -> str:
    if name in BY_ID:
        return BY_ID[name]
    if resource.get("Condition") in BY_CONDITION:
        return BY_CONDITION[resource["Condition"]]
    if resource["Type"] in BY_TYPE:
        return BY_TYPE[resource["Type"]]
    raise KeyError(
        f"{name} ({resource['Type']}) is not exercised by a local run: say why in {__name__}, or exercise it"
    )
