"""The commands of a cloud that stays up: `gem up`, `gem down`, `gem source evolve`."""

import json
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from local_aws.errors import LocalCloudError

if TYPE_CHECKING:
    from local_aws.up.commands import Up

# moto's friends take a second that --help need not wait for, so commands import what they need.

app = typer.Typer()

CONTRACTS = 2_000

WorkDir = Annotated[Path, typer.Option(help="The cloud's folder: its data, logs and environment.", file_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document for programs.")]
Port = Annotated[int | None, typer.Option(help="0 for any free one; kept for later starts.", min=0, max=65535)]
DEFAULT_DIR = Path(".gem/up")


@app.command()
def up(
    *,
    work_dir: WorkDir = DEFAULT_DIR,
    contracts: Annotated[
        int, typer.Option(help="Contracts to generate at an empty source.", min=10, max=5_000_000)
    ] = CONTRACTS,
    seed: Annotated[int, typer.Option(help="The same seed makes the same rows.", min=-(2**63), max=2**63 - 1)] = 1,
    tenders: Annotated[
        Path | None, typer.Option(help="Load public tenders of this folder instead.", exists=True, file_okay=False)
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="A source with tables and no rows.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete the folder's data and begin anew.")] = False,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay until Ctrl-C or SIGTERM, then stop it: for systemd.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Change nothing; show the parts; exit 1 if one is not up.")
    ] = False,
    functions: Annotated[
        bool,
        typer.Option(help="Call the functions with what comes; without, messages wait for `sam local invoke`."),
    ] = True,
    host: Annotated[
        str | None,
        typer.Option(help="Where AWS and the warehouse listen, for containers their bridge; kept for later starts."),
    ] = None,
    postgres_port: Port = None,
    aws_port: Port = None,
    redshift_port: Port = None,
    parameter: Annotated[
        list[str] | None, typer.Option(help="A parameter of template.yaml, as StaleSeconds=60; kept for later starts.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring up the whole pipeline on this machine, and keep it up: what dies is started again, data stay.

    PostgreSQL, the AWS API from template.yaml with EMR and schedules, Redshift's front, and the functions: each a
    process of its own under a supervisor. Prints how to reach them, and writes env.sh: after `source .gem/up/env.sh`
    every gem command, aws, psql and dbt speak to this cloud. `gem down` stops it.
    """
    from local_aws.display import Display  # noqa: PLC0415
    from local_aws.filling import Seed  # noqa: PLC0415
    from local_aws.up import commands  # noqa: PLC0415
    from local_aws.up.home import Home  # noqa: PLC0415

    home = Home(work_dir)
    if status:
        return _show_status(home.work_dir, as_json)
    logging.disable(logging.WARNING)  # botocore's chatter; the parts keep their own logs
    if fresh:
        _begin_anew(home.work_dir)
    wishes = commands.Wishes(
        Seed(tenders, 0 if empty else contracts, seed),
        {"postgres": postgres_port, "aws": aws_port, "redshift": redshift_port},
        _parameters(parameter or []),
        functions,
        host,
    )
    with Display(quiet=as_json) as display:
        result = commands.up(home, wishes, display, foreground=foreground)
    _print_up(result, as_json)
    if foreground:
        _stay(result)
    return None


@app.command()
def down(work_dir: WorkDir = DEFAULT_DIR) -> None:
    """Stop what `gem up` started, in order. Source, lake, ledger and warehouse are there again at the next `gem up`."""
    from local_aws.up import commands  # noqa: PLC0415
    from local_aws.up.home import Home  # noqa: PLC0415

    stopped = commands.down(Home(work_dir))
    typer.echo(f"Stopped; its data stay in {work_dir}." if stopped else f"Nothing was up in {work_dir}.")


def _show_status(work_dir: Path, as_json: bool) -> None:
    from local_aws.up.commands import status_of  # noqa: PLC0415
    from local_aws.up.home import Home  # noqa: PLC0415
    from local_aws.up.report import Report  # noqa: PLC0415

    home = Home(work_dir)
    found = status_of(home)
    if as_json:
        typer.echo(found.model_dump_json())
    else:
        Report().status(home, found)
    if not found.is_ready:
        raise typer.Exit(1)


def _begin_anew(work_dir: Path) -> None:
    from local_aws.up import commands  # noqa: PLC0415
    from local_aws.up.home import Home  # noqa: PLC0415

    home = Home(work_dir)
    if home.has_data and sys.stdin.isatty():
        typer.confirm(f"Delete the source, lake, ledger and warehouse in {home.work_dir}?", abort=True, err=True)
    commands.forget(home)


def _parameters(words: list[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    for name, sign, _ in pairs:
        if not (name and sign):
            raise typer.BadParameter(f"{name!r} is not NAME=VALUE", param_hint="--parameter")
    return {name: value for name, _, value in pairs}


def _print_up(result: "Up", as_json: bool) -> None:
    from local_aws.up.report import Report  # noqa: PLC0415

    if as_json:
        document = {
            "work_dir": str(result.home.work_dir),
            "env_file": str(result.home.env_file),
            "sam_env_file": str(result.home.sam_env_file),
            "notes": result.notes,
            "status": result.status.model_dump(mode="json"),
            "environment": dict(result.environment),
        }
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        Report().up(result)


def _stay(result: "Up") -> None:
    """Wait for the supervisor to end, or for a signal to end it."""
    from local_aws.up import commands  # noqa: PLC0415

    if result.supervisor is None:
        raise LocalCloudError("it runs already, in the background: `gem down` first to have it in the foreground")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    try:
        result.supervisor.wait()
    except KeyboardInterrupt:
        commands.down(result.home)
        typer.echo("Stopped.", err=True)
        return
    raise LocalCloudError(f"the supervisor ended by itself: see {result.home.log('supervisor')}")
