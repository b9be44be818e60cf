"""The environments beside .venv, which make builds where they are missing."""

import fcntl
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def programs(environment: str) -> Path:
    """The `bin` of `.venv-airflow` and its like; one process at a time makes it, for several share the tests."""
    with (ROOT / "Makefile").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "--silent", f"{environment}-env"], cwd=ROOT, check=True)
    return ROOT / f".venv-{environment}" / "bin"
