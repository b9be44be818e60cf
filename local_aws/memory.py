"""How much memory a run takes at its peak: its own process, all that it started, and servers that stand apart."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PROC = Path("/proc")
SAMPLE_SECONDS = 0.5


class PeakMemory:
    """Samples the memory of `roots` and all their descendants from a thread, for as long as it is entered.

    `peak_bytes` is the largest sum seen, pages that processes share counted once; None on a system without /proc.
    """

    def __init__(self, roots: Sequence[int]) -> None:
        self._roots = roots
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="peak-memory", daemon=True)
        self.peak_bytes: int | None = None

    def __enter__(self) -> Self:
        if (PROC / "self/stat").exists():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(SAMPLE_SECONDS):
            now = sum(map(memory_bytes, descendants(self._roots)))
            self.peak_bytes = max(self.peak_bytes or 0, now)


def descendants(roots: Iterable[int]) -> set[int]:
    """The processes with these ids and all that they have started, directly or not, and that live."""
    children = defaultdict(list)
    for process in PROC.glob("[0-9]*"):
        if (parent := _parent(process)) is not None:
            children[parent].append(int(process.name))
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        if (pid := waiting.pop()) not in found:
            found.add(pid)
            waiting += children[pid]
    return found


def memory_bytes(pid: int) -> int:
    """The process' proportional set size; 0 for one that has ended or that we may not look into."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def _parent(process: Path) -> int | None:
    try:
        # The name in parentheses may hold anything, also spaces and parentheses.
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return None
