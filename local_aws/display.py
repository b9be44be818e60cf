"""What a person sees of a local run: what runs and for how long, what ended and how, and tables at its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich import progress as bars
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gem.contracts.measures.spec import Unit
from local_aws.progress import Phase, Progress

if TYPE_CHECKING:
    from local_aws.demo import DemoResult

LAKH = Decimal(10) ** 5
CRORE = Decimal(10) ** 7
GIGABYTE = 10**9

DONE, FAILED, GOES_ON = Text("✓", "green"), Text("✗", "red"), Text("…", "dim")
HOP_OF = {
    "RawManifestMapping": "S3 event → on_raw_manifest: checks the manifest, adds a Spark step",
    "emr": "EMR step → spark-submit: raw parts → files of the star schema",
    "StepCompletedMapping": "EMR event → on_step_completed: COPY and MERGE in one transaction",
    "StepFailedMapping": "EMR event → on_step_failed: notes why",
    "ScheduleMapping": "Schedule → on_schedule: looks for what stayed behind",
}
"""What each actor of the pipeline does, in a person's words."""
BACKGROUND = frozenset({"ScheduleMapping"})
"""Actors of which a person hears only when they fail."""


class Display:
    """Tells of a run on stderr and of its results on stdout; `quiet` leaves only what --json prints.

    On a terminal, what runs has a spinner and its seconds; elsewhere each beginning and each end is a line.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._err = Console(stderr=True, quiet=quiet, highlight=False, soft_wrap=True)
        self._out = Console(highlight=False)
        self._live = bars.Progress(
            bars.SpinnerColumn(),
            bars.TextColumn("{task.description}", markup=False),
            bars.TimeElapsedColumn(),
            console=self._err,
            transient=True,
        )
        self._running: dict[str, bars.TaskID] = {}

    def __enter__(self) -> Self:
        if self._err.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._err.is_terminal:  # elsewhere stop() would print an empty line
            self._live.stop()

    @contextmanager
    def stage(self, what: str) -> Iterator[Callable[[str], None]]:
        """A stage of the run, for as long as it is entered; the function that it gives tells of details."""
        task = self._begin(what)
        try:
            yield lambda detail: self._live.update(task, description=f"{what} ({detail})")
        except BaseException:
            self._end(task, FAILED, what)
            raise
        self._end(task, DONE, what)

    def watch(self, progress: Progress) -> None:
        """Tell of a function's call or a step; may be called by any thread."""
        what = HOP_OF.get(progress.actor, progress.actor)
        if progress.phase is Phase.STARTED:
            if progress.actor not in BACKGROUND:
                self._running[progress.actor] = self._begin(what)
            return
        task = self._running.pop(progress.actor, None)
        if progress.phase is Phase.FAILED:
            self._end(task, FAILED, f"{what}: {progress.error}", progress.seconds)
        elif task is not None:
            self._end(task, DONE, what, progress.seconds)

    def note(self, message: str) -> None:
        """A line that is no stage."""
        self._err.print(Text(message))

    def result(self, result: "DemoResult") -> None:
        """The tables at the end of a run."""
        for table in (_hop_table(result), _row_table(result), _answer_table(result), _buyer_table(result)):
            self._out.print()
            self._out.print(table)
        self._out.print()
        self._out.print(Text(_last_line(result)))

    def _begin(self, what: str) -> bars.TaskID:
        if not self._err.is_terminal:
            self._err.print(GOES_ON, Text(what))
        return self._live.add_task(what)

    def _end(self, task: bars.TaskID | None, mark: Text, what: str, seconds: float | None = None) -> None:
        if task is not None:
            elapsed = next(each.elapsed for each in self._live.tasks if each.id == task)
            seconds = elapsed if seconds is None else seconds
            self._live.remove_task(task)
        self._err.print(mark, Text(what), Text(f"{seconds or 0:.1f} s", "dim"))


def _last_line(result: "DemoResult") -> str:
    memory = result.peak_memory_bytes
    unresolved = sum(result.unresolved.values())
    keys = "every known key found its row" if not unresolved else f"{group_indian(Decimal(unresolved))} keys unresolved"
    peak = "" if memory is None else f", {memory / GIGABYTE:.1f} GB of memory at the peak"
    return (
        f"{result.seconds:.0f} s in all{peak}; {keys}.\n"
        f"Everything that was started is stopped again. Logs and files: {result.work_dir}"
    )


def _hop_table(result: "DemoResult") -> Table:
    table = Table(title=f"Batch {result.batch_id}: {result.state}", title_justify="left")
    for name in ("hop", "what happened"):
        table.add_column(name)
    table.add_column("rows", justify="right")
    table.add_column("seconds", justify="right")
    for hop in result.hops:
        rows = group_indian(Decimal(hop.rows)) if hop.rows is not None else ""
        table.add_row(hop.name, hop.description, rows, f"{hop.seconds:.1f}")
    table.add_section()
    table.add_row("total", "", "", f"{result.seconds:.1f}")
    return table


def _row_table(result: "DemoResult") -> Table:
    table = Table(title="The star schema", title_justify="left")
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("digest (without dw_*)")
    for name, rows in result.rows.items():
        table.add_row(f"mart.{name}", group_indian(Decimal(rows)), result.digests[name])
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
