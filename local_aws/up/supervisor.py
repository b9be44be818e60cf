"""Keeps the parts of a cloud running: starts them in the order of their needs, and again when they die."""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from local_aws.up.home import Config, Home
from local_aws.up.status import CloudStatus, PartStatus, Stage, now, write_status

logger = logging.getLogger(__name__)

NEEDS: Mapping[str, Sequence[str]] = {
    "postgres": (),
    "aws": ("postgres",),
    "redshift": ("postgres",),
    "functions": ("aws", "redshift"),
}
"""What must be ready before a part starts, in the order of starting; they stop in the reverse order."""
FUNCTIONS = "functions"

TICK_SECONDS = 0.1
START_SECONDS = 180
STOP_SECONDS = 60
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
LONG_RUN_SECONDS = 30.0
"""A part that was ready for so long ended by a mishap, not by a fault of its own: it is started again at once."""


class Process(Protocol):
    """The part of a PartProcess that a supervisor uses."""

    pid: int

    def is_ready(self) -> bool:
        """Whether it has said so."""

    def end(self) -> str | None:
        """How it ended; None while it runs."""

    def stop(self, patience_seconds: float) -> bool:
        """Ask it to end and wait."""

    def kill(self) -> None:
        """End it at once."""


StartProcess = Callable[[str, Path, Path], Process]
"""(name of the part, folder of the cloud, log) → its process."""


def needs_of(config: Config) -> dict[str, Sequence[str]]:
    """NEEDS of the parts that the configuration asks for."""
    return {name: needs for name, needs in NEEDS.items() if name != FUNCTIONS or config.functions}


def pause_seconds(failures: int) -> float:
    """How long to wait before the next start after so many ends in a row."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** (failures - 1))


@dataclass
class _Supervised:
    """A part with its process, if it has one now."""

    name: str
    needs: Sequence[str]
    process: Process | None = None
    stage: Stage = Stage.WAITING
    since: datetime = field(default_factory=now)
    entered: float = 0.0
    starts: int = 0
    failures: int = 0
    last_end: str = ""
    not_before: float = 0.0

    def enter(self, stage: Stage, at: float) -> None:
        self.stage, self.since, self.entered = stage, now(), at


class Supervisor:
    """The processes of a cloud's parts; `run` returns when it is asked to stop and all have ended.

    `needs` says by part what must be ready before it starts, in the order of starting. How they stand is written into
    the folder at every change. `clock` gives monotonic seconds.
    """

    def __init__(
        self,
        home: Home,
        needs: Mapping[str, Sequence[str]],
        start: StartProcess,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home = home
        self._start = start
        self._clock = clock
        self._parts = {name: _Supervised(name, of) for name, of in needs.items()}
        self._started_at = now()

    def run(self, stopping: threading.Event) -> None:
        """Keep everything running until `stopping` is set, then stop the parts in the reverse order."""
        try:
            self._write_status()
            while not stopping.wait(TICK_SECONDS):
                self.tick()
        finally:
            self.stop()

    def tick(self) -> None:
        """Look at every part once: note what is ready or has ended, and start what may start."""
        before = [part.stage for part in self._parts.values()], [part.starts for part in self._parts.values()]
        for part in self._parts.values():
            if part.process is not None:
                self._watch(part, part.process)
            elif self._clock() >= part.not_before and all(self._is_ready(need) for need in part.needs):
                self._start_part(part)
        if before != ([part.stage for part in self._parts.values()], [part.starts for part in self._parts.values()]):
            self._write_status()

    def stop(self) -> None:
        """Stop every part, those first that need others."""
        for part in reversed(self._parts.values()):
            process, part.process = part.process, None
            if process is not None:
                in_time = process.stop(STOP_SECONDS)
                logger.info("%s %s", part.name, "stopped" if in_time else f"killed: not stopped in {STOP_SECONDS} s")
            part.enter(Stage.WAITING, self._clock())

    def _is_ready(self, name: str) -> bool:
        return self._parts[name].stage is Stage.READY

    def _watch(self, part: _Supervised, process: Process) -> None:
        end = process.end()
        if end is not None:
            self._note_end(part, end)
        elif part.stage is Stage.STARTING and process.is_ready():
            logger.info("%s is ready", part.name)
            part.enter(Stage.READY, self._clock())
        elif part.stage is Stage.STARTING and self._clock() - part.entered > START_SECONDS:
            process.kill()
            self._note_end(part, f"not ready within {START_SECONDS} s")

    def _note_end(self, part: _Supervised, end: str) -> None:
        ran_long = part.stage is Stage.READY and self._clock() - part.entered >= LONG_RUN_SECONDS
        part.failures = 1 if ran_long else part.failures + 1
        part.process, part.last_end = None, end
        pause = pause_seconds(part.failures)
        part.not_before = self._clock() + pause
        part.enter(Stage.RESTARTING, self._clock())
        logger.error("%s ended: %s; started again in %.1f s", part.name, end, pause)

    def _start_part(self, part: _Supervised) -> None:
        part.starts += 1
        try:
            part.process = self._start(part.name, self._home.work_dir, self._home.log(part.name))
        except OSError as error:
            return self._note_end(part, f"could not be started: {error}")
        part.enter(Stage.STARTING, self._clock())
        logger.info("%s is started as process %s", part.name, part.process.pid)
        return None

    def _write_status(self) -> None:
        shown = tuple(
            PartStatus(
                name=part.name,
                stage=part.stage,
                since=part.since,
                pid=part.process.pid if part.process else None,
                restarts=max(0, part.starts - 1),
                failures=part.failures,
                last_end=part.last_end,
                log=str(self._home.log(part.name)),
            )
            for part in self._parts.values()
        )
        try:
            write_status(self._home, CloudStatus(supervisor_pid=os.getpid(), started_at=self._started_at, parts=shown))
        except OSError:
            # A full disk must not take down what runs; the next change is written again.
            logger.exception("how the parts stand cannot be written")
