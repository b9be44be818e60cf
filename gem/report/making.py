"""Makes the preview: asks the warehouse, writes the files."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from gem.contracts.errors import TerminalError
from gem.report.collecting import collect, newest_contract
from gem.report.dates import month_end
from gem.report.ledger_view import LedgerView
from gem.warehouse.connection import Connection


def write_report(
    connection: Connection,
    out: Path,
    day: date | None = None,
    *,
    ledger: LedgerView | None = None,
    charts: Path | None = None,
    notice: str = "",
) -> list[Path]:
    """Write the report as of a day, today without, and its charts, the notice on every page; return the files.

    Raises TerminalError where no renderer is installed.
    """
    try:
        from gem.report.writing import html_of, page_script, write_charts  # noqa: PLC0415  (Vega is of group `report`)
    except ModuleNotFoundError as error:
        raise TerminalError(f"{error.name} is not installed: requirements/local.txt has it (group report)") from error
    with ThreadPoolExecutor(1) as beside:
        # Vega takes a second or two to be bundled, in which the warehouse answers.
        script = beside.submit(page_script)
        report = collect(connection, day, ledger, notice)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html_of(report, script.result()), encoding="utf-8")
    return [out, *(write_charts(report, charts) if charts else [])]


def newest_month_end(connection: Connection) -> date | None:
    """The day to report on where the data end in the past: see dates.month_end."""
    return month_end(newest_contract(connection))
