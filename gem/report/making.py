"""Makes the preview: asks the warehouse, writes the files."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

from gem.contracts.errors import TerminalError
from gem.ledger import Ledger
from gem.operations.reports import status
from gem.report.collecting import collect
from gem.report.operators import SHOWN, HopsOfBatch
from gem.warehouse.connection import Connection


def write_report(
    connection: Connection,
    out: Path,
    day: date | None = None,
    *,
    hops: Sequence[HopsOfBatch] = (),
    charts: Path | None = None,
) -> list[Path]:
    """Write the report as of a day, today without, and its charts; return the files.

    Raises TerminalError where no renderer is installed.
    """
    try:
        from gem.report.writing import html_of, page_script, write_charts  # noqa: PLC0415  (Vega is of group `report`)
    except ModuleNotFoundError as error:
        raise TerminalError(f"{error.name} is not installed: requirements/local.txt has it (group report)") from error
    with ThreadPoolExecutor(1) as beside:
        # Vega takes a second or two to be bundled, in which the warehouse answers.
        script = beside.submit(page_script)
        report = collect(connection, day, hops)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html_of(report, script.result()), encoding="utf-8")
    return [out, *(write_charts(report, charts) if charts else [])]


def hops_of(ledger: Ledger) -> list[HopsOfBatch]:
    """What the ledger says of the newest batches."""
    lines = status(ledger, datetime.now(UTC), SHOWN)
    return [HopsOfBatch(line.batch_id, line.state, line.hop_seconds) for line in lines]
