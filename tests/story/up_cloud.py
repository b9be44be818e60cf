"""A cloud that `gem up` keeps, driven as a person drives it: by commands, in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2

GEM = Path(sys.executable).with_name("gem")
BARE = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
CONTRACTS = 60
TIMEOUT_SECONDS = 300
# The reconciler acts soon, and a claim of a function that was killed ends soon.
PARAMETERS = ("StaleSeconds=5", "LeaseSeconds=30")


class UpCloud:
    """One folder with the commands of `gem`; ports are free ones."""

    def __init__(self, work_dir: Path) -> None:
        self.work_dir = work_dir
        self.environment: dict[str, str] = {}

    def gem(self, *words: str | Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """A command in an environment that holds what env.sh exports and nothing else."""
        finished = subprocess.run(
            [GEM, *map(str, words)],
            env={**BARE, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * TIMEOUT_SECONDS,
            check=False,
        )
        assert finished.returncode == 0 or not check, f"gem {words}: {finished.stdout}{finished.stderr}"
        return finished

    def up(self, *words: str) -> dict[str, Any]:
        ports = [word for part in ("postgres", "aws", "redshift") for word in (f"--{part}-port", "0")]
        parameters = [word for each in PARAMETERS for word in ("--parameter", each)]
        own = ["--work-dir", str(self.work_dir), "--contracts", str(CONTRACTS), *ports, *parameters]
        shown: dict[str, Any] = json.loads(self.gem("up", "--json", *own, *words).stdout)
        self.environment = shown["environment"]
        return shown

    def down(self) -> str:
        return self.gem("down", "--work-dir", self.work_dir).stdout

    def status(self) -> dict[str, Any]:
        finished = self.gem("up", "--status", "--json", "--work-dir", self.work_dir, check=False)
        shown: dict[str, Any] = json.loads(finished.stdout) if finished.stdout else {"parts": []}
        return shown

    def is_ready(self) -> bool:
        parts = self.status()["parts"]
        return bool(parts) and all(part["stage"] == "ready" for part in parts)

    def pid(self, part: str) -> int:
        return int(next(each["pid"] for each in self.status()["parts"] if each["name"] == part))

    def change(self, seed: int) -> None:
        """A round that changes something."""
        for number in range(seed, seed + 10):
            shown = self.gem("source", "evolve", "--seed", str(number), "--share", "0.1", "--json").stdout
            if any(change["count"] for change in json.loads(shown)["changes"]):
                return
        raise AssertionError("no seed changed anything")

    def extract(self) -> str:
        """The id of the batch that holds all that changed."""
        batch_id = json.loads(self.gem("extract").stdout.strip().splitlines()[-1])["batch_id"]
        assert batch_id is not None
        return str(batch_id)

    def batch_states(self) -> dict[str, str]:
        finished = self.gem("status", "--json", check=False)
        lines = json.loads(finished.stdout)["batches"] if finished.returncode == 0 else []
        return {line["batch_id"]: line["state"] for line in lines}

    def wait_loaded(self, batch_id: str) -> None:
        self.wait_for(batch_id, "LOADED")

    def wait_for(self, batch_id: str, state: str) -> None:
        until(lambda: self.batch_states().get(batch_id) == state, f"{batch_id} was to be {state}")

    def assert_agrees(self) -> None:
        """The warehouse holds what the source holds: to the row, and by a count that no code of ours makes."""
        self.gem("reconcile")
        [[loaded]] = json.loads(self.gem("sql", "--json", "select count(*) from mart.fact_order_line").stdout)["rows"]
        with psycopg2.connect(self.environment["GEM_SOURCE_DSN"]) as connection, connection.cursor() as cursor:
            cursor.execute("select count(*) from gem.contract_item")
            row = cursor.fetchone()
        connection.close()
        assert row is not None
        assert loaded == row[0] > 0

    def processes(self) -> dict[int, str]:
        """When the supervisor, all its descendants, and PostgreSQL, which is nobody's child, were started, by pid."""
        postmaster = int((self.work_dir / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
        supervisor = int(self.status()["supervisor_pid"])
        pids = {supervisor, postmaster, *descendants(supervisor), *descendants(postmaster)}
        return {pid: started_at(pid) for pid in pids}


def descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from descendants(child)


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def started_at(pid: int) -> str:
    """In ticks since the machine's start, "" for one that is gone: a pid may be given again, with its time not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def survivors(processes: dict[int, str]) -> list[str]:
    """The command lines of those that still live."""
    return [command_line(pid) for pid, began in processes.items() if is_alive(pid) and started_at(pid) == began]


def is_alive(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_alive(pid), f"{pid} was to die")


def until(condition: Callable[[], Any], what: str, patience_seconds: float = TIMEOUT_SECONDS) -> None:
    deadline = time.monotonic() + patience_seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.5)
