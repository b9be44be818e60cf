"""The environment that makes `gem`, the aws command line, psql and dbt speak to the cloud that is up."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from gem.operations import stack
from gem.report import MONTH_END
from local_aws.aws_endpoint import AwsEndpoint
from local_aws.deployed import Deployment
from local_aws.deployment import STACK
from local_aws.parts import LOCAL_PARAMETERS, SOURCE_ID
from local_aws.sam_local import as_text, invoke_variables
from local_aws.up.home import Home, write_private


def cloud_environment(home: Home) -> dict[str, str]:
    """Every variable, by name; the same after every start. Reads the outputs of the deployed stack, as `gem env`."""
    aws, warehouse = AwsEndpoint(home.endpoint_url), home.warehouse
    parameters = {**LOCAL_PARAMETERS, **home.config.parameters}
    return {
        **aws.environment,
        **stack.environment(aws.client("cloudformation"), STACK),
        "GEM_WAREHOUSE_SSL": "false",
        "GEM_LEASE_SECONDS": parameters["LeaseSeconds"],
        "GEM_SOURCE_ID": SOURCE_ID,
        "GEM_SOURCE_DSN": home.source.dsn,
        # What is made up ends in the past, and a report says so on every page.
        "GEM_REPORT_NOTICE": home.config.notice,
        "GEM_REPORT_AS_OF": MONTH_END,
        "WAREHOUSE_DSN": warehouse.dsn,
        # The names that profiles of dbt and of notebooks ask for.
        "REDSHIFT_HOST": warehouse.host,
        "REDSHIFT_PORT": str(warehouse.port),
        "REDSHIFT_DATABASE": warehouse.dbname,
        "REDSHIFT_USER": warehouse.username,
        "REDSHIFT_PASSWORD": warehouse.password,
    }


def write_environment(home: Home, variables: Mapping[str, str]) -> None:
    """Write them as a file for `source`, which only its owner may read: it holds passwords.

    The shell then also finds `gem` itself: that of the environment which runs this, before any other of that name
    (Ruby has one). Sourced again, the file changes nothing.
    """
    head = f"# The local cloud in {home.work_dir}: for this shell, type  source {shlex.quote(str(home.env_file))}\n"
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    write_private(home.env_file, head + _path_line(Path(sys.executable).parent) + "".join(lines))


def _path_line(folder: Path) -> str:
    """What puts the folder before all others of PATH, once."""
    first = shlex.quote(str(folder))
    return f'case "${{PATH:-}}:" in {first}:*) ;; *) export PATH={first}"${{PATH:+:$PATH}}" ;; esac\n'


def write_sam_environment(home: Home) -> None:
    """Write what `sam local invoke --env-vars` takes, of this cloud's functions."""
    variables = invoke_variables(Deployment.load(home.deployment_file), home.endpoint_url)
    write_private(home.sam_env_file, as_text(variables))
