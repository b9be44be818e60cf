"""`gem source`: lets the source of a local cloud live on."""

import json
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from local_aws.errors import LocalCloudError

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg2 import extensions

    from local_aws.source.evolve import Change

app = typer.Typer(help="The source of a local cloud.", no_args_is_help=True)

Dsn = Annotated[str, typer.Option(envvar="GEM_SOURCE_DSN", help="The source, as its superuser.", show_default=False)]
SEEDS = 2**31
T = TypeVar("T")


@app.callback()
def source() -> None:
    """The source of a local cloud."""


@app.command()
def evolve(
    dsn: Dsn,
    seed: Annotated[
        int | None,
        typer.Option(help="The same seed on the same rows makes the same changes; a random one if not given."),
    ] = None,
    share: Annotated[float, typer.Option(help="About this share of what can change does.", min=0, max=1)] = 0.02,
    rounds: Annotated[int, typer.Option(help="Rounds, each of up to a week, with seeds that follow.", min=1)] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Let the source change as a living one does: new, changed, moved and deleted rows; print what each kind wrote.

    Only a source that a local cloud has made up; any other is refused. Some seeds change nothing, as some days do.
    """
    first = secrets.randbelow(SEEDS) if seed is None else seed
    for number in range(first, first + rounds):
        made = _round(dsn, number, share)
        if as_json:
            typer.echo(json.dumps({"seed": number, "changes": [asdict(each) for each in made]}, ensure_ascii=False))
        else:
            _print(number, made)


@app.command()
def plant(
    dsn: Dsn,
    seed: Annotated[int, typer.Option(help="The same seed on the same rows plants the same defects.")] = 1,
    share: Annotated[
        float, typer.Option(help="About this share of the rows that suit a defect gets it, one at least.", min=0, max=1)
    ] = 0.001,
    manifest: Annotated[
        Path | None, typer.Option(help="Write the list of what was planted here, not to standard output.")
    ] = None,
) -> None:
    """Plant defects, one kind for each quality rule, and list them: what the pipeline must reject or flag.

    Only in a source that a local cloud has made up. A defect stands alone in its aggregate, so its reason is the one
    to expect; the list names the row, the wrong column and its value.
    """
    from local_aws.source.planting import manifest_text  # noqa: PLC0415
    from local_aws.source.planting import plant as plant_defects  # noqa: PLC0415

    planted = _changed(dsn, lambda connection: plant_defects(connection, seed, share, lambda _: None))
    text = manifest_text(planted, seed, share)
    if manifest is None:
        typer.echo(text, nl=False)
    else:
        manifest.write_text(text, "utf-8")
        typer.echo(f"{len(planted)} defects planted, listed in {manifest}")


def _round(dsn: str, seed: int, share: float) -> "list[Change]":
    from local_aws.source.evolve import changes  # noqa: PLC0415

    return _changed(dsn, lambda connection: changes(connection, seed, share, lambda _: None))


def _changed(dsn: str, change: "Callable[[extensions.connection], list[T]]") -> "list[T]":
    """What the change says of itself, in one transaction on a source that is made up."""
    import psycopg2  # noqa: PLC0415

    try:
        connection = psycopg2.connect(dsn)
    except psycopg2.Error as error:
        raise LocalCloudError(f"the source cannot be reached: {str(error).strip()}; is the cloud up?") from None
    try:
        with connection:
            _refuse_real(connection)
            return change(connection)
    except (ValueError, psycopg2.Error) as error:
        raise LocalCloudError(f"the source did not change: {str(error).strip()}") from error
    finally:
        connection.close()


def _refuse_real(connection: "extensions.connection") -> None:
    from local_aws.filling import is_made_up  # noqa: PLC0415

    if not is_made_up(connection):
        raise LocalCloudError(
            "this source was not made up by a local cloud, so its rows may be somebody's: GEM_SOURCE_DSN names it"
        )


def _print(seed: int, made: "list[Change]") -> None:
    from rich.console import Console  # noqa: PLC0415

    from local_aws.demo_tables import change_table  # noqa: PLC0415

    console = Console(highlight=False)
    console.print(f"Round with seed {seed}" if made else f"Round with seed {seed}: nothing changed.")
    if made:
        console.print(change_table(made))
