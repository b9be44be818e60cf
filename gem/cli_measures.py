"""`gem measures` and `gem measure`: what the warehouse can be asked, and the answers."""

import json
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from gem.cli_warehouse import Json, open_warehouse
from gem.contracts.measures.registry import MEASURE_BY_KEY, MEASURES
from gem.contracts.measures.spec import Measure
from gem.figures import format_figure

WIDTH_OF_A_PIPE = 200
NAMED_GROUPS = {
    "ministry": "buyer_org.ministry_name",
    "buyer": "buyer_org.org_name",
    "tier": "buyer_org.govt_tier",
    "state": "buyer_org.state_code",
    "category": "category.category_name",
    "seller": "seller.seller_name",
    "size": "seller.size",
}
YEAR = "financial_year"
COLUMN = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")

app = typer.Typer()


@app.command("measures")
def measures(
    wanted: Annotated[str, typer.Argument(metavar="[TEXT]", help="Only those whose name, key or folder has it.")] = "",
    as_json: Json = False,
) -> None:
    """List the measures that gem measure answers: key, name, unit and meaning, by their number in the domain."""
    chosen = [each for each in MEASURES if wanted.lower() in f"{each.key} {each.name} {each.folder}".lower()]
    if as_json:
        typer.echo(json.dumps([_description(each) for each in chosen], ensure_ascii=False))
        return
    rows = [(str(each.number), each.key, each.name, each.folder, each.unit.value, _meaning(each)) for each in chosen]
    _print_table(("no.", "key", "name", "folder", "unit", "meaning"), rows, right=())


@app.command("measure")
def measure(
    key: Annotated[str, typer.Argument(help="Key of the measure, as gem measures lists it.")],
    by: Annotated[
        list[str] | None,
        typer.Option(help=f"{YEAR}, {', '.join(NAMED_GROUPS)}, or a column such as seller.size; may be repeated."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DAY", help="Day of India, 2026-03-31, that it is as of; today without.")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the query and ask nothing.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON; figures are strings, so that no paisa is lost.")
    ] = False,
) -> None:
    """Answer one measure, in all or by what it is grouped by: gem measure mse_share --by financial_year --by ministry.

    Reads what gem warehouse migrate reads.
    """
    asked = _measure_of(key)
    groups = [group_of(asked, name) for name in by or []]
    query = _query(asked, groups, _day_of(as_of))
    if sql:
        typer.echo(query + ";")
        return
    rows = _answer(query)
    if as_json:
        typer.echo(json.dumps(_document(asked, groups, rows), ensure_ascii=False, default=str))
    else:
        _print_answer(asked, groups, rows)


def group_of(measure: Measure, name: str) -> str:
    """The column that a grouping names; BadParameter where the measure has none of that name."""
    column = measure.year if name == YEAR else NAMED_GROUPS.get(name, name)
    if column is None or not COLUMN.fullmatch(column):
        raise typer.BadParameter(f"{name!r} is no group of {measure.key}: name one or a column, such as seller.size")
    return column


def _query(measure: Measure, groups: list[str], day: date | None) -> str:
    try:
        query = measure.sql(*groups, as_of=day)
    except KeyError as error:
        raise typer.BadParameter(str(error.args[0])) from None
    return f"{query}\norder by {', '.join(str(place) for place in range(1, len(groups) + 1))}" if groups else query


def _measure_of(key: str) -> Measure:
    if key not in MEASURE_BY_KEY:
        raise typer.BadParameter(f"no measure {key!r}: gem measures lists them")
    return MEASURE_BY_KEY[key]


def _day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day: write 2026-03-31") from None


def _answer(query: str) -> list[tuple[Any, ...]]:
    from gem.warehouse.connection import execute  # noqa: PLC0415  (the driver takes a second)

    with open_warehouse() as connection:
        return execute(connection, query)


def _meaning(measure: Measure) -> str:
    return f"{measure.description} As of a day D: {measure.as_of_rule}" if measure.as_of_rule else measure.description


def _description(measure: Measure) -> dict[str, Any]:
    shown = ("key", "number", "name", "description", "folder", "unit", "relation", "as_of_rule", "parameters")
    return measure.model_dump(include=set(shown)) | {"format": measure.format_string, "grain": measure.grain}


def _document(measure: Measure, groups: list[str], rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    answers = [[*row[:-1], None if row[-1] is None else str(row[-1])] for row in rows]
    return {"measure": measure.key, "unit": measure.unit, "columns": [*groups, "value"], "rows": answers}


def _print_answer(measure: Measure, groups: list[str], rows: list[tuple[Any, ...]]) -> None:
    figures = [None if row[-1] is None else Decimal(str(row[-1])) for row in rows]
    shown = [
        (*("not known" if each is None else str(each) for each in row[:-1]), format_figure(value, measure.unit))
        for row, value in zip(rows, figures, strict=True)
    ]
    _print_table((*groups, measure.name), shown, right=(len(groups),))


def _print_table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: tuple[int, ...]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=WIDTH_OF_A_PIPE)).print(table)
