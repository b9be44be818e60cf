"""`gem restate`: what a measure showed at a moment of the past, and which batches have moved it since."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gem.cli_batches import client
from gem.contracts.mart_spec import IST_MINUTES
from gem.contracts.measures.registry import STEADY
from gem.contracts.measures.spec import Measure, Unit
from gem.settings import WarehouseSettings, from_environment

if TYPE_CHECKING:
    from gem.warehouse.connection import Connection
    from gem.warehouse.restate import Replay, Restated, Restatement

EXIT_NOT_PROVED = 1
EXIT_TERMINATED = 128 + signal.SIGTERM
IST = timezone(timedelta(minutes=IST_MINUTES), "IST")
WIDTH_OF_A_PIPE = 160

app = typer.Typer()


@app.command()
def restate(
    as_of: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            help="A day (its end in IST), or a moment with its zone: 2026-04-01T18:30:00+05:30 or …Z.",
        ),
    ],
    measure: Annotated[
        list[str] | None, typer.Option(help="Only this measure, by name, key or number; may be repeated. All without.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON; figures are strings, so that no paisa is lost.")
    ] = False,
) -> None:
    """Say what measures showed then and which batches have moved them since; exit 1 where batches do not explain it.

    Loads what was loaded by then into a scratch database beside the warehouse, by this release's load, asks it, adds
    every later attempt in turn, and drops it again, also when interrupted. Needs the curated files of every batch, and
    a login that may create databases. Reads GEM_WAREHOUSE_SECRET_ID, GEM_LAKE_BUCKET, GEM_COPY_ROLE_ARN and
    GEM_WAREHOUSE_SSL.
    """
    moment, chosen = moment_of(as_of), measures_named(measure or [])
    from gem.warehouse.restate import restate as work_out  # noqa: PLC0415  (the driver takes a second)

    with _terminable():
        found = work_out(_replay(as_json), moment, chosen)
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False, default=str))
    else:
        _print(found)
    if not found.is_proved:
        raise typer.Exit(EXIT_NOT_PROVED)


def moment_of(text: str) -> datetime:
    """The moment that the text names; a day is its last instant in India. BadParameter where it names none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _instant(text)
    return datetime.combine(day, time.max, IST)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date: write 2026-04-01 or 2026-04-01T18:30:00+05:30") from None
    if instant.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no zone: write {text}+05:30 for India, or {text}Z for UTC")
    return instant


def measures_named(names: list[str]) -> tuple[Measure, ...]:
    """The measures by name (in any case), key or number, which several may share; all where none is named.

    Those that change by the hour are none of them. BadParameter for an unknown one.
    """
    chosen: list[Measure] = []
    for name in names:
        found = [each for each in STEADY if name.lower() in (each.name.lower(), each.key, str(each.number))]
        if not found:
            raise typer.BadParameter(f"no measure {name!r}: gem measures lists them")
        chosen += found
    return tuple(dict.fromkeys(chosen)) or STEADY


def _replay(quiet: bool) -> "Replay":
    from gem.warehouse.connection import connect  # noqa: PLC0415
    from gem.warehouse.restate import Replay  # noqa: PLC0415

    settings, secrets = from_environment(WarehouseSettings), client("secretsmanager")

    def open_database(name: str | None) -> "Connection":
        return connect(settings, secrets, database=name, as_admin=True)

    return Replay(open_database, client("s3"), settings, _ignore if quiet else _tell)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends what is done here as Ctrl-C does: what must be undone is undone."""

    def end(_: int, __: FrameType | None) -> None:
        sys.exit(EXIT_TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(progress: str) -> None:
    typer.echo(f"… {progress}", err=True)


def _ignore(_: str) -> None:
    return


def _document(found: "Restatement") -> dict[str, Any]:
    measures = [asdict(one) | {"is_proved": one.is_proved} for one in found.measures]
    return asdict(found) | {"as_of": found.as_of.isoformat(), "measures": measures, "is_proved": found.is_proved}


def _print(found: "Restatement") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=f"As of {found.as_of:%F %T %Z}", title_justify="left")
    for heading in ("measure", "loaded at (UTC)", "by batch, attempt"):
        table.add_column(heading)
    for heading in ("figure", "moved"):
        table.add_column(heading, justify="right")
    for one in found.measures:
        for row in _rows(one):
            table.add_row(*row)
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=WIDTH_OF_A_PIPE)).print(table)
    typer.echo(f"{found.loaded_then} attempts were loaded by then, {found.loaded_since} since.")
    for one in found.measures:
        if not one.is_proved:
            replayed, shown = (figure(value, one.unit) for value in (one.replayed, one.shown))
            typer.echo(f"{one.measure}: the warehouse shows {shown}, its batches make {replayed}: see gem reconcile.")


def _rows(one: "Restated") -> Iterator[tuple[str, ...]]:
    yield one.measure, "", "" if one.moves else "not moved since", figure(one.then, one.unit), ""
    for move in one.moves:
        at, by = f"{move.loaded_at:%F %T}", f"{move.batch_id}, {move.attempt}"
        yield "", at, by, figure(move.after, one.unit), _change(move.before, move.after, one.unit)


def figure(value: Decimal | None, unit: Unit) -> str:
    """A figure to its last stated digit: two of rupees, none of counts, six of ratios and shares."""
    if value is None:
        return "unknown"
    digits = {Unit.RUPEES: 2, Unit.COUNT: 0}.get(unit, 6)
    return f"{value:,.{digits}f}"


def _change(before: Decimal | None, after: Decimal | None, unit: Unit) -> str:
    if before is None or after is None:
        return ""
    return ("+" if after > before else "") + figure(after - before, unit)
