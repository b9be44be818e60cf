"""The commands that run the pipeline on one machine: `gem demo`, and those of a cloud that stays up."""

import json
import logging
from pathlib import Path
from typing import Annotated

import typer

from gem.settings import Sink
from local_aws.up import cli as up_cli
from local_aws.up import cli_airflow, cli_event, cli_source

app = typer.Typer()
app.add_typer(up_cli.app)
app.add_typer(cli_airflow.app)
app.add_typer(cli_event.app)
app.add_typer(cli_source.app, name="source")

DEMO_CONTRACTS = 20_000


@app.command()
def iam(
    check: Annotated[bool, typer.Option(help="Change nothing; exit 1 where the page is not fresh.")] = False,
    root: Annotated[Path, typer.Option(help="The checkout to write into.", file_okay=False)] = Path(),
) -> None:
    """Write docs/iam.md: what every role of template.yaml may do, to what, and why."""
    from local_aws.iam.table import PAGE, page  # noqa: PLC0415  (moto takes a second that --help need not wait for)

    text, path = page(root / "template.yaml"), root / PAGE
    if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
        typer.echo(f"Not fresh: {PAGE}. Run `gem iam` and commit the result.")
        raise typer.Exit(1)
    path.write_text(text, encoding="utf-8")
    typer.echo(f"{PAGE} is fresh.")


@app.command()
def demo(
    *,
    tenders: Annotated[
        Path | None,
        typer.Option(
            help="Folder with tenders.csv, bid_participation.csv and awards.csv: load public tenders "
            "instead of generated data.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    contracts: Annotated[
        int, typer.Option(help="Contracts to generate (bids, sellers and the rest follow).", min=10, max=5_000_000)
    ] = DEMO_CONTRACTS,
    seed: Annotated[int, typer.Option(help="The same seed makes the same rows.", min=-(2**63), max=2**63 - 1)] = 1,
    sink: Annotated[
        Sink,
        typer.Option(help="Who loads: s3, the Lambda that a step's event starts; redshift, the Spark driver itself."),
    ] = Sink.S3,
    work_dir: Annotated[
        Path,
        typer.Option(
            help="Where servers, logs and files live: a new folder, or an earlier run's, emptied.", file_okay=False
        ),
    ] = Path(".gem/demo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document for programs.")] = False,
) -> None:
    """Procurement data from PostgreSQL to a star schema, a first load and what changed after it, on this machine.

    Starts a source and a warehouse on PostgreSQL and an AWS stand-in made from template.yaml, fills the source,
    extracts, lets the events carry the batch through Lambda, Spark and the load; changes the source, does it again,
    holds both sides against each other, and stops all that it started. Exit 1 where they differ.
    """
    from local_aws.demo import run  # noqa: PLC0415  (moto and friends take a second that --help need not wait for)
    from local_aws.display import Display  # noqa: PLC0415
    from local_aws.filling import Seed  # noqa: PLC0415

    logging.disable(logging.WARNING)  # moto's and botocore's chatter; the components keep their own logs in work_dir
    display = Display(quiet=as_json, sink=sink)
    try:
        result = run(work_dir, Seed(tenders=tenders, contracts=contracts, seed=seed), display, sink)
    except KeyboardInterrupt:
        display.note(f"Stopped, and everything that was started with it. Logs and files: {work_dir}")
        raise
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False))
    else:
        display.result(result)
    if not result.agrees:
        raise typer.Exit(1)
