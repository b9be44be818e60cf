"""What starts each part of a local cloud, whether the parts share a process or have one each."""

import json
import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gem.settings import WarehouseSettings
from gem.warehouse.connection import connect
from gem.warehouse.migrate import migrate
from local_aws.artifacts import put_artifacts
from local_aws.aws_endpoint import AwsEndpoint
from local_aws.aws_server import AwsServer
from local_aws.deployed import Deployment
from local_aws.deployment import deploy
from local_aws.dispatcher import Dispatcher
from local_aws.lambda_runtime import LambdaRuntime
from local_aws.progress import OnProgress
from local_aws.ssm import CommandRunner, install_extractor

CODE_ROOT = Path(__file__).parents[1]
TEMPLATE = CODE_ROOT / "template.yaml"
SOURCE_DATABASE = "source"
WAREHOUSE_DATABASE = "warehouse"
SOURCE_ID = "gem"
EXTRACTOR_ROLE = "ExtractorRole"
"""The logical id of the role of the extractor's instance."""
# Failed messages come back at once and few times, so that a run that cannot succeed says so soon.
LOCAL_PARAMETERS = {
    # Network, warehouse and host are this machine's.
    "Network": "own",
    "Warehouse": "own",
    "ExtractorHost": "own",
    "WarehouseSsl": "false",
    "RetrySeconds": "1",
    "MaxReceiveCount": "3",
    "LeaseSeconds": "300",
    "StaleSeconds": "60",
    "ReconcileSchedule": "rate(1 minute)",
}


@dataclass(frozen=True)
class Login:
    """How clients reach a database, in the words of its secret."""

    host: str
    port: int
    dbname: str
    username: str
    password: str = field(repr=False)

    @property
    def dsn(self) -> str:
        """The same as a libpq URI."""
        return f"postgresql://{self.username}:{self.password}@{self.host}:{self.port}/{self.dbname}"


def deploy_release(aws: AwsServer, template: Path, parameters: Mapping[str, str], drop: Collection[str]) -> Deployment:
    """Create the template's resources and put the checkout's artifacts where its steps look for them."""
    deployment = deploy(aws, template, parameters, drop)
    put_artifacts(aws.client("s3"), deployment, template.parent)
    return deployment


def write_secrets(aws: AwsEndpoint, deployment: Deployment, source: Login, warehouse: Login) -> None:
    """Tell the functions and steps how to log in."""
    client = aws.client("secretsmanager")
    for output, login in (("SourceSecretName", source), ("WarehouseSecretName", warehouse)):
        client.put_secret_value(SecretId=deployment.outputs[output], SecretString=json.dumps(asdict(login)))


def migrate_warehouse(aws: AwsEndpoint, deployment: Deployment) -> list[str]:
    """Bring the warehouse to this checkout's schema; what was applied."""
    connection = connect(warehouse_settings(deployment), aws.client("secretsmanager"))
    try:
        return migrate(connection)
    finally:
        connection.close()


def dispatcher(
    aws: AwsEndpoint, deployment: Deployment, code_root: Path, log_dir: Path, on_progress: OnProgress
) -> Dispatcher:
    """What calls the deployed functions with the messages of their queues; not started."""
    runtime = LambdaRuntime(deployment.functions, code_root, lambda role: aws.acting_as(role).environment, log_dir)
    return Dispatcher(aws, deployment.mappings, runtime, on_progress)


def extractor_instance(
    aws: AwsServer, deployment: Deployment, source_dsn: str, folder: Path, on_progress: OnProgress
) -> CommandRunner:
    """What runs the commands that Systems Manager sends to the extractor's instance; not started."""
    install_extractor(folder / "bin", sys.executable)
    environment = extractor_environment(aws, deployment, source_dsn)
    # As on EC2: it is told the secret's name, never what is in it.
    del environment["GEM_SOURCE_DSN"]
    environment["GEM_SOURCE_SECRET_ID"] = deployment.outputs["SourceSecretName"]
    return CommandRunner(aws, folder / "commands", folder / "bin", environment, on_progress)


def warehouse_settings(deployment: Deployment) -> WarehouseSettings:
    """The settings with which gem.warehouse connects to a local cloud."""
    return WarehouseSettings(
        lake_bucket=deployment.outputs["LakeBucketName"],
        warehouse_secret_id=deployment.outputs["WarehouseSecretName"],
        warehouse_ssl=False,
        copy_role_arn=deployment.outputs["CopyRoleArn"],
    )


def extractor_environment(aws: AwsEndpoint, deployment: Deployment, source_dsn: str) -> dict[str, str]:
    """The whole environment of `python -m extractor_ec2`, with the role of its instance."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        **aws.acting_as(EXTRACTOR_ROLE).environment,
        "GEM_SOURCE_ID": SOURCE_ID,
        "GEM_SOURCE_DSN": source_dsn,
        "GEM_LAKE_BUCKET": deployment.outputs["LakeBucketName"],
    }
