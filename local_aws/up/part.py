"""The parts of a cloud that stays up: what each process keeps."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager

from local_aws import parts
from local_aws.artifacts import put_artifacts
from local_aws.aws_endpoint import AwsEndpoint
from local_aws.aws_server import AwsServer
from local_aws.deployed import Deployment
from local_aws.deployment import deploy
from local_aws.emr import EmrRunner
from local_aws.parts import CODE_ROOT, LOCAL_PARAMETERS, SOURCE_DATABASE, TEMPLATE, WAREHOUSE_DATABASE
from local_aws.postgres import EmbeddedPostgres
from local_aws.progress import Progress
from local_aws.redshift import RedshiftFront
from local_aws.schedule import Scheduler
from local_aws.up.home import Home
from local_aws.up.lifeline import IsAlive

logger = logging.getLogger(__name__)


@contextmanager
def _postgres(home: Home) -> Iterator[IsAlive]:
    """Source and warehouse in one durable server."""
    server = EmbeddedPostgres(home.postgres, home.config.postgres_port)
    with server:
        for database in (SOURCE_DATABASE, WAREHOUSE_DATABASE):
            server.create_database(database)
        yield lambda: server.is_alive


@contextmanager
def _aws(home: Home) -> Iterator[IsAlive]:
    """The AWS API with what it kept; steps, schedule and the extractor's instance, which reach into its memory."""
    with ExitStack() as running:
        aws = running.enter_context(AwsServer(home.config.aws_port, home.store, home.config.host))
        deployment = deploy(aws, TEMPLATE, {**LOCAL_PARAMETERS, **home.config.parameters})
        parts.write_secrets(aws, deployment, home.source, home.warehouse)
        logger.info("put back: %s", aws.restore())
        put_artifacts(aws.client("s3"), deployment, CODE_ROOT)
        instance = parts.extractor_instance(aws, deployment, home.source.dsn, home.instance, _log)
        for worker in (EmrRunner(aws, home.steps, on_progress=_log), Scheduler(aws), instance):
            worker.start()
            running.callback(worker.stop)
        deployment.save(home.deployment_file)
        yield _always


@contextmanager
def _redshift(home: Home) -> Iterator[IsAlive]:
    """The front that clients of the warehouse connect to."""
    front = RedshiftFront(
        home.warehouse_backend.dsn,
        home.endpoint_url,
        home.config.redshift_port,
        password=home.warehouse.password,
        host=home.config.host,
    )
    with front:
        yield _always


@contextmanager
def _functions(home: Home) -> Iterator[IsAlive]:
    """The functions, called with the messages of their queues."""
    deployment = Deployment.load(home.deployment_file)
    dispatcher = parts.dispatcher(AwsEndpoint(home.endpoint_url), deployment, CODE_ROOT, home.functions, _log)
    dispatcher.start()
    try:
        yield _always
    finally:
        dispatcher.stop()


PARTS: Mapping[str, Callable[[Home], AbstractContextManager[IsAlive]]] = {
    "postgres": _postgres,
    "aws": _aws,
    "redshift": _redshift,
    "functions": _functions,
}
"""By name, what keeps the part while entered; see supervisor.NEEDS for what must be ready before."""


def _always() -> bool:
    # Its threads end with the process or not at all.
    return True


def _log(progress: Progress) -> None:
    logger.info("%s", progress)
