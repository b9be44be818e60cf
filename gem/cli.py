"""The `gem` command; packages add their own commands through the entry point group `gem.commands`."""

import sys
from collections.abc import Mapping
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gem import (
    cli_batches,
    cli_doctor,
    cli_export,
    cli_hold,
    cli_measures,
    cli_package,
    cli_powerbi,
    cli_reconcile,
    cli_report,
    cli_restate,
    cli_sla,
    cli_sql,
    cli_trace,
    cli_warehouse,
)
from gem.contracts.errors import GemError, RefusedError, TransientError

EXIT_TERMINAL = 1
EXIT_TRANSIENT = 75  # EX_TEMPFAIL of sysexits.h: the same command may work later
ADDED_BY_OTHERS = "gem.commands"
DISTRIBUTION = "gem-pipeline"

PANELS = {
    "Local: the pipeline on this machine": ("demo", "up", "down", "source", "event", "airflow"),
    "Operate": (
        *("env", "doctor", "status", "batch", "redrive", "replay", "release", "extract", "backfill", "resync", "land"),
        *("reconcile", "hold", "warehouse", "sla"),
    ),
    "Ask": ("sql", "measures", "measure", "trace", "restate", "report", "export"),
    "Build": ("contracts", "package", "powerbi", "iam"),
}
"""What commands are for, as gem --help shows them; those of packages that are not installed are not there."""


class Panelled(TyperGroup):
    """The commands in the order of their panels; one that is in none comes last, under "Commands"."""

    # Any: the context and the command are of Typer's own copy of click, which has no public name.

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name."""
        order = [name for names in PANELS.values() for name in names]
        return sorted(super().list_commands(ctx), key=lambda name: order.index(name) if name in order else len(order))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, which knows its panel."""
        command: Any = super().get_command(ctx, cmd_name)
        panel = next((panel for panel, names in PANELS.items() if cmd_name in names), None)
        if command is not None and panel is not None:
            command.rich_help_panel = panel
        return command


app = typer.Typer(cls=Panelled, no_args_is_help=True, pretty_exceptions_enable=False)
contracts = typer.Typer(help="The declarations that everything else is generated from.", no_args_is_help=True)
app.add_typer(contracts, name="contracts")
app.add_typer(cli_warehouse.app, name="warehouse")
app.add_typer(cli_reconcile.app)
app.add_typer(cli_sql.app)
app.add_typer(cli_measures.app)
app.add_typer(cli_batches.app)
app.add_typer(cli_sla.app)
app.add_typer(cli_doctor.app)
app.add_typer(cli_trace.app)
app.add_typer(cli_restate.app)
app.add_typer(cli_export.app)
app.add_typer(cli_report.app)
app.add_typer(cli_hold.app, name="hold")
app.add_typer(cli_package.app, name="package")
app.add_typer(cli_powerbi.app, name="powerbi")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gem {version(DISTRIBUTION)}")
        raise typer.Exit


@app.callback()
def gem(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """The GeM procurement pipeline: PostgreSQL to a Redshift star schema, by events."""


@contracts.command("generate")
def generate(
    check: Annotated[bool, typer.Option(help="Change nothing; exit 1 and list the files that are not fresh.")] = False,
    root: Annotated[Path, typer.Option(help="The checkout to write into.", file_okay=False)] = Path(),
) -> None:
    """Write every file that is generated from the declarations: DDL, load SQL, BI views, the Power BI project."""
    from gem import configuration_page  # noqa: PLC0415
    from gem.costs.sheet import PAGE, cost_page, declared_inputs  # noqa: PLC0415
    from gem.powerbi.project import committed_files  # noqa: PLC0415  (both pull in the warehouse only when asked)
    from gem.warehouse.generate import generated_files  # noqa: PLC0415

    pages = {PAGE: cost_page(declared_inputs()), configuration_page.PAGE: configuration_page.configuration_page()}
    stale = _stale_files(root, generated_files() | committed_files() | pages)
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


def main() -> None:
    """Run the command line; an error of ours is one message and an exit code, not a traceback."""
    for added in entry_points(group=ADDED_BY_OTHERS):
        app.add_typer(added.load())
    try:
        app()
    except RefusedError as error:
        _fail(error, EXIT_TERMINAL)
    except TransientError as error:
        _fail(error, EXIT_TRANSIENT)
    except GemError as error:
        _fail(error, EXIT_TERMINAL)


def _fail(error: GemError, code: int) -> None:
    typer.echo(f"gem: {error}", err=True)
    sys.exit(code)
