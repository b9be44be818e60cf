"""After the AWS side was killed, with its queues, events, clusters and steps, every batch still comes to LOADED."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from gem.contracts.keys import Attempt, BatchId, RawManifestKey, RawPartKey
from gem.contracts.manifest import BatchKind, PartKind, RawAggregate, RawManifest, RawPart, manifest_body
from gem.contracts.states import Mover, State
from gem.ledger import Ledger
from gem.settings import WarehouseSettings
from gem.warehouse.connection import connect
from gem.warehouse.migrate import migrate
from local_aws.aws_endpoint import AwsEndpoint
from local_aws.deployed import Deployment
from local_aws.dispatcher import Dispatcher
from local_aws.lambda_runtime import LambdaRuntime
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from local_aws.schedule import Scheduler

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
AWS = Path(__file__).with_name("restartable_aws.py")
CHEAP_STEP = Path(__file__).with_name("cheap_step.py")
PATIENCE_SECONDS = 120
PARAMETERS = {
    "WarehouseSsl": "false",
    "RetrySeconds": "1",
    "MaxReceiveCount": "3",
    "LeaseSeconds": "5",
    "StaleSeconds": "0",
    # Ticks come when the test asks for them.
    "ReconcileSchedule": "rate(1 day)",
}
UNREGISTERED, EXTRACTED, PLANNED, RUNNING, WRITTEN, CURATED = (BatchId("gem", seq) for seq in range(1, 7))


def until(condition: Any) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.2)


class Cloud:
    """The AWS side in a process that can be killed; functions, PostgreSQL and the warehouse in this one."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.folder = folder
        self.aws = AwsEndpoint(f"http://127.0.0.1:{self._port}")
        self.postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres", durable=False))
        self.postgres.create_database("warehouse")
        front = RedshiftFront(self.postgres.dsn("warehouse"), self.aws.endpoint_url)
        self._front = stack.enter_context(front)
        self._process: subprocess.Popen[str] | None = None
        self._dispatcher: Dispatcher | None = None
        stack.callback(self.kill_aws)
        stack.callback(self.stop_functions)

    def start_aws(self) -> None:
        warehouse = {
            "host": self._front.host,
            "port": self._front.port,
            "dbname": "warehouse",
            "username": self._front.user,
            "password": self._front.password,
        }
        config = {
            "port": self._port,
            "folder": str(self.folder),
            "parameters": PARAMETERS,
            "warehouse": warehouse,
        }
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        command = [sys.executable, str(AWS), json.dumps(config)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def kill_aws(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.communicate()

    def start_functions(self) -> None:
        functions = self.deployment.functions
        logs = self.folder / "functions"
        runtime = LambdaRuntime(functions, REPOSITORY, lambda role: self.aws.acting_as(role).environment, logs)
        self._dispatcher = Dispatcher(self.aws, self.deployment.mappings, runtime)
        self._dispatcher.start()

    def stop_functions(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.stop()

    def migrate(self) -> None:
        outputs = self.deployment.outputs
        settings = WarehouseSettings(
            lake_bucket=outputs["LakeBucketName"],
            warehouse_secret_id=outputs["WarehouseSecretName"],
            warehouse_ssl=False,
            copy_role_arn=outputs["CopyRoleArn"],
        )
        connection = connect(settings, self.aws.client("secretsmanager"))
        migrate(connection)
        connection.close()

    @property
    def deployment(self) -> Deployment:
        return Deployment.load(self.folder / "deployment.json")

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.aws.table(self.deployment.outputs["LedgerTableName"]), lease_seconds=5)

    def put_raw(self, batch_id: BatchId) -> None:
        """A raw batch of one part, its manifest last."""
        bucket, key, body = (
            self.deployment.outputs["LakeBucketName"],
            RawPartKey(batch_id, "contract", 0, True),
            b"PAR1",
        )
        self.aws.client("s3").put_object(Bucket=bucket, Key=str(key), Body=body)
        now = datetime.now(UTC)
        part = RawPart(
            kind=PartKind.ROOTS, table="contract", key=str(key), rows=1, size_bytes=len(body), sha256="0" * 64
        )
        manifest = RawManifest(
            batch_id=str(batch_id),
            source_id=batch_id.source_id,
            batch_seq=batch_id.batch_seq,
            kind=BatchKind.LIVE,
            snapshot="754:756:754",
            snapshot_at=now,
            created_at=now,
            bucket=bucket,
            aggregates=(RawAggregate(name="contract", changed_roots=1, travels_whole=False),),
            parts=(part,),
        )
        self.aws.client("s3").put_object(Bucket=bucket, Key=str(RawManifestKey(batch_id)), Body=manifest_body(manifest))

    def put_curated(self, batch_id: BatchId) -> None:
        """What the first attempt of the batch's step writes."""
        uri = f"s3://{self.deployment.outputs['LakeBucketName']}/{RawManifestKey(batch_id)}"
        command = [sys.executable, str(CHEAP_STEP), "--manifest", uri, "--attempt", "1"]
        environment = {**os.environ, **self.aws.environment, "PYTHONPATH": str(REPOSITORY)}
        subprocess.run(command, check=True, env=environment)

    def put_in_ledger(self, batch_id: BatchId, *states: State, step_id: str = "s-GONE") -> None:
        """The batch after these moves; without states EXTRACTED, with a step that was only planned."""
        facts: Any = {"attempt": 1, "step_name": Attempt(batch_id, 1).step_name, "cluster_id": "j-GONE"}
        with self.ledger.lease(batch_id, "test") as held:
            record = self.ledger.note(held, **facts, step_id=step_id)
            for state in states:
                by = Mover.ON_RAW_MANIFEST if state is State.SUBMITTED else Mover.ON_STEP_COMPLETED
                record = self.ledger.move(record, state, by)

    def states(self) -> dict[BatchId, tuple[State, int]]:
        """Where the batches stand, and in which attempt."""
        records = {batch: self.ledger.get(batch) for batch in BATCHES}
        return {batch: (record.state, record.attempt) for batch, record in records.items() if record}

    def steps(self) -> list[str]:
        """The steps that the clusters of this life know."""
        emr = self.aws.client("emr")
        clusters = [each["Id"] for each in emr.list_clusters()["Clusters"]]
        return sorted(step["Name"] for each in clusters for step in emr.list_steps(ClusterId=each)["Steps"])

    def loads(self) -> list[tuple[str, int]]:
        """(batch, attempt) of every load that the warehouse knows of."""
        with psycopg2.connect(self.postgres.dsn("warehouse")) as connection, connection.cursor() as cursor:
            cursor.execute("select batch_id, attempt from ops.load_log order by 1, 2")
            found = cursor.fetchall()
        connection.close()
        return found


BATCHES: Sequence[BatchId] = (UNREGISTERED, EXTRACTED, PLANNED, RUNNING, WRITTEN, CURATED)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with ExitStack() as stack:
        made = Cloud(tmp_path, stack)
        made.start_aws()
        made.migrate()
        yield made


def test_a_batch_in_whatever_state_goes_on_to_loaded_after_the_aws_side_was_killed(cloud: Cloud) -> None:
    (cloud.folder / "hang").touch()
    cloud.start_functions()
    cloud.put_raw(RUNNING)
    until(lambda: (cloud.folder / "steps").exists() and cloud.states().get(RUNNING) == (State.SUBMITTED, 1))
    cloud.stop_functions()
    for batch in (UNREGISTERED, EXTRACTED, PLANNED, WRITTEN, CURATED):
        cloud.put_raw(batch)
    for batch in (EXTRACTED, PLANNED, WRITTEN, CURATED):
        cloud.ledger.create(batch, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    cloud.put_in_ledger(PLANNED, step_id="")
    cloud.put_in_ledger(WRITTEN, State.SUBMITTED)
    cloud.put_in_ledger(CURATED, State.SUBMITTED, State.CURATED)
    for batch in (WRITTEN, CURATED):
        cloud.put_curated(batch)
    before = cloud.states()

    cloud.kill_aws()
    (cloud.folder / "hang").unlink()
    cloud.start_aws()
    assert cloud.states() == before
    assert cloud.steps() == []
    cloud.start_functions()

    def all_loaded() -> bool:
        Scheduler(cloud.aws).tick()
        return [state for state, _ in cloud.states().values()] == [State.LOADED] * len(BATCHES)

    until(all_loaded)
    assert {batch: attempt for batch, (_, attempt) in cloud.states().items()} == {
        UNREGISTERED: 1,
        EXTRACTED: 1,
        PLANNED: 1,
        RUNNING: 2,
        WRITTEN: 1,
        CURATED: 1,
    }
    # Work that had been done is not done again, and what was lost is done once.
    again = [Attempt(UNREGISTERED, 1), Attempt(EXTRACTED, 1), Attempt(PLANNED, 1), Attempt(RUNNING, 2)]
    assert cloud.steps() == sorted(attempt.step_name for attempt in again)
    assert cloud.loads() == sorted((str(batch), attempt) for batch, (_, attempt) in cloud.states().items())
