"""Who there is in a stack: its roles with what their policies allow, and the policies of its buckets."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from local_aws.aws_endpoint import ACCOUNT_ID
from local_aws.iam.encryption import keys_of_resources
from local_aws.iam.guard import Guard, Identity
from local_aws.iam.policy import Statement, parse_policy

ROLE = "AWS::IAM::Role"
POLICY = "AWS::IAM::Policy"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
BUCKET_POLICY = "AWS::S3::BucketPolicy"
OF_AWS = ":iam::aws:policy/"
"""In the ARN of a policy that AWS keeps, for its own agents: what it allows is not looked at here."""

Json = dict[str, Any]
Resolve = Callable[[Any], Any]
"""A node of the template → the same with every reference resolved."""


def guard_of(resources: Mapping[str, Json], physical_ids: Mapping[str, str], resolve: Resolve) -> Guard:
    """What the policies of a template say, once its resources are created: `physical_ids` is what Ref gives for each.

    Raises PolicyError for what the local IAM does not understand.
    """
    return Guard(
        tuple(identities(resources, physical_ids, resolve)),
        bucket_policies(resources, resolve),
        keys_of_resources(resources, resolve),
    )


def identities(resources: Mapping[str, Json], physical_ids: Mapping[str, str], resolve: Resolve) -> Iterator[Identity]:
    """The roles that were created, and every managed policy, each with its statements.

    A policy stands for whoever attaches it outside the stack: its logical id is an access key as a role's is.
    """
    managed = {
        physical_ids[name]: parse_policy(name, resolve(resource["Properties"]["PolicyDocument"]))
        for name, resource in resources.items()
        if resource["Type"] == MANAGED_POLICY and name in physical_ids
    }
    further = [(name, resolve(each["Properties"])) for name, each in resources.items() if each["Type"] == POLICY]
    for name, resource in resources.items():
        if resource["Type"] == ROLE and name in physical_ids:
            properties = resolve(resource["Properties"])
            arns = [arn for arn in properties.get("ManagedPolicyArns", ()) if OF_AWS not in arn]
            role_name = physical_ids[name]
            own = [
                parse_policy(policy, each["PolicyDocument"]) for policy, each in further if role_name in each["Roles"]
            ]
            statements = [*_inline(name, properties), *chain(*own), *chain(*(managed[arn] for arn in arns))]
            yield Identity(name, _role_arn(role_name), tuple(statements), (role_name,))
    for name, arn in physical_ids.items():
        if arn in managed:
            yield Identity(name, f"arn:aws:iam::{ACCOUNT_ID}:role/{name}", managed[arn])


def bucket_policies(resources: Mapping[str, Json], resolve: Resolve) -> dict[str, tuple[Statement, ...]]:
    """The statements of the policies of buckets, by the ARN of the bucket."""
    found: dict[str, tuple[Statement, ...]] = {}
    for name, resource in resources.items():
        if resource["Type"] == BUCKET_POLICY:
            properties = resolve(resource["Properties"])
            found[f"arn:aws:s3:::{properties['Bucket']}"] = parse_policy(name, properties["PolicyDocument"])
    return found


def _inline(name: str, properties: Json) -> Iterator[Statement]:
    for policy in properties.get("Policies", ()):
        yield from parse_policy(f"{name}/{policy['PolicyName']}", policy["PolicyDocument"])


def _role_arn(role_name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT_ID}:role/{role_name}"
