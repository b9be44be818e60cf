"""The supervisor's side of a part's process: started on a lifeline, asked to stop, ended with all its children."""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from local_aws.parts import CODE_ROOT

# What a person's shell says of AWS, PostgreSQL and this pipeline is meant for other systems.
NOT_INHERITED = ("AWS_", "GEM_", "PG", "SPARK_", "PYSPARK_")
POLL_SECONDS = 0.05


class PartProcess:
    """One process of a part. It ends when this one does, however that ends: its standard input is a pipe of ours."""

    def __init__(self, name: str, work_dir: Path, log: Path) -> None:
        log.parent.mkdir(exist_ok=True)
        self._ready, written = os.pipe()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command("part", name, str(work_dir), str(written)),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                pass_fds=[written],
                cwd=CODE_ROOT,
                env=environment(),
                # A group of its own: a terminal's Ctrl-C must not end it before its turn.
                start_new_session=True,
            )
        os.close(written)
        self.pid = self._process.pid

    def is_ready(self) -> bool:
        """Whether it has said so since the last time it was asked."""
        readable, _, _ = select.select([self._ready], [], [], 0)
        return bool(readable) and os.read(self._ready, 64) != b""

    def end(self) -> str | None:
        """How it ended; None while it runs. What it left of its group is killed."""
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        # Not reaped yet, so the number still names its group and no other.
        self.kill()
        code = self._process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def stop(self, patience_seconds: float) -> bool:
        """Ask it to end and wait; True when it did within its time, else it is killed with its children."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            if self.end() is not None:
                return True
            time.sleep(POLL_SECONDS)
        self.kill()
        return False

    def kill(self) -> None:
        """End it and its group at once."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        os.close(self._ready)


def command(*words: str) -> list[str]:
    """The command line that runs this package with these words."""
    return [sys.executable, "-m", "local_aws.up", *words]


def environment() -> dict[str, str]:
    """The environment of the supervisor and its parts, without what is meant for other systems."""
    return {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
