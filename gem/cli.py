"""The `gem` command; packages add their own commands through the entry point group `gem.commands`."""

import json
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from gem import cli_batches, cli_reconcile
from gem.contracts.errors import GemError, TransientError

EXIT_TERMINAL = 1
EXIT_TRANSIENT = 75  # EX_TEMPFAIL of sysexits.h: the same command may work later
ADDED_BY_OTHERS = "gem.commands"

app = typer.Typer(
    help="The GeM procurement pipeline: PostgreSQL to a Redshift star schema, by events.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
contracts = typer.Typer(help="The declarations that everything else is generated from.", no_args_is_help=True)
warehouse = typer.Typer(help="The warehouse's schema.", no_args_is_help=True)
app.add_typer(contracts, name="contracts")
app.add_typer(warehouse, name="warehouse")
app.add_typer(cli_reconcile.app)
app.add_typer(cli_batches.app)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]


@contracts.command("generate")
def generate(
    check: Annotated[bool, typer.Option(help="Change nothing; exit 1 and list the files that are not fresh.")] = False,
    root: Annotated[Path, typer.Option(help="The checkout to write into.", file_okay=False)] = Path(),
) -> None:
    """Write every file that is generated from the declarations: DDL, load SQL, BI views."""
    from gem.warehouse.generate import generated_files  # noqa: PLC0415  (pulls in the warehouse only when asked)

    stale = _stale_files(root, generated_files())
    if check and stale:
        typer.echo(f"Not fresh: {', '.join(sorted(stale))}\nRun `gem contracts generate` and commit the result.")
        raise typer.Exit(EXIT_TERMINAL)
    for name, text in stale.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
        typer.echo(f"wrote {name}")
    typer.echo("Everything generated is fresh.")


def _stale_files(root: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    """The files whose text differs from what the declarations say, or that are missing."""
    return {
        name: text
        for name, text in wanted.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    }


@warehouse.command("migrate")
def migrate(as_json: Json = False) -> None:
    """Apply the migrations that the warehouse has not seen yet, in order; each is applied once.

    Reads GEM_WAREHOUSE_SECRET_ID, GEM_LAKE_BUCKET and GEM_COPY_ROLE_ARN, and AWS credentials as boto3 does.
    """
    import boto3  # noqa: PLC0415  (half a second that --help need not wait for)

    from gem.settings import WarehouseSettings, from_environment  # noqa: PLC0415
    from gem.warehouse.connection import connect  # noqa: PLC0415
    from gem.warehouse.migrate import migrate as apply  # noqa: PLC0415

    connection = connect(from_environment(WarehouseSettings), boto3.client("secretsmanager"))
    try:
        applied = apply(connection)
    finally:
        connection.close()
    if as_json:
        typer.echo(json.dumps({"applied": applied}))
    else:
        typer.echo("\n".join(f"applied {name}" for name in applied) or "The warehouse is up to date.")


def main() -> None:
    """Run the command line; an error of ours is one message and an exit code, not a traceback."""
    for added in entry_points(group=ADDED_BY_OTHERS):
        app.add_typer(added.load())
    try:
        app()
    except TransientError as error:
        _fail(error, EXIT_TRANSIENT)
    except GemError as error:
        _fail(error, EXIT_TERMINAL)


def _fail(error: GemError, code: int) -> None:
    typer.echo(f"gem: {error}", err=True)
    sys.exit(code)
