"""A step's processes end with the step, and with the one who runs it, also when that one is killed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local_aws.step_process import StepProcess

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 30
# A step with a child, as spark-submit has one: both write their process ids.
STEP = """
import os, pathlib, subprocess, sys, time
if sys.argv[1:]:
    subprocess.Popen([sys.executable, __file__])
pathlib.Path(f"pid-{os.getpid()}").touch()
time.sleep(600)
"""
OWNER = """
import sys, time, pathlib
from local_aws.step_process import StepProcess
step = StepProcess([sys.executable, sys.argv[1], "with a child"], {}, pathlib.Path(sys.argv[2]))
time.sleep(600)
"""


def pids(log_dir: Path, count: int) -> list[int]:
    """The processes that have written their ids, as soon as there are so many."""
    until(lambda: len(list(log_dir.glob("pid-*"))) == count)
    return [int(path.name.removeprefix("pid-")) for path in log_dir.glob("pid-*")]


def is_running(pid: int) -> bool:
    # One that has ended but was not waited for by init yet is a zombie.
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


def until(condition) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def step_file(tmp_path: Path) -> Path:
    path = tmp_path / "step.py"
    path.write_text(STEP)
    return path


def test_a_killed_step_takes_its_children_along(step_file: Path, tmp_path: Path) -> None:
    step = StepProcess([sys.executable, str(step_file), "with a child"], {}, tmp_path / "log")
    running = pids(tmp_path / "log", 2)
    assert step.exit_code() is None
    step.kill()
    until(lambda: not any(map(is_running, running)))


def test_a_step_does_not_outlive_an_owner_that_is_killed(step_file: Path, tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(step_file), str(tmp_path / "log")],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    running = pids(tmp_path / "log", 2)
    assert all(map(is_running, running))
    owner.kill()
    owner.wait()
    until(lambda: not any(map(is_running, running)))


def test_a_step_that_ended_says_how_and_leaves_no_guard(tmp_path: Path) -> None:
    step = StepProcess([sys.executable, "-c", "print('its last word'); raise SystemExit(3)"], {}, tmp_path)
    until(lambda: step.exit_code() is not None)
    assert step.exit_code() == 3
    assert step.last_words() == "its last word"
    mine = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert not [pid for pid in mine if b"read _; kill" in Path(f"/proc/{pid}/cmdline").read_bytes()]
