"""A request to the local AWS API as IAM sees it: whose it is, and which permissions it takes."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from moto.emr.models import emr_backends
from moto.iam.models import iam_backends
from moto.secretsmanager.models import secretsmanager_backends

from local_aws.aws_endpoint import ACCOUNT_ID, REGION
from local_aws.iam.errors import UnknownCallError
from local_aws.iam.policy import Access
from local_aws.iam.s3_calls import COPY_SOURCE, S3Call

Environ = Mapping[str, Any]
Parameters = Mapping[str, Any]
ReadBody = Callable[[], bytes]

PREFIX_OF_SERVICE = {"monitoring": "cloudwatch"}
"""Where IAM's prefix is another than the name that requests are signed with."""
SCOPE = ("access key", "day", "region", "service", "aws4_request")
"""The parts of a signature's credential."""
ALLOWED_TO_ALL = frozenset({"sts:GetCallerIdentity"})
WITHOUT_RESOURCE = frozenset(
    {
        "elasticmapreduce:ListClusters",
        "elasticmapreduce:RunJobFlow",
        "ssm:CancelCommand",
        "ssm:GetCommandInvocation",
        "ssm:ListCommandInvocations",
        "sqs:ListQueues",
    }
)
"""Actions that know no resource (Service Authorization Reference)."""
ELASTICMAPREDUCE, EC2 = "elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"


class Caller(NamedTuple):
    """Who signed a request, and for which service, by IAM's prefix of its actions."""

    access_key: str
    service: str


def caller(environ: Environ) -> Caller | None:
    """Whose request it is; None where nobody has signed it."""
    signed = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition(",")[0]
    if not signed:
        # A presigned URL carries it in the query.
        signed = dict(parse_qsl(environ.get("QUERY_STRING", ""))).get("X-Amz-Credential", "")
    scope = signed.split("/")
    if len(scope) != len(SCOPE):
        return None
    access_key, _day, _region, service, _end = scope
    return Caller(access_key, PREFIX_OF_SERVICE.get(service, service))


def accesses(service: str, environ: Environ, read_body: ReadBody) -> Iterator[Access]:
    """The permissions that a request takes; UnknownCallError where nobody has said here which those are."""
    if service == "s3":
        yield from _s3_call(environ, read_body).accesses()
        return
    if service == "lambda":
        yield _lambda_call(environ)
        return
    operation, parameters = _operation(environ, read_body)
    action = f"{service}:{operation}"
    if action in WITHOUT_RESOURCE:
        yield Access(action, "*")
    elif service in ACCESSES:
        yield from ACCESSES[service](operation, parameters)
    elif action not in ALLOWED_TO_ALL:
        raise UnknownCallError(f"which permissions {action} takes is not known here")
    if operation == "RunJobFlow":
        yield from _of_a_launch(parameters)


def is_secure(environ: Environ) -> bool:
    """Whether a request came over TLS: the loopback interface stands for it, until a proxy says `http`."""
    return bool(environ.get("HTTP_X_FORWARDED_PROTO", "https") == "https")


def _s3_call(environ: Environ, read_body: ReadBody) -> S3Call:
    # WSGI hands over bytes as Latin-1.
    bucket, _, key = environ["PATH_INFO"].encode("latin-1").decode().lstrip("/").partition("/")
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    # The body is the data of an object, unless it lists what to delete.
    body = read_body() if "delete" in query else b""
    return S3Call(environ["REQUEST_METHOD"], bucket, key, query, environ.get(COPY_SOURCE, ""), body)


def _lambda_call(environ: Environ) -> Access:
    match environ["REQUEST_METHOD"], environ["PATH_INFO"].strip("/").split("/"):
        case "GET", [_, "functions", name, "configuration"]:
            return Access("lambda:GetFunctionConfiguration", _arn("lambda", f"function:{name}"))
    raise UnknownCallError(f"lambda: which permissions {environ['PATH_INFO']} takes is not known here")


def _operation(environ: Environ, read_body: ReadBody) -> tuple[str, Parameters]:
    """The name and the parameters of a call, in either of the protocols that carry them in the body."""
    if target := environ.get("HTTP_X_AMZ_TARGET", ""):
        return target.rpartition(".")[2], json.loads(read_body() or b"{}")
    form = dict(parse_qsl(read_body().decode()))
    if "Action" not in form:
        raise UnknownCallError(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} names no action")
    return form["Action"], form


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{resource}"


def _dynamodb(operation: str, parameters: Parameters) -> Iterator[Access]:
    action = f"dynamodb:{operation}"
    if operation == "TransactWriteItems":
        for item in parameters["TransactItems"]:
            # Put, Update, Delete and ConditionCheck: each takes the permission that it would take alone.
            ((kind, about),) = item.items()
            yield Access(f"dynamodb:{kind}Item", _table(about))
    elif "RequestItems" in parameters:
        yield from (Access(action, _table({"TableName": name})) for name in parameters["RequestItems"])
    elif "IndexName" in parameters:
        yield Access(action, f"{_table(parameters)}/index/{parameters['IndexName']}")
    else:
        yield Access(action, _table(parameters))


def _table(parameters: Parameters) -> str:
    name = str(parameters["TableName"])
    return name if name.startswith("arn:") else _arn("dynamodb", f"table/{name}")


def _sqs(operation: str, parameters: Parameters) -> Iterator[Access]:
    name = parameters.get("QueueName") or parameters["QueueUrl"].rpartition("/")[2]
    yield Access(f"sqs:{operation.removesuffix('Batch')}", _arn("sqs", name))


def _emr(operation: str, parameters: Parameters) -> Iterator[Access]:
    one = parameters.get("ClusterId") or parameters.get("JobFlowId") or parameters.get("ResourceId", "")
    for cluster_id in parameters.get("JobFlowIds") or [one]:
        resource = _arn("elasticmapreduce", f"cluster/{cluster_id}")
        yield Access(f"elasticmapreduce:{operation}", resource, _tags(cluster_id))


def _tags(cluster_id: str) -> dict[str, tuple[str, ...]]:
    found = [b.clusters[cluster_id] for b in list(emr_backends[ACCOUNT_ID].values()) if cluster_id in b.clusters]
    tags = found[0].tags if found else ()
    prefixes = ("elasticmapreduce:resourcetag/", "aws:resourcetag/")
    return {f"{prefix}{tag['Key']}".lower(): (tag["Value"],) for tag in tags for prefix in prefixes}


def _of_a_launch(parameters: Parameters) -> Iterator[Access]:
    """What RunJobFlow takes besides: the roles are passed on, and the cluster is tagged."""
    for name, service in (("ServiceRole", ELASTICMAPREDUCE), ("JobFlowRole", EC2), ("AutoScalingRole", "")):
        if name in parameters:
            yield Access("iam:PassRole", _role_arn(parameters[name]), {"iam:passedtoservice": (service,)})
    if tags := parameters.get("Tags"):
        context = {f"aws:requesttag/{each['Key']}".lower(): (each["Value"],) for each in tags}
        yield Access("elasticmapreduce:AddTags", _arn("elasticmapreduce", "cluster/*"), context)


def _role_arn(name: str) -> str:
    """The role of that name or ARN, or the one in the instance profile of that name."""
    profiles = iam_backends[ACCOUNT_ID]["aws"].instance_profiles.values()
    name = name.rpartition("/")[2]
    roles = [role.name for profile in profiles if profile.name == name for role in profile.roles]
    return f"arn:aws:iam::{ACCOUNT_ID}:role/{roles[0] if roles else name}"


def _secretsmanager(operation: str, parameters: Parameters) -> Iterator[Access]:
    secret = secretsmanager_backends[ACCOUNT_ID][REGION].secrets.get(parameters["SecretId"])
    yield Access(f"secretsmanager:{operation}", secret.arn if secret else str(parameters["SecretId"]))


def _ssm(operation: str, parameters: Parameters) -> Iterator[Access]:
    action = f"ssm:{operation}"
    if operation == "SendCommand":
        yield Access(action, _arn("ssm", f"document/{parameters['DocumentName']}"))
        yield from (Access(action, _arn("ec2", f"instance/{each}")) for each in parameters.get("InstanceIds", ()))
        return
    names = parameters.get("Names") or [parameters["Name"]]
    kind = "document" if operation.endswith("Document") else "parameter"
    yield from (Access(action, _arn("ssm", f"{kind}/{name.lstrip('/')}")) for name in names)


def _sns(operation: str, parameters: Parameters) -> Iterator[Access]:
    yield Access(f"sns:{operation}", parameters["TopicArn"])


def _events(operation: str, parameters: Parameters) -> Iterator[Access]:
    if operation not in {"DescribeRule", "ListTargetsByRule"}:
        raise UnknownCallError(f"which permissions events:{operation} takes is not known here")
    yield Access(f"events:{operation}", _arn("events", f"rule/{parameters.get('Name') or parameters['Rule']}"))


def _iam(operation: str, parameters: Parameters) -> Iterator[Access]:
    kinds = {"GetRole": ("role", "RoleName"), "GetInstanceProfile": ("instance-profile", "InstanceProfileName")}
    if operation not in kinds:
        raise UnknownCallError(f"which permissions iam:{operation} takes is not known here")
    kind, name = kinds[operation]
    yield Access(f"iam:{operation}", f"arn:aws:iam::{ACCOUNT_ID}:{kind}/{parameters[name]}")


def _cloudformation(operation: str, parameters: Parameters) -> Iterator[Access]:
    name = parameters.get("StackName", "*")
    yield Access(
        f"cloudformation:{operation}",
        name if name.startswith("arn:") else _arn("cloudformation", f"stack/{name}/local"),
    )


ACCESSES: Mapping[str, Callable[[str, Parameters], Iterator[Access]]] = {
    "dynamodb": _dynamodb,
    "sqs": _sqs,
    "elasticmapreduce": _emr,
    "secretsmanager": _secretsmanager,
    "ssm": _ssm,
    "sns": _sns,
    "cloudformation": _cloudformation,
    "events": _events,
    "iam": _iam,
}
"""By IAM's prefix, which resources the calls of a service name; the action has the operation's name."""


def over(access: Access, *, secure: bool, principal_arn: str) -> Access:
    """The access with what every request says of itself."""
    said = {"aws:securetransport": (str(secure).lower(),), "aws:principalarn": (principal_arn,)}
    return replace(access, context={**access.context, **said})
