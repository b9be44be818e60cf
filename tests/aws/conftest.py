"""A moto server in this process, and on it what the handlers need, made as the template declares it."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
import requests
from moto.emr.models import emr_backends
from moto.server import ThreadedMotoServer
from samtranslator.yaml_helper import yaml_parse

from gem.contracts.keys import Attempt, BatchId, RawManifestKey, RawPartKey
from gem.contracts.manifest import (
    BatchKind,
    CuratedManifest,
    CuratedTable,
    PartKind,
    RawAggregate,
    RawManifest,
    RawPart,
    Verdict,
    manifest_body,
)
from gem.contracts.states import Mover, State
from gem.ledger import Facts, Ledger
from lambdas import clients, runtime
from tests.aws.aws_events import (
    ACCOUNT,
    LAKE,
    REGION,
    REPOSITORY,
    sqs_record,
)
from tests.aws.warehouse_fake import FakeWarehouse

NOW = datetime(2026, 4, 1, 3, 30, tzinfo=UTC)
LAUNCH = {
    "Name": "gem",
    "ReleaseLabel": "emr-7.13.0",
    "Instances": {"KeepJobFlowAliveWhenNoSteps": True, "InstanceCount": 1, "MasterInstanceType": "m6i.xlarge"},
    "ServiceRole": "EMR_DefaultRole",
    "JobFlowRole": "EMR_EC2_DefaultRole",
}


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """The endpoint URL of a moto server on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@dataclass
class Aws:
    """The account of one test."""

    endpoint_url: str

    def client(self, service: str) -> Any:
        return boto3.client(service)

    @property
    def table(self) -> Any:
        return boto3.resource("dynamodb").Table("gem-ledger")

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.table, lease_seconds=60)

    def put(self, key: str, body: bytes, bucket: str = LAKE) -> None:
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=body)

    def put_raw(self, batch_id: BatchId, **changes: Any) -> RawManifest:
        """A raw batch of one part, its manifest last."""
        part = RawPartKey(batch_id, "contract", 0)
        self.put(str(part), b"PAR1 rows")
        manifest = raw_manifest(batch_id, **changes)
        self.put(str(RawManifestKey(batch_id)), manifest_body(manifest))
        return manifest

    def put_curated(
        self, attempt: Attempt, verdict: Verdict = Verdict.PASSED, error: str = "", rows: int = 3
    ) -> CuratedManifest:
        """The manifest of an attempt with one table."""
        manifest = CuratedManifest(
            batch_id=str(attempt.batch_id),
            attempt=attempt.number,
            source_id=attempt.batch_id.source_id,
            batch_seq=attempt.batch_id.batch_seq,
            snapshot_at=NOW,
            created_at=NOW,
            verdict=verdict,
            error=error,
            tables=(CuratedTable(name="fact_order_line", rows=rows, files=()),),
        )
        self.put(attempt.curated_manifest_key, manifest_body(manifest))
        return manifest

    def steps(self) -> list[dict[str, Any]]:
        """Every step of every cluster, the oldest first."""
        emr = self.client("emr")
        clusters = [cluster["Id"] for cluster in emr.list_clusters()["Clusters"]]
        return [step for cluster in clusters for step in reversed(emr.list_steps(ClusterId=cluster)["Steps"])]

    def fill_cluster(self, count: int) -> None:
        """Adds that many active steps of somebody else."""
        emr = self.client("emr")
        [cluster] = emr.list_clusters()["Clusters"]
        jar = {"Jar": "command-runner.jar", "Args": ["sleep"]}
        steps = [{"Name": f"other-{number}", "HadoopJarStep": jar} for number in range(count)]
        emr.add_job_flow_steps(JobFlowId=cluster["Id"], Steps=steps)

    def set_step_state(self, name: str, state: str) -> None:
        for step in (step for cluster in moto_clusters() for step in cluster.steps):
            if step.name == name:
                step.state = state

    def forget_steps(self) -> None:
        for cluster in moto_clusters():
            cluster.steps.clear()


def moto_clusters() -> list[Any]:
    """The server keeps clusters under another region than it is asked in."""
    return [cluster for backend in emr_backends[ACCOUNT].values() for cluster in backend.clusters.values()]


def raw_manifest(batch_id: BatchId, **changes: Any) -> RawManifest:
    part = RawPart(
        kind=PartKind.ROWS,
        table="contract",
        key=str(RawPartKey(batch_id, "contract", 0)),
        rows=3,
        size_bytes=len(b"PAR1 rows"),
        sha256="0" * 64,
    )
    fields: dict[str, Any] = {
        "batch_id": str(batch_id),
        "source_id": batch_id.source_id,
        "batch_seq": batch_id.batch_seq,
        "kind": BatchKind.LIVE,
        "snapshot": "754:756:754",
        "snapshot_at": NOW,
        "created_at": NOW,
        "bucket": LAKE,
        "aggregates": (RawAggregate(name="contract", changed_roots=3, travels_whole=False),),
        "parts": (part,),
    }
    return RawManifest(**{**fields, **changes})


@pytest.fixture
def aws(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An empty account with the lake, the tables, the queues and the launch arguments."""
    requests.post(f"{moto_server}/moto-api/reset", timeout=10).raise_for_status()
    for name, value in {
        "AWS_ENDPOINT_URL": moto_server,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    boto3.DEFAULT_SESSION = None
    account = Aws(moto_server)
    for bucket in (LAKE, "gem-artifacts"):
        account.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    template = yaml_parse((REPOSITORY / "template.yaml").read_text())["Resources"]
    create_table(account, "gem-ledger", template["LedgerTable"]["Properties"])
    create_table(account, "gem-idempotency", template["IdempotencyTable"]["Properties"])
    account.client("ssm").put_parameter(Name="/gem/cluster-launch", Type="String", Value=json.dumps(LAUNCH))
    return account


def create_table(account: Aws, name: str, declared: dict[str, Any]) -> None:
    passed = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    account.client("dynamodb").create_table(TableName=name, **{key: declared[key] for key in passed if key in declared})


@dataclass(frozen=True)
class Context:
    """What Lambda tells a handler."""

    aws_request_id: str
    function_name: str = "gem-test"
    memory_limit_in_mb: str = "512"
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:gem-test"
    function_version: str = "$LATEST"
    log_group_name: str = "/aws/lambda/gem-test"
    log_stream_name: str = "local"
    remaining_seconds: float = 600

    def get_remaining_time_in_millis(self) -> int:
        return int(self.remaining_seconds * 1000)


class Functions:
    """Calls handlers as Lambda does, with messages as SQS has them."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def context(self) -> Any:
        return Context(str(uuid.uuid4()))

    def fixture(self, name: str) -> str:
        return (REPOSITORY / "events" / f"{name}.json").read_text()

    def deliver(self, handler: Any, queue: str, *bodies: Any) -> list[int]:
        """Delivers the messages in one invocation; returns which of them are reported as failed."""
        records = [sqs_record(queue, f"m-{number}", body) for number, body in enumerate(bodies)]
        answer = handler({"Records": records}, self.context())
        return sorted(int(item["itemIdentifier"].removeprefix("m-")) for item in answer["batchItemFailures"])

    def forget(self) -> None:
        """Empties the idempotency table."""
        table = boto3.resource("dynamodb").Table("gem-idempotency")
        for item in table.scan()["Items"]:
            table.delete_item(Key={"id": item["id"]})

    def create_queue(self, name: str, visibility_seconds: int, max_receive_count: int) -> None:
        sqs = self._aws.client("sqs")
        dead = sqs.create_queue(QueueName=f"{name}-dead-letter")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": max_receive_count})
        attributes = {"VisibilityTimeout": str(visibility_seconds), "RedrivePolicy": redrive}
        sqs.create_queue(QueueName=name, Attributes=attributes)

    def send(self, queue: str, body: Any) -> None:
        self._aws.client("sqs").send_message(QueueUrl=self._url(queue), MessageBody=json.dumps(body))

    def poll(self, handler: Any, queue: str) -> int:
        """Receives what is visible, calls the handler and deletes what succeeded; returns how many were received."""
        sqs = self._aws.client("sqs")
        answer = sqs.receive_message(
            QueueUrl=self._url(queue), MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )
        messages = answer.get("Messages", [])
        if not messages:
            return 0
        records = [
            {
                **sqs_record(queue, message["MessageId"], message["Body"]),
                "receiptHandle": message["ReceiptHandle"],
                "attributes": message["Attributes"],
            }
            for message in messages
        ]
        failed = {item["itemIdentifier"] for item in handler({"Records": records}, self.context())["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=self._url(queue), ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def depth(self, queue: str) -> int:
        attributes = self._aws.client("sqs").get_queue_attributes(QueueUrl=self._url(queue), AttributeNames=["All"])
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])

    def _url(self, queue: str) -> str:
        return str(self._aws.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"])


@pytest.fixture
def functions(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Functions:
    """Handlers at their cold start, with the environment that the template gives them."""
    for name, value in {
        "GEM_LEDGER_TABLE": "gem-ledger",
        "GEM_LEASE_SECONDS": "60",
        "GEM_IDEMPOTENCY_TABLE": "gem-idempotency",
        "GEM_RETRY_SECONDS": "0",
        "GEM_LAKE_BUCKET": LAKE,
        "GEM_ARTIFACT_BUCKET": "gem-artifacts",
        "GEM_CLUSTER_NAME": "gem",
        "GEM_CLUSTER_LAUNCH_PARAMETER": "/gem/cluster-launch",
        "GEM_MAX_ATTEMPTS": "3",
        "GEM_STALE_SECONDS": "0",
        "GEM_WAREHOUSE_SECRET_ID": "gem/warehouse",
        "GEM_WAREHOUSE_SSL": "false",
        "GEM_COPY_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/gem-redshift-copy",
        "GEM_LOAD_ROW_BUDGET": "1000",
    }.items():
        monkeypatch.setenv(name, value)
    for module in (runtime, clients):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    return Functions(aws)


@pytest.fixture
def warehouse(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> FakeWarehouse:
    """The warehouse of the handlers, a fake."""
    fake = FakeWarehouse()
    monkeypatch.setattr(clients, "Redshift", fake)
    return fake


def submitted(aws: Aws, batch_id: BatchId, attempt: int = 1) -> Attempt:
    """A batch in the ledger whose step was submitted."""
    ledger = aws.ledger
    ledger.create(batch_id, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    name = Attempt(batch_id, attempt).step_name
    with ledger.lease(batch_id, "test") as held:
        facts = Facts(attempt=attempt, step_name=name, cluster_id="j-1", step_id="s-1")
        ledger.move(held, State.SUBMITTED, Mover.ON_RAW_MANIFEST, **facts)
    return Attempt(batch_id, attempt)


def states(aws: Aws, *batch_ids: BatchId) -> list[State | None]:
    """The states of batches; None for one that the ledger does not know."""
    records = [aws.ledger.get(batch_id) for batch_id in batch_ids]
    return [record.state if record else None for record in records]
