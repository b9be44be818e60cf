"""`gem event`: the messages that wait for a function, as `sam local invoke` takes them."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def event(
    function: Annotated[str, typer.Argument(help="Its name in template.yaml, as OnRawManifestFunction.")],
    work_dir: Annotated[Path, typer.Option(help="The folder of `gem up --no-functions`.", file_okay=False)] = Path(
        ".gem/up"
    ),
    wait_seconds: Annotated[float, typer.Option("--wait", help="Seconds to wait for a first message.", min=0)] = 0,
) -> None:
    """Take what waits for a function from its queue, and print the event that Lambda would call it with.

    For a cloud whose functions are not called (`gem up --no-functions`), where you call them yourself:
    `gem event OnRawManifestFunction | sam local invoke OnRawManifestFunction -e - --env-vars .gem/up/env.local.json`.
    What was taken does not come again; a call that fails is the reconciler's to repair.
    """
    from local_aws.aws_endpoint import AwsEndpoint  # noqa: PLC0415  (--help need not wait for boto3)
    from local_aws.deployed import Deployment  # noqa: PLC0415
    from local_aws.sam_local import taken_event  # noqa: PLC0415
    from local_aws.up.home import Home  # noqa: PLC0415

    home = Home(work_dir)
    aws = AwsEndpoint(home.endpoint_url)
    deployment = Deployment.load(home.deployment_file)
    typer.echo(json.dumps(taken_event(aws, deployment, function, wait_seconds)))
