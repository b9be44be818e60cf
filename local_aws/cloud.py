"""The whole pipeline on one machine: source, warehouse, AWS API, functions and steps, started and stopped together."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from gem.contracts.states import State
from gem.ledger import BatchRecord, Ledger
from gem.settings import WarehouseSettings
from local_aws import parts
from local_aws.aws_server import AwsServer
from local_aws.batches import Hop, dead_letters, hops, settle, wait_for
from local_aws.deployed import Deployment
from local_aws.emr import EmrRunner, StepCommand
from local_aws.errors import LocalCloudError
from local_aws.folder import owned
from local_aws.parts import LOCAL_PARAMETERS, SOURCE_DATABASE, SOURCE_ID, TEMPLATE, WAREHOUSE_DATABASE, Login
from local_aws.postgres import EmbeddedPostgres
from local_aws.progress import OnProgress, ignore_progress
from local_aws.redshift import RedshiftFront
from local_aws.schedule import Scheduler
from local_aws.spark import spark_submit

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["SOURCE_DATABASE", "SOURCE_ID", "TEMPLATE", "WAREHOUSE_DATABASE", "LocalCloud"]

OWN_FOLDERS = ("postgres", "steps", "functions", "instance")


class LocalCloud:
    """Everything of the pipeline but the extractor, which is run with `extractor_env`.

    `work_dir` belongs to this cloud, which starts empty and keeps its logs there: `steps/`, `functions/`. `drop` leaves
    resources out of the template (see template.without), `parameters` overrides the short local times. `step_command`
    stands in for spark-submit; `on_progress` is told of every call and step, by the threads that make them. Ports are
    free ones unless given. Stopping leaves no process and no thread.
    """

    def __init__(
        self,
        work_dir: Path,
        *,
        template: Path = TEMPLATE,
        drop: Collection[str] = (),
        parameters: Mapping[str, str] | None = None,
        step_command: StepCommand = spark_submit,
        on_progress: OnProgress = ignore_progress,
        aws_port: int | None = None,
        postgres_port: int | None = None,
        warehouse_port: int | None = None,
    ) -> None:
        self._work_dir = work_dir.absolute()
        self._template = template.absolute()
        self._drop = drop
        self._parameters = {**LOCAL_PARAMETERS, **(parameters or {})}
        self._step_command = step_command
        self._on_progress = on_progress
        self._warehouse_port = warehouse_port
        self._servers = ExitStack()
        self._workers = ExitStack()
        self.aws = AwsServer(aws_port)
        self.postgres = EmbeddedPostgres(self._work_dir / "postgres", postgres_port, durable=False)
        self._front: RedshiftFront | None = None
        self._deployment: Deployment | None = None
        self._scheduler: Scheduler | None = None
        self._steps: EmrRunner | None = None

    def start(self) -> Self:
        """Start every part, in the order of their needs; a failure stops what had started."""
        try:
            self._servers.enter_context(owned(self._work_dir, OWN_FOLDERS))
            with ThreadPoolExecutor(1) as pool:
                # The first deployment imports most of moto while PostgreSQL makes its cluster.
                databases = pool.submit(self._start_databases)
                self._servers.enter_context(self.aws)
                self._deploy(self._drop)
                databases.result()
            self._front = self._servers.enter_context(
                RedshiftFront(self.postgres.dsn(WAREHOUSE_DATABASE), self.aws.endpoint_url, self._warehouse_port)
            )
            self._write_secrets()
            parts.migrate_warehouse(self.aws, self.deployment)
            self._start_workers()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop every part, also in the middle of a step or a load; nothing happens when it is not running."""
        self._workers.close()
        self._servers.close()

    def redeploy(self, drop: Collection[str] = ()) -> None:
        """Forget every AWS resource and deploy the template again, without `drop`; databases stay as they are."""
        self._workers.close()
        self.aws.reset()
        self._deploy(drop)
        self._write_secrets()
        self._start_workers()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def deployment(self) -> Deployment:
        """What was made of the template. Raises LocalCloudError before start."""
        if self._deployment is None:
            raise LocalCloudError("the local cloud is not running: call start() first")
        return self._deployment

    @property
    def source_dsn(self) -> str:
        """The source database, as its superuser; empty at first."""
        return self.postgres.dsn(SOURCE_DATABASE)

    @property
    def lake_bucket(self) -> str:
        """The bucket of raw, curated and rejected data."""
        return self.deployment.outputs["LakeBucketName"]

    @property
    def extractor_env(self) -> dict[str, str]:
        """The whole environment of `python -m extractor_ec2`."""
        return parts.extractor_environment(self.aws, self.deployment, self.source_dsn)

    @property
    def warehouse(self) -> dict[str, Any]:
        """How clients reach the warehouse: host, port, dbname, username and password, as in its secret."""
        return asdict(self._warehouse_login)

    @property
    def warehouse_settings(self) -> WarehouseSettings:
        """The settings with which gem.warehouse connects here."""
        return parts.warehouse_settings(self.deployment)

    @property
    def s3(self) -> "S3Client":
        """A client of the local S3."""
        client: S3Client = self.aws.client("s3")
        return client

    @property
    def ledger(self) -> Ledger:
        """The ledger of this cloud."""
        return Ledger(self.aws.table(self.deployment.outputs["LedgerTableName"]), lease_seconds=60)

    def tick(self) -> None:
        """Fire the scheduled rules now, without waiting for their time."""
        if self._scheduler is not None:
            self._scheduler.tick()

    def wait_for(self, batch_id: str, state: State, timeout_seconds: float) -> BatchRecord:
        """The batch's record once it is in `state`; see batches.wait_for."""
        return wait_for(self.ledger, batch_id, state, timeout_seconds)

    def settle(self, timeout_seconds: float) -> None:
        """Return when nothing moves any more: no message in a polled queue, no step waiting or running.

        Raises LocalCloudError when the time is over.
        """
        settle(self.aws, [mapping.queue_url for mapping in self.deployment.mappings], self.steps, timeout_seconds)

    def hops(self, batch_id: str) -> list[Hop]:
        """The batch's moves with seconds and rows; see batches.hops."""
        return hops(self.ledger, batch_id)

    def dead_letters(self) -> dict[str, list[str]]:
        """The bodies in every dead-letter queue that has some; see batches.dead_letters."""
        return dead_letters(self.aws)

    @property
    def steps(self) -> EmrRunner:
        """The EMR steps: their states and logs. Raises LocalCloudError before start."""
        if self._steps is None:
            raise LocalCloudError("the local cloud is not running: call start() first")
        return self._steps

    def _start_databases(self) -> None:
        self._servers.enter_context(self.postgres)
        for name in (SOURCE_DATABASE, WAREHOUSE_DATABASE):
            self.postgres.create_database(name)

    def _deploy(self, drop: Collection[str]) -> None:
        self._deployment = parts.deploy_release(self.aws, self._template, self._parameters, drop)

    def _write_secrets(self) -> None:
        source = Login(
            self.postgres.host, self.postgres.port, SOURCE_DATABASE, self.postgres.user, self.postgres.password
        )
        parts.write_secrets(self.aws, self.deployment, source, self._warehouse_login)

    @property
    def _warehouse_login(self) -> Login:
        if self._front is None:
            raise LocalCloudError("the local cloud is not running: call start() first")
        front = self._front
        return Login(front.host, front.port, WAREHOUSE_DATABASE, front.user, front.password)

    def _start_workers(self) -> None:
        # The template's CodeUri points at the folder that it stands in.
        dispatcher = parts.dispatcher(
            self.aws, self.deployment, self._template.parent, self._work_dir / "functions", self._on_progress
        )
        self._steps = EmrRunner(self.aws, self._work_dir / "steps", self._step_command, self._on_progress)
        self._scheduler = Scheduler(self.aws)
        commands = parts.extractor_instance(
            self.aws, self.deployment, self.source_dsn, self._work_dir / "instance", self._on_progress
        )
        for worker in (dispatcher, self._steps, self._scheduler, commands):
            worker.start()
            self._workers.callback(worker.stop)
