"""What a person sees of a local run: what runs and for how long, what ended and how, and tables at its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich import progress as bars
from rich.console import Console
from rich.text import Text

from gem.settings import Sink
from local_aws.progress import Phase, Progress

if TYPE_CHECKING:
    from local_aws.demo_result import DemoResult

DONE, FAILED, GOES_ON = Text("✓", "green"), Text("✗", "red"), Text("…", "dim")
HOP_OF = {
    "RawManifestMapping": "S3 event → on_raw_manifest: checks the manifest, adds a Spark step",
    "emr": "EMR step → spark-submit: raw parts → files of the star schema",
    "StepCompletedMapping": "EMR event → on_step_completed: COPY and MERGE in one transaction",
    "StepFailedMapping": "EMR event → on_step_failed: notes why",
    "ScheduleMapping": "Schedule → on_schedule: looks for what stayed behind",
}
"""What each actor of the pipeline does, in a person's words."""
OF_THE_DRIVER = {
    "emr": "EMR step → spark-submit: raw parts → files of the star schema → COPY and MERGE by the step's driver",
    "StepCompletedMapping": "EMR event → on_step_completed: finds the batch in the load log",
}
"""The same, of what is otherwise where the step's driver loads."""
BACKGROUND = frozenset({"ScheduleMapping"})
"""Actors of which a person hears only when they fail."""


class Display:
    """Tells of a run on stderr and of its results on stdout; `quiet` leaves only what --json prints.

    On a terminal, what runs has a spinner and its seconds; elsewhere each beginning and each end is a line. `sink` says
    who loads.
    """

    def __init__(self, *, quiet: bool = False, sink: Sink = Sink.S3) -> None:
        self._words = HOP_OF | (OF_THE_DRIVER if sink is Sink.REDSHIFT else {})
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
        what = self._words.get(progress.actor, progress.actor)
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
        """What a run has shown, as tables."""
        from local_aws.demo_tables import tables  # noqa: PLC0415  (not before there is a result)

        for part in tables(result, self._out.width):
            self._out.print()
            self._out.print(part, soft_wrap=isinstance(part, Text))

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
