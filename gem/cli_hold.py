"""`gem hold`: lets a dataset refresh of many transactions read a warehouse that stands still."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from gem.cli_batches import client

if TYPE_CHECKING:
    from gem.warehouse.connection import Connection
    from gem.warehouse.hold import Hold

app = typer.Typer(
    help="Let nothing be published for a bounded time, while a reader needs many transactions.", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Holder = Annotated[str, typer.Option("--holder", help="Who holds: the dataset or job; its new hold replaces its old.")]


@app.command()
def place(
    holder: Holder,
    minutes: Annotated[int, typer.Option(help="For how long, 240 at most.")] = 30,
    reason: Annotated[str, typer.Option(help="Why; shown to who waits.")] = "dataset refresh",
    as_json: Json = False,
) -> None:
    """Wait for the load that runs, then let none begin. Batches wait as CURATED and are loaded when the hold is over.

    Reads GEM_WAREHOUSE_SECRET_ID, GEM_LAKE_BUCKET and GEM_COPY_ROLE_ARN.
    """
    from gem.warehouse.hold import place_hold  # noqa: PLC0415  (the driver takes a second that --help need not wait for)

    with _warehouse() as connection:
        _print([place_hold(connection, holder, reason, minutes)], as_json)


@app.command()
def lift(holder: Holder, as_json: Json = False) -> None:
    """End a holder's hold before its time; harmless where there is none."""
    from gem.warehouse.hold import lift_hold  # noqa: PLC0415

    with _warehouse() as connection:
        was_held = lift_hold(connection, holder)
    if as_json:
        typer.echo(json.dumps({"holder": holder, "lifted": was_held}))
    else:
        typer.echo(f"{holder}'s hold is lifted." if was_held else f"{holder} held nothing.")


@app.command("list")
def list_holds(as_json: Json = False) -> None:
    """List the holds in force."""
    from gem.warehouse.hold import holds  # noqa: PLC0415

    with _warehouse() as connection:
        _print(holds(connection), as_json)


def _print(found: "list[Hold]", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(hold) for hold in found], default=str, ensure_ascii=False))
        return
    for hold in found:
        typer.echo(f"{hold.holder} holds publishing until {hold.held_until:%Y-%m-%d %H:%M:%S} UTC: {hold.reason}")
    if not found:
        typer.echo("Nobody holds publishing.")


@contextmanager
def _warehouse() -> "Iterator[Connection]":
    from gem.settings import WarehouseSettings, from_environment  # noqa: PLC0415
    from gem.warehouse.connection import abandon, connect  # noqa: PLC0415

    connection = connect(from_environment(WarehouseSettings), client("secretsmanager"))
    try:
        yield connection
    finally:
        abandon(connection)
