"""`gem source`: lets the source of a local cloud live on."""

import json
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from local_aws.errors import LocalCloudError

if TYPE_CHECKING:
    from psycopg2 import extensions

    from local_aws.source.evolve import Change

app = typer.Typer(help="The source of a local cloud.", no_args_is_help=True)

Dsn = Annotated[str, typer.Option(envvar="GEM_SOURCE_DSN", help="The source, as its superuser.", show_default=False)]
SEEDS = 2**31


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


def _round(dsn: str, seed: int, share: float) -> "list[Change]":
    import psycopg2  # noqa: PLC0415

    from local_aws.source.evolve import changes  # noqa: PLC0415

    try:
        connection = psycopg2.connect(dsn)
    except psycopg2.OperationalError as error:
        raise LocalCloudError(f"the source cannot be reached: {str(error).strip()}; is the cloud up?") from None
    try:
        with connection:
            _refuse_real(connection)
            return changes(connection, seed, share, lambda _: None)
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
