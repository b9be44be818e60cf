"""`gem airflow`: a real Airflow beside the local cloud that is up, with every DAG resumed, or with one run shown."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from local_aws.errors import LocalCloudError

if TYPE_CHECKING:
    from local_aws.airflow import LocalAirflow

app = typer.Typer()

DAILY = "gem_daily"
ENDED = ("success", "failed")
RUN_SECONDS = 1_800
POLL_SECONDS = 2
PORT = 8080


@app.command()
def airflow(
    *,
    cloud: Annotated[Path, typer.Option(help="The folder of `gem up`.", file_okay=False)] = Path(".gem/up"),
    work_dir: Annotated[Path, typer.Option(help="Airflow's own folder.", file_okay=False)] = Path(".gem/airflow"),
    programs: Annotated[
        Path, typer.Option(help="The bin of an environment with Airflow: make airflow-env.", file_okay=False)
    ] = Path(".venv-airflow/bin"),
    port: Annotated[int, typer.Option(help="Of its pages; 0 for any free one.", min=0, max=65535)] = PORT,
    demo: Annotated[bool, typer.Option("--demo", help="Show one run of gem_daily from end to end, then stop.")] = False,
) -> None:
    """Start Airflow with connections to the cloud that is up and its DAGs resumed; print its address and login.

    It stays until Ctrl-C. What runs on MWAA runs here, unchanged: the extractor's commands go through Systems Manager,
    waits through the triggerer.
    """
    from local_aws.airflow import USER, LocalAirflow, connections  # noqa: PLC0415
    from local_aws.aws_endpoint import AwsEndpoint  # noqa: PLC0415
    from local_aws.up.commands import status_of  # noqa: PLC0415
    from local_aws.up.home import Home  # noqa: PLC0415

    home = Home(cloud)
    if not status_of(home).is_ready:
        raise LocalCloudError(f"the cloud in {home.work_dir} is not up: type `gem up` first")
    links = connections(AwsEndpoint(home.endpoint_url), home.warehouse)
    running = LocalAirflow(work_dir, programs, links, port)
    typer.echo("Airflow starts; that takes a minute …", err=True)
    try:
        running.start()
        typer.echo(f"{running.url}  user {USER}  password {running.password}")
        if demo:
            _show_run(running)
        else:
            _resume(running)
            running.wait()
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
    finally:
        running.stop()


def _resume(running: "LocalAirflow") -> None:
    for dag in running.call("GET", "/dags")["dags"]:
        running.call("PATCH", f"/dags/{dag['dag_id']}", {"is_paused": False})
        typer.echo(f"  {dag['dag_id']}: resumed")


def _show_run(running: "LocalAirflow") -> None:
    """The run that gem_daily's schedule makes once it is resumed, task by task."""
    running.call("PATCH", f"/dags/{DAILY}", {"is_paused": False})
    deadline, shown, run = time.monotonic() + RUN_SECONDS, dict[str, str](), dict[str, Any]()
    while run.get("state") not in ENDED:
        if time.monotonic() > deadline:
            raise LocalCloudError(f"{DAILY} has not ended within {RUN_SECONDS} s: see {running.url}")
        time.sleep(POLL_SECONDS)
        runs = running.call("GET", f"/dags/{DAILY}/dagRuns?order_by=-run_after&limit=1")["dag_runs"]
        if runs:
            [run] = runs
            _show_changes(running, run["dag_run_id"], shown)
    typer.echo(f"{DAILY} {run['dag_run_id']}: {run['state']}")
    if run["state"] != "success":
        raise LocalCloudError(f"{DAILY} failed; the logs are in {running.home / 'logs'}")
    _show_summary(running, run["dag_run_id"])


def _tasks(run_id: str) -> str:
    return f"/dags/{DAILY}/dagRuns/{quote(run_id)}/taskInstances"


def _show_summary(running: "LocalAirflow", run_id: str) -> None:
    """What the run's last task found: its batches, and what was proved."""
    path = f"{_tasks(run_id)}/summary/xcomEntries/return_value?deserialize=true"
    found = running.call("GET", path)["value"]
    for batch_id, batch in found["batches"].items():
        hops = ", ".join(f"{state} after {seconds:.0f} s" for state, seconds in batch["seconds"].items())
        typer.echo(f"  {batch_id}: {batch['rows']:,} rows; {hops}")
    typer.echo(f"  {found['checks']} checks hold, {found['tables_compared']} tables agree with the source")
    typer.echo(f"  exported to {found['export']}")


def _show_changes(running: "LocalAirflow", run_id: str, shown: dict[str, str]) -> None:
    for task in running.call("GET", f"{_tasks(run_id)}?limit=100")["task_instances"]:
        name = task["task_id"] if task["map_index"] < 0 else f"{task['task_id']}[{task['map_index']}]"
        if task["state"] not in (None, "scheduled", "queued", shown.get(name)):
            shown[name] = task["state"]
            typer.echo(f"  {name:<28} {task['state']}")
