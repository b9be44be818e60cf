"""A moto server in this process, and on it what the handlers need, made as the template declares it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
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
    PartKind,
    RawAggregate,
    RawManifest,
    RawPart,
    Verdict,
    manifest_body,
)
from gem.ledger import Ledger

REPOSITORY = Path(__file__).parents[2]
REGION = "ap-south-1"
ACCOUNT = "123456789012"
LAKE = f"gem-lake-{ACCOUNT}-{REGION}"
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

    def put_curated(self, attempt: Attempt, verdict: Verdict = Verdict.PASSED, error: str = "") -> CuratedManifest:
        manifest = CuratedManifest(
            batch_id=str(attempt.batch_id),
            attempt=attempt.number,
            source_id=attempt.batch_id.source_id,
            batch_seq=attempt.batch_id.batch_seq,
            snapshot_at=NOW,
            created_at=NOW,
            verdict=verdict,
            error=error,
        )
        self.put(attempt.curated_manifest_key, manifest_body(manifest))
        return manifest

    def steps(self) -> list[dict[str, Any]]:
        """Every step of every cluster, the oldest first."""
        emr = self.client("emr")
        clusters = [cluster["Id"] for cluster in emr.list_clusters()["Clusters"]]
        return [step for cluster in clusters for step in reversed(emr.list_steps(ClusterId=cluster)["Steps"])]

    def set_step_state(self, name: str, state: str) -> None:
        for cluster in emr_backends[ACCOUNT][REGION].clusters.values():
            for step in cluster.steps:
                if step.name == name:
                    step.state = state

    def forget_steps(self) -> None:
        for cluster in emr_backends[ACCOUNT][REGION].clusters.values():
            cluster.steps.clear()


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
