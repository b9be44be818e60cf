"""The template created in the local AWS API, and over that API what moto's CloudFormation does not do."""

import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import clean_json, get_model_map

from local_aws import template as sam
from local_aws.aws_endpoint import ACCOUNT_ID, REGION
from local_aws.aws_server import AwsServer
from local_aws.conditions import decided
from local_aws.deployed import Deployment, DeploymentError, Function, QueueMapping, Resource
from local_aws.iam.encryption import TAKEN
from local_aws.iam.identities import guard_of
from local_aws.iam.policy import Access, decide, parse_policy, speaking_of
from local_aws.template import Json, LocalTemplate

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

STACK = "gem"
FUNCTION = "AWS::Lambda::Function"
ITEM_FAILURES = "ReportBatchItemFailures"
# Properties of an event source mapping that mean nothing to one dispatcher on one machine.
SCALING = frozenset({"ScalingConfig", "Tags", "MetricsConfig", "MaximumBatchingWindowInSeconds"})
MAPPING_PROPERTIES = SCALING | {"EventSourceArn", "FunctionName", "BatchSize", "Enabled", "FunctionResponseTypes"}


def deploy(
    aws: AwsServer, path: Path, parameters: Mapping[str, str] | None = None, drop: Collection[str] = ()
) -> Deployment:
    """Create the template's resources, without those in `drop` (see template.without).

    Raises TemplateError where the template does not translate, DeploymentError where it asks for the unknown.
    """
    given = dict(parameters or {})
    if unknown := set(given) - sam.declared(path):
        raise DeploymentError(f"{path.name} declares no parameters {sorted(unknown)}")
    body, left_out = decided(sam.translated(path, given, aws.session), given)
    body = sam.without(body, drop)
    local = sam.for_moto(body, get_model_map().keys())
    given |= _create_secrets(aws, local, given)
    cloudformation: CloudFormationClient = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(local.body),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    _send_bucket_events(aws, local)
    _protect_data(aws, local)
    _set_queue_policies(aws, local)
    resources = dict(_resources(cloudformation))
    physical_ids = {name: resource.physical_id for name, resource in resources.items()}
    aws.guarded(guard_of(body["Resources"], physical_ids, _resolved))
    functions = {each.logical_id: each for each in _functions(aws, resources.values())}
    return Deployment(
        resources=resources,
        outputs=_outputs(cloudformation),
        functions=functions,
        mappings=tuple(_mapping(aws, name, mapping, functions) for name, mapping in local.mappings.items()),
        not_created={
            **local.not_created,
            **{name: f"{condition} does not hold" for name, condition in left_out.items()},
        },
        not_connected=dict(_disconnected(aws, resources.values())),
    )


def _create_secrets(aws: AwsServer, local: LocalTemplate, given: Mapping[str, str]) -> dict[str, str]:
    client = aws.client("secretsmanager")
    defaults = {name: each.get("Default") for name, each in local.body["Parameters"].items()}
    known = {**defaults, **given, "AWS::StackName": STACK, "AWS::AccountId": ACCOUNT_ID, "AWS::Region": REGION}
    arns = {}
    for logical_id, resource in local.secrets.items():
        # Its key does not exist yet, and moto would not use it.
        properties = clean_json({**resource["Properties"], "KmsKeyId": ""}, known)
        created = client.create_secret(
            Name=properties.get("Name", f"{STACK}-{logical_id}"), SecretString=_secret_string(properties)
        )
        arns[logical_id] = created["ARN"]
    return arns


def _secret_string(properties: Json) -> str:
    if "SecretString" in properties:
        return str(properties["SecretString"])
    wanted = properties.get("GenerateSecretString", {})
    password = secrets.token_urlsafe(24)
    if "GenerateStringKey" not in wanted:
        return password
    return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password})


def _resolved(node: Any) -> Any:
    # The stack's own map resolves what stands outside it exactly as it does inside.
    stack = cloudformation_backends[ACCOUNT_ID][REGION].get_stack(STACK)
    return clean_json(node, stack.resource_map)


def _send_bucket_events(aws: AwsServer, local: LocalTemplate) -> None:
    # moto's CloudFormation leaves this property of a bucket out.
    client: S3Client = aws.client("s3")
    for name, resource in local.body["Resources"].items():
        wanted = resource.get("Properties", {}).get("NotificationConfiguration", {})
        if resource["Type"] == sam.BUCKET and wanted.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
            client.put_bucket_notification_configuration(
                Bucket=_resolved({"Ref": name}), NotificationConfiguration={"EventBridgeConfiguration": {}}
            )


def _protect_data(aws: AwsServer, local: LocalTemplate) -> None:
    """Properties that moto's CloudFormation leaves out though its API knows them; `gem doctor` looks for them."""
    s3: S3Client = aws.client("s3")
    for name, resource in local.body["Resources"].items():
        wanted = resource.get("Properties", {})
        if resource["Type"] == sam.BUCKET:
            bucket = _resolved({"Ref": name})
            if blocked := wanted.get("PublicAccessBlockConfiguration"):
                s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
            if versioning := wanted.get("VersioningConfiguration"):
                s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=versioning)
        if resource["Type"] == sam.TABLE and "PointInTimeRecoverySpecification" in wanted:
            aws.client("dynamodb").update_continuous_backups(
                TableName=_resolved({"Ref": name}),
                PointInTimeRecoverySpecification=wanted["PointInTimeRecoverySpecification"],
            )


def _set_queue_policies(aws: AwsServer, local: LocalTemplate) -> None:
    client: SQSClient = aws.client("sqs")
    for resource in local.queue_policies.values():
        properties = _resolved(resource["Properties"])
        for url in properties["Queues"]:
            client.set_queue_attributes(
                QueueUrl=_local_url(aws, url), Attributes={"Policy": json.dumps(properties["PolicyDocument"])}
            )


def _resources(client: "CloudFormationClient") -> Iterator[tuple[str, Resource]]:
    for each in client.describe_stack_resources(StackName=STACK)["StackResources"]:
        logical_id = each["LogicalResourceId"]
        yield logical_id, Resource(logical_id, each["ResourceType"], each["PhysicalResourceId"])


def _outputs(client: "CloudFormationClient") -> dict[str, str]:
    stack = client.describe_stacks(StackName=STACK)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def _functions(aws: AwsServer, resources: Collection[Resource]) -> Iterator[Function]:
    client: LambdaClient = aws.client("lambda")
    for resource in resources:
        if resource.type == FUNCTION:
            found = client.get_function_configuration(FunctionName=resource.physical_id)
            yield Function(
                logical_id=resource.logical_id,
                name=found["FunctionName"],
                arn=found["FunctionArn"],
                handler=found["Handler"],
                role=aws.guard.identity(found["Role"].rpartition("/")[2]).name,
                timeout_seconds=int(found["Timeout"]),
                memory_mb=int(found["MemorySize"]),
                # A template may give numbers; a process' environment is text.
                environment={name: str(value) for name, value in found["Environment"]["Variables"].items()},
            )


def _mapping(aws: AwsServer, name: str, resource: Json, functions: Mapping[str, Function]) -> QueueMapping:
    properties = _resolved(resource["Properties"])
    if unknown := set(properties) - MAPPING_PROPERTIES:
        raise DeploymentError(f"{name}: the local dispatcher does not know {sorted(unknown)}")
    by_name = {function.name: function for function in functions.values()}
    return QueueMapping(
        logical_id=name,
        queue_arn=properties["EventSourceArn"],
        queue_url=f"{aws.endpoint_url}/{ACCOUNT_ID}/{properties['EventSourceArn'].rpartition(':')[2]}",
        function=by_name[properties["FunctionName"]],
        batch_size=int(properties.get("BatchSize", 10)),
        reports_item_failures=ITEM_FAILURES in properties.get("FunctionResponseTypes", []),
    )


def _disconnected(aws: AwsServer, resources: Collection[Resource]) -> Iterator[tuple[str, str]]:
    """Take away the targets whose queue does not let the rule send, as Amazon SQS would refuse them; moto delivers."""
    events: EventBridgeClient = aws.client("events")
    for resource in resources:
        if resource.type != sam.RULE:
            continue
        rule_arn = events.describe_rule(Name=resource.physical_id)["Arn"]
        for target in events.list_targets_by_rule(Rule=resource.physical_id)["Targets"]:
            if refusing := _refusing(aws, target["Arn"], rule_arn):
                events.remove_targets(Rule=resource.physical_id, Ids=[target["Id"]])
                reason = f"the policy of {refusing} does not let events.amazonaws.com send for {rule_arn}"
                yield f"{resource.logical_id}.{target['Id']}", reason


def _refusing(aws: AwsServer, queue_arn: str, rule_arn: str) -> str:
    """Whose policy keeps the rule from sending, the queue's or that of its key; empty where neither does."""
    sqs: SQSClient = aws.client("sqs")
    url = sqs.get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    said = {"aws:sourcearn": (rule_arn,), "aws:securetransport": ("true",)}
    if not _lets_events(attributes.get("Policy"), Access("sqs:SendMessage", queue_arn, said)):
        return queue_arn
    key = attributes.get("KmsMasterKeyId", "")
    policy = aws.client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"] if key else None
    taken = [Access(action, key, said) for action in TAKEN["sqs:SendMessage"]] if key else []
    return "" if all(_lets_events(policy, access) for access in taken) else key


def _lets_events(policy: str | Json | None, access: Access) -> bool:
    # What CloudFormation gave a key moto hands out unwritten.
    document = json.loads(policy) if isinstance(policy, str) else policy
    statements = parse_policy(access.resource, document) if document else ()
    return bool(decide(access, (), speaking_of("Service:events.amazonaws.com", statements)).grants)


def _local_url(aws: AwsServer, url: str) -> str:
    # moto's CloudFormation names a queue by its AWS address.
    return f"{aws.endpoint_url}/{ACCOUNT_ID}/{url.rpartition('/')[2]}"
