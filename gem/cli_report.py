"""`gem report`: the pages of the Power BI report as one HTML file, computed by the warehouse."""

import os
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gem.cli_warehouse import open_warehouse
from gem.report import MONTH_END

if TYPE_CHECKING:
    from gem.report.ledger_view import LedgerView

LEDGER = "GEM_LEDGER_TABLE"

app = typer.Typer()


@app.command()
def report(
    out: Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)] = Path("report.html"),
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            envvar="GEM_REPORT_AS_OF",
            help="Day of India, 2026-03-31, that it is as of, or month-end, that of the newest whole month of "
            "contracts; today without.",
        ),
    ] = None,
    charts: Annotated[
        Path | None, typer.Option(help="Folder for every chart as SVG and PNG too.", file_okay=False)
    ] = None,
    notice: Annotated[
        str, typer.Option(envvar="GEM_REPORT_NOTICE", help="What to say on every page, as that the data are made up.")
    ] = "",
) -> None:
    """Write the report's pages as one HTML file that opens anywhere: no server, no network, no Power BI.

    Reads what gem warehouse migrate reads; with GEM_LEDGER_TABLE also hops, and what is late or stopped.
    """
    from gem.report.making import newest_month_end, write_report  # noqa: PLC0415  (the declarations take a moment)

    started = time.monotonic()
    with open_warehouse() as connection:
        day = newest_month_end(connection) if as_of == MONTH_END else _day_of(as_of)
        written = write_report(connection, out, day, ledger=_ledger(), charts=charts, notice=notice)
    size = sum(path.stat().st_size for path in written) / 1e6
    typer.echo(f"{len(written)} files, {size:.1f} MB, {time.monotonic() - started:.1f} s: {out}")


def _ledger() -> "LedgerView | None":
    """What the ledger says where the environment names one."""
    if LEDGER not in os.environ:
        return None
    from gem.cli_batches import open_ledger  # noqa: PLC0415
    from gem.report.ledger_view import ledger_view  # noqa: PLC0415

    return ledger_view(open_ledger())


def _day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day: write 2026-03-31, or {MONTH_END}") from None
