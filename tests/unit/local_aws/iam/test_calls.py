"""Which permissions a request to the AWS API takes; the requests are those that boto3 itself makes."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest

from local_aws.iam.calls import accesses, caller, is_secure
from local_aws.iam.errors import UnknownCallError

HERE = "ap-south-1:123456789012"
LAKE = "arn:aws:s3:::lake"
Made = Callable[..., list[tuple[str, str]]]


class NotSentError(Exception):
    """A request that is only looked at."""


def environ_of(request: AWSPreparedRequest) -> dict[str, Any]:
    """The request as a WSGI server hands it over."""
    url = urlsplit(request.url)
    # The data of an object comes as a stream, which nobody here reads.
    body = request.body.encode() if isinstance(request.body, str) else request.body
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value.decode() if isinstance(value, bytes) else value
        for name, value in request.headers.items()
    }
    parts = {"REQUEST_METHOD": request.method, "PATH_INFO": url.path, "QUERY_STRING": url.query}
    return {**parts, **headers, "body": body}


@pytest.fixture
def made() -> Made:
    """(service, operation of boto3, its parameters) → the (action, resource) that the request takes."""

    def make(service: str, operation: str, **parameters: Any) -> list[tuple[str, str]]:
        client = boto3.client(
            service,
            endpoint_url="http://127.0.0.1:1",
            region_name="ap-south-1",
            aws_access_key_id="SomeRole",
            aws_secret_access_key="local",
        )
        environs: list[dict[str, Any]] = []

        def stop(request: AWSPreparedRequest, **_: Any) -> None:
            environs.append(environ_of(request))
            raise NotSentError

        client.meta.events.register("before-send", stop)
        with pytest.raises(NotSentError):
            getattr(client, operation)(**parameters)
        by = caller(environs[0])
        assert by is not None
        assert by.access_key == "SomeRole"
        return [
            (access.action, access.resource)
            for access in accesses(by.service, environs[0], lambda: environs[0]["body"])
        ]

    return make


OBJECT = {"Bucket": "lake", "Key": "raw/a"}
UPLOAD = {**OBJECT, "UploadId": "1"}
READ = [("s3:GetObject", f"{LAKE}/raw/a"), ("s3:ListBucket", LAKE)]
"""Of an object that is not there: only who may list is told so."""
WRITE = [("s3:PutObject", f"{LAKE}/raw/a")]


@pytest.mark.parametrize(
    ("operation", "parameters", "taken"),
    [
        ("get_object", OBJECT, READ),
        ("head_object", OBJECT, READ),
        ("put_object", {**OBJECT, "Body": b"1"}, WRITE),
        ("create_multipart_upload", OBJECT, WRITE),
        ("upload_part", {**UPLOAD, "PartNumber": 1, "Body": b"1"}, WRITE),
        ("complete_multipart_upload", UPLOAD, WRITE),
        ("abort_multipart_upload", UPLOAD, [("s3:AbortMultipartUpload", f"{LAKE}/raw/a")]),
        ("list_parts", UPLOAD, [("s3:ListMultipartUploadParts", f"{LAKE}/raw/a")]),
        ("copy_object", {**OBJECT, "CopySource": "other/b c"}, [*WRITE, ("s3:GetObject", "arn:aws:s3:::other/b c")]),
        (
            "upload_part_copy",
            {**UPLOAD, "PartNumber": 1, "CopySource": "other/b"},
            [*WRITE, ("s3:GetObject", "arn:aws:s3:::other/b")],
        ),
        ("delete_object", OBJECT, [("s3:DeleteObject", f"{LAKE}/raw/a")]),
        ("delete_object", {**OBJECT, "VersionId": "7"}, [("s3:DeleteObjectVersion", f"{LAKE}/raw/a")]),
        (
            "delete_objects",
            {"Bucket": "lake", "Delete": {"Objects": [{"Key": "raw/a"}, {"Key": "raw/b"}]}},
            [("s3:DeleteObject", f"{LAKE}/raw/a"), ("s3:DeleteObject", f"{LAKE}/raw/b")],
        ),
        ("list_objects_v2", {"Bucket": "lake"}, [("s3:ListBucket", LAKE)]),
        ("list_objects", {"Bucket": "lake"}, [("s3:ListBucket", LAKE)]),
        ("head_bucket", {"Bucket": "lake"}, [("s3:ListBucket", LAKE)]),
        ("list_multipart_uploads", {"Bucket": "lake"}, [("s3:ListBucketMultipartUploads", LAKE)]),
        ("get_bucket_location", {"Bucket": "lake"}, [("s3:GetBucketLocation", LAKE)]),
        ("list_buckets", {}, [("s3:ListAllMyBuckets", "*")]),
    ],
)
def test_an_operation_of_s3_takes_its_permissions(
    made: Made, operation: str, parameters: dict[str, Any], taken: list[tuple[str, str]]
) -> None:
    assert made("s3", operation, **parameters) == taken


QUEUE = {"QueueUrl": "http://127.0.0.1:1/123456789012/gem-q"}
TABLE = f"arn:aws:dynamodb:{HERE}:table/t"
CLUSTERS = f"arn:aws:elasticmapreduce:{HERE}:cluster"
PUT = {"Put": {"TableName": "t", "Item": {}}}
CHECK = {"ConditionCheck": {"TableName": "t", "Key": {}, "ConditionExpression": "a"}}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "taken"),
    [
        ("dynamodb", "get_item", {"TableName": "t", "Key": {}}, [("dynamodb:GetItem", TABLE)]),
        (
            "dynamodb",
            "query",
            {"TableName": "t", "IndexName": "by_state"},
            [("dynamodb:Query", f"{TABLE}/index/by_state")],
        ),
        ("dynamodb", "batch_get_item", {"RequestItems": {"t": {"Keys": [{}]}}}, [("dynamodb:BatchGetItem", TABLE)]),
        (
            "dynamodb",
            "transact_write_items",
            {"TransactItems": [PUT, CHECK]},
            [("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE)],
        ),
        ("sqs", "receive_message", QUEUE, [("sqs:ReceiveMessage", f"arn:aws:sqs:{HERE}:gem-q")]),
        ("sqs", "get_queue_url", {"QueueName": "gem-q"}, [("sqs:GetQueueUrl", f"arn:aws:sqs:{HERE}:gem-q")]),
        (
            "sqs",
            "delete_message_batch",
            {**QUEUE, "Entries": [{"Id": "1", "ReceiptHandle": "r"}]},
            [("sqs:DeleteMessage", f"arn:aws:sqs:{HERE}:gem-q")],
        ),
        ("emr", "list_clusters", {}, [("elasticmapreduce:ListClusters", "*")]),
        ("emr", "list_steps", {"ClusterId": "j-1"}, [("elasticmapreduce:ListSteps", f"{CLUSTERS}/j-1")]),
        (
            "emr",
            "terminate_job_flows",
            {"JobFlowIds": ["j-1", "j-2"]},
            [("elasticmapreduce:TerminateJobFlows", f"{CLUSTERS}/{each}") for each in ("j-1", "j-2")],
        ),
        (
            "emr",
            "run_job_flow",
            {
                "Name": "gem",
                "Instances": {},
                "ServiceRole": "service",
                "JobFlowRole": "instance",
                "Tags": [{"Key": "a", "Value": "b"}],
            },
            [
                ("elasticmapreduce:RunJobFlow", "*"),
                ("iam:PassRole", "arn:aws:iam::123456789012:role/service"),
                ("iam:PassRole", "arn:aws:iam::123456789012:role/instance"),
                ("elasticmapreduce:AddTags", f"{CLUSTERS}/*"),
            ],
        ),
        (
            "ssm",
            "send_command",
            {"DocumentName": "d", "InstanceIds": ["i-1"]},
            [
                ("ssm:SendCommand", f"arn:aws:ssm:{HERE}:document/d"),
                ("ssm:SendCommand", f"arn:aws:ec2:{HERE}:instance/i-1"),
            ],
        ),
        ("ssm", "get_parameter", {"Name": "/gem/a"}, [("ssm:GetParameter", f"arn:aws:ssm:{HERE}:parameter/gem/a")]),
        ("sns", "publish", {"TopicArn": "arn:t", "Message": "m"}, [("sns:Publish", "arn:t")]),
        (
            "cloudformation",
            "describe_stacks",
            {"StackName": "gem"},
            [("cloudformation:DescribeStacks", f"arn:aws:cloudformation:{HERE}:stack/gem/local")],
        ),
        ("sts", "get_caller_identity", {}, []),
    ],
)
def test_a_call_of_another_service_takes_its_permissions(
    made: Made, service: str, operation: str, parameters: dict[str, Any], taken: list[tuple[str, str]]
) -> None:
    assert made(service, operation, **parameters) == taken


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("s3", "put_bucket_acl", {"Bucket": "lake", "ACL": "private"}),
        ("events", "list_rules", {}),
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "me"}),
    ],
)
def test_a_call_of_which_nothing_is_said_here_is_not_known(
    made: Made, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(UnknownCallError):
        made(service, operation, **parameters)


def test_a_listing_says_what_it_lists(made: Made) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/lake",
        "QUERY_STRING": "list-type=2&prefix=raw%2Fgem%2F&delimiter=%2F",
    }
    [access] = accesses("s3", environ, bytes)
    assert access.context == {"s3:prefix": ("raw/gem/",), "s3:delimiter": ("/",)}


def test_a_presigned_url_is_its_signers() -> None:
    scope = "X-Amz-Credential=CopyRole%2F20261128%2Fap-south-1%2Fs3%2Faws4_request"
    assert caller({"QUERY_STRING": f"X-Amz-Algorithm=AWS4-HMAC-SHA256&{scope}"}) == ("CopyRole", "s3")
    assert caller({"QUERY_STRING": ""}) is None


def test_the_loopback_stands_for_tls_until_a_proxy_says_otherwise() -> None:
    assert is_secure({})
    assert not is_secure({"HTTP_X_FORWARDED_PROTO": "http"})
