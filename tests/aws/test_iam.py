"""The local AWS API refuses what a role's policies do not allow, in AWS' own words, and keeps who did what."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError

from local_aws.aws_server import AwsServer
from local_aws.deployment import deploy
from local_aws.iam.guard import Refused
from local_aws.iam.policy import Grant

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties: {BucketName: lake}
  Tls:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Lake
      PolicyDocument:
        Statement:
          - {Effect: Deny, Principal: "*", Action: "s3:*", Resource: [!GetAtt Lake.Arn, !Sub "${Lake.Arn}/*"],
             Condition: {Bool: {"aws:SecureTransport": "false"}}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: ledger
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Reader:
    Type: AWS::IAM::Role
    Properties:
      RoleName: gem-reader
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: s3:GetObject, Resource: !Sub "${Lake.Arn}/raw/*"}
              - {Effect: Allow, Action: s3:ListBucket, Resource: !GetAtt Lake.Arn,
                 Condition: {StringLike: {s3:prefix: raw/*}}}
              - {Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Version: "2012-10-17", Statement: []}
  Vault:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: vault
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn}
  Keyless:
    Type: AWS::IAM::Role
    Properties:
      RoleName: keyless
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
      Policies:
        - PolicyName: write
          PolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Action: ["s3:PutObject", "s3:GetObject"], Resource: !Sub "${Vault.Arn}/*"}
  KeyPolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: key
      Roles: [!Ref Keyless]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Action: "kms:GenerateDataKey", Resource: !GetAtt Key.Arn}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [test.source]}
      Targets: [{Id: sealed, Arn: !GetAtt Sealed.Arn}]
  Sealed:
    Type: AWS::SQS::Queue
    Properties: {QueueName: sealed, KmsMasterKeyId: !GetAtt Key.Arn}
  SealedPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Sealed]
      PolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: "sqs:SendMessage",
                    Resource: !GetAtt Sealed.Arn}
  Unattached:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Action: s3:PutObject, Resource: !Sub "${Lake.Arn}/raw/*"}
"""
RAW = "arn:aws:s3:::lake/raw"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    path = tmp_path_factory.mktemp("template") / "template.yaml"
    path.write_text(TEMPLATE)
    with AwsServer() as aws:
        deploy(aws, path)
        for key in ("raw/a", "curated/a"):
            aws.client("s3").put_object(Bucket="lake", Key=key, Body=b"rows")
        yield aws


@pytest.fixture
def aws(server: AwsServer) -> AwsServer:
    server.guard.used.clear()
    server.guard.refused.clear()
    return server


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    """The code and the message of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error.get("Message", "")


@pytest.mark.parametrize("key", ["Reader", "gem-reader"])
def test_a_role_may_what_its_policy_says_under_its_logical_id_and_its_name(aws: AwsServer, key: str) -> None:
    s3 = aws.acting_as(key).client("s3")
    assert s3.get_object(Bucket="lake", Key="raw/a")["Body"].read() == b"rows"
    assert s3.list_objects_v2(Bucket="lake", Prefix="raw/")["KeyCount"] == 1
    assert aws.guard.used == {
        ("Reader", Grant("s3:GetObject", f"{RAW}/*")): f"{RAW}/a",
        ("Reader", Grant("s3:ListBucket", "arn:aws:s3:::lake")): "arn:aws:s3:::lake",
    }
    assert aws.guard.refused == {}


def test_another_prefix_is_refused_with_role_action_and_resource(aws: AwsServer) -> None:
    s3 = aws.acting_as("Reader").client("s3")
    code, message = refused(s3.get_object, Bucket="lake", Key="curated/a")
    assert code == "AccessDenied"
    for word in ("role/gem-reader", "Reader", "s3:GetObject", "arn:aws:s3:::lake/curated/a"):
        assert word in message
    assert refused(s3.list_objects_v2, Bucket="lake", Prefix="curated/")[0] == "AccessDenied"
    assert refused(s3.list_objects_v2, Bucket="lake")[0] == "AccessDenied"
    assert set(aws.guard.refused) == {
        Refused("Reader", "s3:GetObject", "arn:aws:s3:::lake/curated/a"),
        Refused("Reader", "s3:ListBucket", "arn:aws:s3:::lake"),
    }


def test_who_may_not_write_writes_nothing(aws: AwsServer) -> None:
    s3 = aws.acting_as("Reader").client("s3")
    assert refused(s3.put_object, Bucket="lake", Key="raw/b", Body=b"x")[0] == "AccessDenied"
    assert refused(s3.delete_objects, Bucket="lake", Delete={"Objects": [{"Key": "raw/a"}]})[0] == "AccessDenied"
    found = aws.client("s3").list_objects_v2(Bucket="lake", Prefix="raw/")["Contents"]
    assert [each["Key"] for each in found] == ["raw/a"]


def test_a_missing_object_is_denied_to_whom_may_not_list_it(aws: AwsServer) -> None:
    s3 = aws.acting_as("Reader").client("s3")
    assert refused(s3.get_object, Bucket="lake", Key="raw/none")[0] == "AccessDenied"
    assert refused(s3.head_object, Bucket="lake", Key="raw/none")[0] == "403"
    assert refused(aws.client("s3").get_object, Bucket="lake", Key="raw/none")[0] == "NoSuchKey"


def test_a_call_with_a_body_is_decided_by_what_it_names(aws: AwsServer) -> None:
    client = aws.acting_as("Reader").client("dynamodb")
    assert "Item" not in client.get_item(TableName="ledger", Key={"id": {"S": "1"}})
    code, message = refused(client.put_item, TableName="ledger", Item={"id": {"S": "1"}})
    assert code == "AccessDeniedException"
    assert "dynamodb:PutItem" in message
    assert refused(client.get_item, TableName="other", Key={"id": {"S": "1"}})[0] == "AccessDeniedException"
    assert refused(aws.acting_as("Reader").client("events").list_rules)[0] == "AccessDeniedException"


def test_a_policy_that_no_role_has_is_whoevers_it_is_given(aws: AwsServer) -> None:
    s3 = aws.acting_as("Unattached").client("s3")
    s3.put_object(Bucket="lake", Key="raw/c", Body=b"x")
    assert refused(s3.get_object, Bucket="lake", Key="raw/c")[0] == "AccessDenied"
    aws.client("s3").delete_object(Bucket="lake", Key="raw/c")


def test_what_is_encrypted_takes_its_key_besides(aws: AwsServer) -> None:
    s3 = aws.acting_as("Keyless").client("s3")
    s3.put_object(Bucket="vault", Key="a", Body=b"x")
    assert {grant.action for _, grant in aws.guard.used} == {"s3:PutObject", "kms:GenerateDataKey"}
    code, message = refused(s3.get_object, Bucket="vault", Key="a")
    assert code == "AccessDenied"
    assert "kms:Decrypt on resource: arn:aws:kms:" in message


def test_a_stranger_is_nobody(aws: AwsServer) -> None:
    assert refused(aws.acting_as("Stranger").client("s3").list_buckets)[0] == "InvalidAccessKeyId"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{aws.endpoint_url}/lake/raw/a")


def in_the_clear(request: AWSPreparedRequest, **_: Any) -> None:
    request.headers["X-Forwarded-Proto"] = "http"


@pytest.mark.parametrize("who", ["Reader", "local"])
def test_nobody_reads_the_bucket_without_tls(aws: AwsServer, who: str) -> None:
    client = aws.acting_as(who).client("s3")
    assert client.get_object(Bucket="lake", Key="raw/a")["Body"].read() == b"rows"
    client.meta.events.register("before-send.s3", in_the_clear)
    code, message = refused(client.get_object, Bucket="lake", Key="raw/a")
    assert code == "AccessDenied"
    assert "explicit deny in Tls" in message


def test_a_rule_reaches_no_queue_whose_key_does_not_let_it(aws: AwsServer, tmp_path: Path) -> None:
    opened = """KeyPolicy:
        Version: "2012-10-17"
        Statement:
          {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: "kms:*", Resource: "*"}"""
    template = tmp_path / "template.yaml"
    closed = 'KeyPolicy: {Version: "2012-10-17", Statement: []}'
    for text, hindered in ((TEMPLATE, {"Rule.sealed"}), (TEMPLATE.replace(closed, opened), set())):
        template.write_text(text)
        aws.reset()
        found = deploy(aws, template).not_connected
        assert set(found) == hindered
        assert all("policy of arn:aws:kms:" in reason for reason in found.values())


def test_a_forgotten_stack_guards_nothing(aws: AwsServer, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    guard = aws.guard
    aws.reset()
    assert aws.acting_as("Stranger").client("s3").list_buckets()["Buckets"] == []
    deploy(aws, template)
    assert aws.guard is not guard
    assert refused(aws.acting_as("Stranger").client("s3").list_buckets)[0] == "InvalidAccessKeyId"
