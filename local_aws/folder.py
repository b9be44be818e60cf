"""The folder of a local cloud: whose it is, and that only one cloud at a time lives in it."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from local_aws.errors import LocalCloudError

LOCK = "lock"
KEEPER = "up.json"
"""Stands in the folder of a cloud that keeps its data."""
LOOK_SECONDS = 1.0
"""Whoever asks for the owner holds the lock for a moment: only one that is held for longer is another cloud's."""
RETRY_SECONDS = 0.02


class FolderInUseError(LocalCloudError):
    """Another cloud lives in the folder."""


@contextmanager
def owned(work_dir: Path, emptied_of: Sequence[str] = ()) -> Iterator[None]:
    """The folder, without an earlier run's `emptied_of`, for as long as no other cloud takes it.

    Ends with the process, however that ends. Raises FolderInUseError, and LocalCloudError for a folder that is no
    local cloud's or cannot be made.
    """
    make_ours(work_dir)
    if emptied_of and (work_dir / KEEPER).exists():
        raise LocalCloudError(f"{work_dir} keeps the data of `gem up`: name another folder")
    with _locked(work_dir / LOCK, work_dir):
        for name in emptied_of:
            shutil.rmtree(work_dir / name, ignore_errors=True)
        yield


def owner(work_dir: Path) -> int | None:
    """The process that owns the folder; None when nobody does."""
    path = work_dir / LOCK
    if not path.exists():
        return None
    with path.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = lock.read()
            return int(text) if text.isdecimal() else None
    return None


def make_ours(work_dir: Path) -> None:
    """Make the folder where there is none; LocalCloudError for one with files that are not a local cloud's."""
    try:
        work_dir.mkdir(parents=True, exist_ok=True)
        strangers = [] if is_ours(work_dir) else sorted(path.name for path in work_dir.iterdir())
        if not strangers:
            (work_dir / LOCK).touch()
    except OSError as error:
        raise LocalCloudError(f"the local cloud cannot live in {work_dir}: {error}") from error
    if strangers:
        raise LocalCloudError(
            f"{work_dir} holds {', '.join(strangers[:3])}, which are no local cloud's: name an empty or a new folder"
        )


def is_ours(work_dir: Path) -> bool:
    """Whether a local cloud has lived there."""
    return (work_dir / LOCK).exists()


@contextmanager
def _locked(path: Path, work_dir: Path) -> Iterator[IO[str]]:
    with path.open("r+") as lock:
        deadline = time.monotonic() + LOOK_SECONDS
        while not _taken(lock):
            if time.monotonic() > deadline:
                raise FolderInUseError(f"{work_dir} is in use by another local cloud: stop that one first")
            time.sleep(RETRY_SECONDS)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
