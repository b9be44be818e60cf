"""A step's process with all its children: they end when the step is cut, and with whoever runs it."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

REASON_LINES = 3
STOP_SECONDS = 10

# The guard holds the read end of a pipe. When its owner ends, however it ends, the pipe closes and the step is killed.
GUARD = 'read _; kill -s KILL -- "-$0"'


class StepProcess:
    """A command that runs in `log_dir`, which keeps its `stdout` and `stderr`. OSError where it cannot be started."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log_dir: Path) -> None:
        self._log_dir = log_dir
        log_dir.mkdir(parents=True, exist_ok=True)
        with (log_dir / "stdout").open("wb") as stdout, (log_dir / "stderr").open("wb") as stderr:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=log_dir,
                env=environment,
                # A group of its own, so that its children go with it.
                start_new_session=True,
            )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, str(self._process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def exit_code(self) -> int | None:
        """The code with which it ended; None while it runs."""
        if self._process.returncode is None and self._has_ended():
            # Its children too: a driver that outlived its JVM would go on writing for a step that has failed.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STOP_SECONDS)
            self._dismiss_guard()
        return self._process.returncode

    def kill(self) -> None:
        """End it and its children at once, and wait for it."""
        # Not reaped yet, so the number still names this group and no other.
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)
        self._dismiss_guard()

    def last_words(self) -> str:
        """The end of its logs, to say why it failed."""
        # Spark in client mode writes the driver's traceback to stdout, and its own shutdown to stderr after it.
        lines = [
            line
            for name in ("stderr", "stdout")
            for line in (self._log_dir / name).read_text(errors="replace").splitlines()
            if line.strip() and " INFO " not in line
        ]
        return "\n".join(lines[-REASON_LINES:])

    def _has_ended(self) -> bool:
        # Without reaping it, so that its number still names this group and no other.
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _dismiss_guard(self) -> None:
        # Killed before its pipe is closed: it must not outlive the number of the group.
        self._guard.kill()
        self._guard.communicate()
