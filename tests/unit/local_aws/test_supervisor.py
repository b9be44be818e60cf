"""The supervisor starts parts in the order of their needs, starts again what dies, and names what keeps dying."""

import fcntl
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local_aws.folder import FolderInUseError, make_ours, owned, owner
from local_aws.up import supervisor
from local_aws.up.home import Home
from local_aws.up.status import CloudStatus, Stage, read_status
from local_aws.up.supervisor import LONG_RUN_SECONDS, LONGEST_PAUSE_SECONDS, START_SECONDS, Supervisor, pause_seconds

NEEDS = {"database": (), "api": ("database",), "workers": ("api",)}


@dataclass
class FakeProcess:
    """A process that is ready and ends when the test says so."""

    name: str
    pid: int
    stopped: list[str]
    ready: bool = False
    ended: str | None = None
    was_killed: bool = False

    def is_ready(self) -> bool:
        return self.ready

    def end(self) -> str | None:
        return self.ended

    def stop(self, patience_seconds: float) -> bool:
        self.stopped.append(self.name)
        return True

    def kill(self) -> None:
        self.was_killed = True


@dataclass
class Lab:
    """A supervisor whose clock and processes belong to the test."""

    home: Home
    now: float = 1000.0
    started: list[FakeProcess] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.home, NEEDS, self.start, lambda: self.now)

    def start(self, name: str, work_dir: Path, log: Path) -> FakeProcess:
        self.started.append(FakeProcess(name, 100 + len(self.started), self.stopped))
        return self.started[-1]

    def tick(self, seconds: float = 0) -> None:
        self.now += seconds
        self.supervisor.tick()

    def all_ready(self) -> None:
        for _ in NEEDS:
            self.tick()
            self.started[-1].ready = True
            self.tick()

    @property
    def names(self) -> list[str]:
        return [process.name for process in self.started]

    @property
    def status(self) -> CloudStatus:
        found = read_status(self.home)
        assert found is not None
        return found


@pytest.fixture
def lab(tmp_path: Path):
    with owned(tmp_path):
        yield Lab(Home(tmp_path))


def test_a_part_starts_only_once_what_it_needs_is_ready(lab: Lab) -> None:
    lab.tick(0)
    lab.tick(60)
    assert lab.names == ["database"]
    lab.started[0].ready = True
    lab.tick()
    lab.tick()
    assert lab.names == ["database", "api"]
    assert [part.stage for part in lab.status.parts] == [Stage.READY, Stage.STARTING, Stage.WAITING]


def test_what_dies_is_started_again_and_the_others_go_on(lab: Lab) -> None:
    lab.all_ready()
    assert lab.status.is_ready
    lab.started[1].ended = "killed by SIGKILL"
    lab.tick()
    assert lab.status.parts[1].stage is Stage.RESTARTING
    assert lab.status.parts[1].last_end == "killed by SIGKILL"
    lab.tick(1)
    assert lab.names == ["database", "api", "workers", "api"]
    lab.started[-1].ready = True
    lab.tick()
    assert lab.status.is_ready
    assert [part.restarts for part in lab.status.parts] == [0, 1, 0]


def test_what_dies_again_and_again_is_started_ever_more_rarely_and_named(lab: Lab) -> None:
    for number in range(1, 4):
        lab.tick(pause_seconds(number))
        lab.started[-1].ended = "exit code 1"
        lab.tick()
    assert len(lab.started) == 3
    [loop] = lab.status.crash_loops
    assert (loop.name, loop.failures, loop.last_end) == ("database", 3, "exit code 1")
    assert loop.log.endswith("logs/database.log")
    lab.tick(pause_seconds(3) - 0.1)
    assert len(lab.started) == 3
    lab.tick(0.2)
    assert len(lab.started) == 4


def test_a_machine_that_refuses_files_and_processes_does_not_end_the_supervisor(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(lab.supervisor, "_start", refused)
        full.setattr(supervisor, "write_status", refused)
        lab.tick()
    lab.tick(pause_seconds(1))
    assert lab.names == ["database"], "tried again, once its pause was over"
    assert lab.status.parts[0].last_end == "could not be started: [Errno 28] No space left on device"


def test_the_pause_grows_up_to_a_cap() -> None:
    pauses = [pause_seconds(failures) for failures in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_an_end_after_a_long_run_counts_as_the_first(lab: Lab) -> None:
    lab.all_ready()
    for _ in range(5):
        database = next(process for process in reversed(lab.started) if process.name == "database")
        database.ready = True
        lab.tick()
        lab.now += LONG_RUN_SECONDS
        database.ended = "killed by SIGKILL"
        lab.tick()
        lab.tick(1)
    assert lab.status.parts[0].failures == 1
    assert lab.status.parts[0].restarts == 5


def test_what_never_becomes_ready_is_killed_and_started_again(lab: Lab) -> None:
    lab.tick()
    lab.tick(START_SECONDS + 1)
    assert lab.started[0].was_killed
    assert "not ready within" in lab.status.parts[0].last_end
    lab.tick(1)
    assert lab.names == ["database", "database"]


def test_parts_stop_in_the_reverse_order(lab: Lab) -> None:
    lab.all_ready()
    lab.supervisor.stop()
    assert lab.stopped == ["workers", "api", "database"]


def test_the_status_of_a_supervisor_that_is_gone_is_not_believed(tmp_path: Path) -> None:
    with owned(tmp_path):
        Lab(Home(tmp_path)).tick()
        assert read_status(Home(tmp_path)) is not None
    assert read_status(Home(tmp_path)) is None


def test_who_looks_for_the_owner_keeps_no_supervisor_from_its_folder(tmp_path: Path) -> None:
    """`gem up` and `gem up --status` look while the supervisor starts, and hold its lock for that moment."""
    make_ours(tmp_path)
    with (tmp_path / "lock").open() as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        threading.Timer(0.1, looked_at.close).start()
        with owned(tmp_path):
            assert owner(tmp_path) is not None
            with pytest.raises(FolderInUseError, match="in use by another local cloud"), owned(tmp_path):
                pass
