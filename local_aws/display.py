"""What a person sees of a local run: progress while it lasts, tables of hops and answers at its end."""

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from gem.contracts.measures.spec import Unit

if TYPE_CHECKING:
    from local_aws.demo import DemoResult

LAKH = Decimal(10) ** 5
CRORE = Decimal(10) ** 7


class Display:
    """Prints progress to stderr and results to stdout; `quiet` leaves only what --json prints."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._progress = Console(stderr=True, quiet=quiet, highlight=False)
        self._out = Console(highlight=False)

    def step(self, message: str) -> None:
        """A line of progress."""
        self._progress.print(f"[dim]·[/dim] {message}")

    def heading(self, message: str) -> None:
        """A new stage of the run."""
        self._progress.print(f"[bold]{message}[/bold]")

    def result(self, result: "DemoResult") -> None:
        """The tables at the end of a run."""
        self._out.print(_hop_table(result), _row_table(result), _answer_table(result), _buyer_table(result))
        self._out.print(f"Logs and files: {result.work_dir}")


def _hop_table(result: "DemoResult") -> Table:
    table = Table(title=f"Batch {result.batch_id}: {result.state}", title_justify="left")
    for name in ("hop", "what happened"):
        table.add_column(name)
    table.add_column("rows", justify="right")
    table.add_column("seconds", justify="right")
    for hop in result.hops:
        table.add_row(hop.name, hop.description, f"{hop.rows:,}" if hop.rows is not None else "", f"{hop.seconds:.1f}")
    table.add_section()
    table.add_row("total", "", "", f"{result.seconds:.1f}")
    return table


def _row_table(result: "DemoResult") -> Table:
    table = Table(title="The star schema", title_justify="left")
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("digest (without dw_*)")
    for name, rows in result.rows.items():
        table.add_row(f"mart.{name}", f"{rows:,}", result.digests[name])
    return table


def _answer_table(result: "DemoResult") -> Table:
    table = Table(title="What the warehouse answers", title_justify="left")
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("meaning", style="dim")
    for answer in result.answers:
        table.add_row(answer.name, format_figure(answer.value, answer.unit), answer.description)
    return table


def _buyer_table(result: "DemoResult") -> Table:
    table = Table(title="Top buyers by net GMV", title_justify="left")
    table.add_column("buyer")
    table.add_column("net GMV", justify="right")
    for name, value in result.top_buyers:
        table.add_row(name, format_figure(value, Unit.RUPEES))
    return table


def format_figure(value: Decimal | None, unit: Unit) -> str:
    """A figure as an Indian reader expects it: rupees in lakh and crore, shares in percent."""
    if value is None:
        return "unknown"
    if unit is Unit.SHARE:
        return f"{value * 100:.1f} %"
    if unit is Unit.RUPEES:
        return _rupees(value)
    return f"{value:.2f}" if unit is Unit.RATIO else group_indian(value)


def _rupees(value: Decimal) -> str:
    for size, name in ((CRORE, "crore"), (LAKH, "lakh")):
        if abs(value) >= size:
            return f"₹ {group_indian(round(value / size, 2))} {name}"
    return f"₹ {group_indian(round(value, 2))}"


def group_indian(value: Decimal) -> str:
    """Digits grouped as 12,34,567.89."""
    sign, text = ("-" if value < 0 else ""), str(abs(value))
    whole, point, fraction = text.partition(".")
    head, tail = whole[:-3], whole[-3:]
    while head:
        head, tail = head[:-2], f"{head[-2:]},{tail}"
    return f"{sign}{tail}{point}{fraction}"
