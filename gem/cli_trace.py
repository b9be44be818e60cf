"""`gem trace`: proves a figure by following it back to the source, link by link."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gem.cli_batches import client
from gem.cli_warehouse import open_warehouse
from gem.settings import ExtractorSettings, WarehouseSettings, from_environment

if TYPE_CHECKING:
    from gem.warehouse.trace import Ask
    from gem.warehouse.trace_link import Link

EXIT_BROKEN = 1
MARKS = {"proved": "✓", "broken": "✗", "not checked": "?"}

app = typer.Typer()


class Root(StrEnum):
    """What can be traced."""

    CONTRACT = "contract"
    BID = "bid"


@app.command()
def trace(
    root: Annotated[Root, typer.Argument(help="What to trace.")],
    root_id: Annotated[int, typer.Argument(metavar="ID", help="Its id at the source.")],
    source: Annotated[str | None, typer.Option(help="Its source_id, where several sources have the id.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Follow the figures of a contract or bid from the warehouse back to the source; exit 1 where a link is broken.

    Fact rows, load, curated manifest and rows, snapshot, raw parts (their SHA-256 computed now), source rows: each is
    compared with the figures of the warehouse. Reads what gem warehouse migrate reads, the lake, and the source where
    GEM_SOURCE_DSN or GEM_SOURCE_SECRET_ID names it.
    """
    from gem.warehouse.trace import trace as follow  # noqa: PLC0415
    from gem.warehouse.trace_lake import Lake  # noqa: PLC0415

    settings = from_environment(WarehouseSettings)
    lake = Lake(client("s3"), settings.lake_bucket)
    with open_warehouse() as connection, _source() as ask:
        links = follow(connection, lake, root, root_id, source_id=source, source=ask)
    broken = [link for link in links if link.standing == "broken"]
    if as_json:
        typer.echo(json.dumps([asdict(link) for link in links], ensure_ascii=False, default=str))
    else:
        _print(f"{root} {root_id}", links, broken)
    if broken:
        raise typer.Exit(EXIT_BROKEN)


@contextmanager
def _source() -> "Iterator[Ask | None]":
    """The source, where the environment names one."""
    settings = from_environment(ExtractorSettings)
    if settings.source_dsn is None and settings.source_secret_id is None:
        yield None
        return
    from gem.sides import source_side  # noqa: PLC0415

    with source_side(settings, client("secretsmanager")) as ask:
        yield ask


def _print(what: str, links: "Sequence[Link]", broken: "Sequence[Link]") -> None:
    for link in links:
        typer.echo(f"{MARKS[link.standing]} {link.what:<17} {link.name}")
        said = ", ".join(f"{name} {value}" for name, value in link.says.items())
        typer.echo("\n".join(f"    {text}" for text in (said, link.problem) if text))
    unchecked = sum(link.standing == "not checked" for link in links)
    verdict = f"{len(broken)} links are broken" if broken else "no link is broken"
    typer.echo(f"{what}: {verdict}{f', {unchecked} could not be checked' if unchecked else ''}.")
