"""`gem sla`: what breaks the declared service levels now, and what broke them in a month."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gem.sla import Breach, Entry

app = typer.Typer()

EXIT_BROKEN = 1


@app.command()
def sla(
    month: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m"], help="What ended in that month, with its times, by the book of gem_sla."),
    ] = None,
    source: Annotated[str, typer.Option("--source", envvar="GEM_SOURCE_ID", help="The source_id.")] = "gem",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Hold ledger and lake against what is promised: hours per table, time per hop; exit 1 where a promise is broken.

    Late batches, stopped ones, and tables that show the source as it was too long ago, also where no batch came. Tells
    nobody and writes nothing: the DAG gem_sla does. Reads what gem status reads.
    """
    from gem.cli_batches import client, ledger_table, open_ledger  # noqa: PLC0415
    from gem.settings import LakeSettings, LedgerSettings, from_environment  # noqa: PLC0415
    from gem.sla import Promises, Service, SlaBook  # noqa: PLC0415

    if month:
        return _print_entries(SlaBook(ledger_table()).ended_in(f"{month:%Y-%m}"), as_json)
    bucket = from_environment(LakeSettings, LedgerSettings).lake_bucket
    service = Service(open_ledger(), client("s3"), bucket, source, Promises.declared())
    broken = service.breaches(datetime.now(UTC))
    _print_breaches(broken, as_json)
    if broken:
        raise typer.Exit(EXIT_BROKEN)
    return None


def _print_entries(entries: "list[Entry]", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([entry.model_dump(mode="json") for entry in entries], ensure_ascii=False))
        return
    for entry in entries:
        typer.echo(f"{entry.began_at:%F %R} to {entry.ended_at:%F %R} UTC  {entry.subject}: {entry.message}")
    typer.echo(f"{len(entries)} breaches.")


def _print_breaches(broken: "list[Breach]", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([breach.model_dump(mode="json") for breach in broken], ensure_ascii=False))
        return
    for breach in broken:
        typer.echo(f"since {breach.since:%F %R} UTC  {breach.subject}: {breach.message}")
    typer.echo(f"{len(broken)} promises are broken." if broken else "Every promise is kept.")
