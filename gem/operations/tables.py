"""Reports of batches as tables for people."""

from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gem.contracts.states import State
from gem.operations.reports import BatchReport, Freshness, Hop, StatusLine, TableRows

COLOURS = {State.LOADED: "green", State.FAILED: "red", State.QUARANTINED: "yellow"}
HOPS = (State.SUBMITTED, State.CURATED, State.LOADED)
ERROR_CHARACTERS = 200
WIDTH_OF_A_PIPE = 160


class Tables:
    """Prints to stdout; where that is no terminal, wide enough that no batch id is cut."""

    def __init__(self) -> None:
        console = Console(highlight=False)
        self._out = console if console.is_terminal else Console(highlight=False, width=WIDTH_OF_A_PIPE)

    def status(self, lines: Sequence[StatusLine], fresh: Sequence[Freshness]) -> None:
        """Batches, newest first, and how old each mart table is."""
        if not lines:
            self._out.print("No batches: the ledger knows none that fit.")
            return
        self._out.print(_status_table(lines))
        for line in (line for line in lines if line.error):
            self._out.print(f"[bold]{line.batch_id}[/bold] {escape(_short(line.error))}")
        if fresh:
            self._out.print(_freshness_table(fresh))

    def batch(self, report: BatchReport) -> None:
        """One batch in full."""
        self._out.print(f"[bold]{report.batch_id}[/bold] {_state(report.state)} since {_age(report.age_seconds)}")
        self._out.print(_hop_table(report.hops), _row_table(report.rows))
        if report.rejects:
            self._out.print(_reject_table(report))
        if report.released_attempt:
            self._out.print(f"released    attempt {report.released_attempt}")
        if report.held_by:
            self._out.print(f"held by     {escape(report.held_by)}")
        if report.step_name:
            self._out.print(f"step        {report.step_name} ({report.step_id or 'planned'}) on {report.cluster_id}")
        for what, uri in report.uris.items():
            self._out.print(f"{what}\n  {uri}", soft_wrap=True)
        if report.error:
            self._out.print(f"[red]error[/red] {escape(report.error)}", soft_wrap=True)


def _status_table(lines: Sequence[StatusLine]) -> Table:
    table = _table("Batches, newest first", ["batch", "state"], ["attempt", "raw rows", "age"])
    for hop in HOPS:
        table.add_column(f"to {hop}", justify="right")
    for line in lines:
        hops = (_seconds(line.hop_seconds.get(hop)) for hop in HOPS)
        table.add_row(
            line.batch_id, _state(line.state), str(line.attempt), f"{line.rows:,}", _age(line.age_seconds), *hops
        )
    return table


def _freshness_table(fresh: Sequence[Freshness]) -> Table:
    table = _table("Newest rows of each table", ["table", "source", "batch", "as the source was at"], ["age"])
    for each in fresh:
        at = f"{each.snapshot_at:%F %T} UTC"
        table.add_row(f"mart.{each.table}", each.source_id, each.batch_id, at, _age(each.age_seconds))
    return table


def _hop_table(hops: Sequence[Hop]) -> Table:
    table = _table("", ["state", "at (UTC)"], ["seconds", "attempt"])
    table.add_column("by")
    table.add_column("note", overflow="fold")
    for hop in hops:
        note = escape(_short(hop.note))
        table.add_row(_state(hop.state), f"{hop.at:%F %T}", _seconds(hop.seconds), str(hop.attempt), hop.by, note)
    return table


def _row_table(rows: Sequence[TableRows]) -> Table:
    table = _table("", ["table"], ["raw", "curated", "loaded"])
    for each in rows:
        table.add_row(each.table, *("" if n is None else f"{n:,}" for n in (each.raw, each.curated, each.loaded)))
    return table


def _reject_table(report: BatchReport) -> Table:
    table = _table("Rejected", ["source table", "reason"], ["rows", "roots"])
    for reject in report.rejects:
        table.add_row(reject.table, escape(reject.reason), f"{reject.rows:,}", f"{reject.roots:,}")
    return table


def _table(title: str, words: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(title=title or None, title_justify="left")
    for name in words:
        table.add_column(name, no_wrap=True)
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _state(state: State) -> str:
    return f"[{COLOURS[state]}]{state}[/]" if state in COLOURS else str(state)


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:,.1f} s"


def _age(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def _short(error: str) -> str:
    return error if len(error) <= ERROR_CHARACTERS else f"{error[:ERROR_CHARACTERS]}…"
