"""Which keys encrypt what a stack keeps: reading and writing it takes the key as well, in the name of who asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from local_aws.aws_endpoint import ACCOUNT_ID, REGION
from local_aws.iam.policy import Access

Json = dict[str, Any]
Resolve = Callable[[Any], Any]

DECRYPT, MAKE = "kms:Decrypt", "kms:GenerateDataKey"
# S3: "Using server-side encryption with KMS keys"; SQS: "Key management"; DynamoDB: "How DynamoDB uses AWS KMS";
# Secrets Manager: "Secret encryption and decryption"; SNS: "Key management".
TAKEN: Mapping[str, Sequence[str]] = {
    "s3:GetObject": (DECRYPT,),
    # A part of a large object is encrypted with the key that the upload began with.
    "s3:PutObject": (MAKE,),
    "sqs:ReceiveMessage": (DECRYPT,),
    "sqs:SendMessage": (MAKE, DECRYPT),
    "secretsmanager:GetSecretValue": (DECRYPT,),
    "sns:Publish": (MAKE, DECRYPT),
}
"""What an action takes of its resource's key, besides itself; any action on a table takes `kms:Decrypt`."""


def keys_of_resources(resources: Mapping[str, Json], resolve: Resolve) -> dict[str, str]:
    """The ARN of every bucket, queue, table, secret and topic that has a key of the account's own → that key's ARN."""
    found = {}
    for name, resource in resources.items():
        if resource["Type"] in KEY_OF and (key := KEY_OF[resource["Type"]](resource.get("Properties", {}))):
            found[_arn(resource["Type"], str(resolve({"Ref": name})))] = _key_arn(str(resolve(key)))
    return found


def taken_of_keys(access: Access, keys: Mapping[str, str]) -> Iterator[Access]:
    """What an access takes of the key of its resource; nothing where that has none of the account's own."""
    key = keys.get(owner_of(access.resource))
    service = access.action.partition(":")[0]
    if key is not None:
        actions = (DECRYPT,) if service == "dynamodb" else TAKEN.get(access.action, ())
        via = {"kms:viaservice": (f"{service}.{REGION}.amazonaws.com",)}
        yield from (Access(action, key, via) for action in actions)


def owner_of(resource: str) -> str:
    """The bucket of an object, the table of an index; any other resource is its own."""
    if resource.startswith("arn:aws:s3:"):
        return resource.partition("/")[0]
    return resource.partition("/index/")[0]


def _of_bucket(properties: Json) -> Any:
    rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", ())
    return next((rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID") for rule in rules), None)


KEY_OF: Mapping[str, Callable[[Json], Any]] = {
    "AWS::S3::Bucket": _of_bucket,
    "AWS::SQS::Queue": lambda properties: properties.get("KmsMasterKeyId"),
    "AWS::DynamoDB::Table": lambda properties: properties.get("SSESpecification", {}).get("KMSMasterKeyId"),
    "AWS::SecretsManager::Secret": lambda properties: properties.get("KmsKeyId"),
    "AWS::SNS::Topic": lambda properties: properties.get("KmsMasterKeyId"),
}
"""Where a resource of the template names its key."""


def _arn(kind: str, reference: str) -> str:
    """The ARN of what `Ref` gives."""
    if kind == "AWS::S3::Bucket":
        return f"arn:aws:s3:::{reference}"
    if kind == "AWS::DynamoDB::Table":
        return f"arn:aws:dynamodb:{REGION}:{ACCOUNT_ID}:table/{reference}"
    if kind == "AWS::SQS::Queue":
        return f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{reference.rpartition('/')[2]}"
    return reference


def _key_arn(key: str) -> str:
    return key if key.startswith("arn:") else f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/{key}"
