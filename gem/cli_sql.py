"""`gem sql`: one statement for the warehouse, its rows as a table, JSON or CSV."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gem.cli_batches import client
from gem.contracts.errors import TerminalError

if TYPE_CHECKING:
    from rich.text import Text

# boto3, the driver and rich take a second that --help need not wait for, so commands import what they need.

app = typer.Typer()

TABLE_ROWS = 100
READS = ("select", "with", "show", "explain", "values", "describe", "desc")
FIRST_WORD = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*([a-z]*)", re.IGNORECASE | re.DOTALL)
ALONE = re.compile(r"vacuum\b|(create|drop)\s+database\b|alter\s+table\b.*\bappend\b|create\s+external\b", re.I | re.S)
"""What Redshift runs in no transaction."""
WITHOUT_LIMIT = sys.maxsize
CONTROL_PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {127: 0x2421}


@dataclass(frozen=True)
class Result:
    """What a statement gave: `columns` is empty where it has no rows to give, `written` None where nobody counts."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    is_cut: bool = False
    written: int | None = None


@app.command("sql")
def sql(
    statement: Annotated[str, typer.Argument(help="One SQL statement, or - to read it from standard input.")],
    limit: Annotated[
        int | None, typer.Option(help=f"Rows to print, at most; 0 for all. {TABLE_ROWS} for a table.", min=0)
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Let it change the warehouse; committed at its end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; decimals are strings, as they are.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help='Print CSV; NULL is an empty field, no text is "".')] = False,
) -> None:
    """Ask the warehouse: gem sql "select count(*) from mart.fact_order_line".

    Nothing can be changed without --write: the statement runs in a read-only transaction that is rolled back. Reads
    GEM_WAREHOUSE_SECRET_ID, GEM_LAKE_BUCKET, GEM_COPY_ROLE_ARN and GEM_WAREHOUSE_SSL.
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose --json or --csv", param_hint="--json")
    text = (sys.stdin.read() if statement == "-" else statement).strip().removesuffix(";")
    if not write:
        refuse_writes(text)
    shown = limit if limit is not None else (0 if as_json or as_csv else TABLE_ROWS)
    result = _answer(text, shown or WITHOUT_LIMIT, write)
    if as_json:
        rows = [[_plain(value) for value in row] for row in result.rows]
        document = {"columns": result.columns, "rows": rows, "is_cut": result.is_cut, "written": result.written}
        typer.echo(json.dumps(document, ensure_ascii=False))
    elif as_csv:
        typer.echo("".join(csv_lines(result)), nl=False)
    else:
        _print(result)
    if result.is_cut and not as_json:
        typer.echo(f"There are more rows: only {shown} are printed (--limit).", err=True)


def refuse_writes(statement: str) -> None:
    """TerminalError for a statement that is no query by its first word.

    The read-only transaction refuses the rest; but TRUNCATE ends that one, and UNLOAD does not count as a write.
    """
    match = FIRST_WORD.match(statement)
    word = match[1].lower() if match else ""
    if word not in READS:
        raise TerminalError(f"{word or 'an empty statement'} is no query: say --write to let it change the warehouse")


def _answer(statement: str, limit: int, write: bool) -> Result:
    from gem.warehouse.connection import driver_errors  # noqa: PLC0415

    begin, end = _bounds(statement, write)
    with _cursor() as cursor, driver_errors(statement.partition("\n")[0]):
        if begin:
            cursor.execute(begin)
        cursor.execute(statement)
        result = _result(cursor, limit)
        if end:
            cursor.execute(end)
    return result


def _bounds(statement: str, write: bool) -> tuple[str, str]:
    """How its transaction begins and ends; empty where it must not be in one."""
    if not write:
        return "begin read only", "rollback"
    return ("", "") if ALONE.match(statement) else ("begin", "commit")


def _result(cursor: Any, limit: int) -> Result:
    if not cursor.description:
        return Result((), [], written=cursor.rowcount if cursor.rowcount >= 0 else None)
    rows = [tuple(row) for row in cursor.fetchmany(limit + 1 if limit < WITHOUT_LIMIT else limit)]
    return Result(tuple(_name(column[0]) for column in cursor.description), rows[:limit], len(rows) > limit)


@contextmanager
def _cursor() -> Iterator[Any]:
    """A cursor that takes statements as they are, in no transaction; what was not committed is rolled back."""
    from gem.settings import WarehouseSettings, from_environment  # noqa: PLC0415
    from gem.warehouse.connection import abandon, connect  # noqa: PLC0415

    connection: Any = connect(from_environment(WarehouseSettings), client("secretsmanager"))
    try:
        connection.autocommit = True
        cursor = connection.cursor()
        # In the default style a % in a LIKE is taken for a parameter.
        cursor.paramstyle = "qmark"
        yield cursor
    finally:
        abandon(connection)


def csv_lines(result: Result) -> Iterator[str]:
    """Header and rows as PostgreSQL and Redshift write CSV: NULL is an empty field, an empty text is quoted."""
    if result.columns:
        yield ",".join(_csv_field(name) for name in result.columns) + "\n"
    for row in result.rows:
        yield ",".join(_csv_field(value) for value in row) + "\n"


def _csv_field(value: Any) -> str:
    if value is None:
        return ""
    text = str(_plain(value))
    quoted = text == "" or any(sign in text for sign in ',"\n\r')
    return '"' + text.replace('"', '""') + '"' if quoted else text


def _plain(value: Any) -> Any:
    """The value as JSON has it; what JSON cannot say exactly is text."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def _name(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _print(result: Result) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    if not result.columns:
        typer.echo("done" if result.written is None else f"{result.written:,} rows written")
        return
    table = Table(title_justify="left")
    for number, name in enumerate(result.columns):
        table.add_column(Text(name), justify="right" if _is_number(result.rows, number) else "left", overflow="fold")
    for row in result.rows:
        table.add_row(*map(_cell, row))
    console = Console(highlight=False)
    if not console.is_terminal:
        # What reads a pipe has no edge at which a row would have to be folded.
        console = Console(highlight=False, width=sys.maxsize)
    console.print(table)
    typer.echo(f"({len(result.rows):,} row{'' if len(result.rows) == 1 else 's'})")


def _is_number(rows: Sequence[tuple[Any, ...]], column: int) -> bool:
    values = [row[column] for row in rows if row[column] is not None]
    return bool(values) and all(isinstance(each, int | float | Decimal) and each is not True for each in values)


def _cell(value: Any) -> "Text":
    from rich.text import Text  # noqa: PLC0415

    if value is None:
        return Text("NULL", "dim")
    # Shown, not obeyed: what a seller writes into a text must not move the cursor of who reads it.
    return Text(str(value).translate(CONTROL_PICTURES))
