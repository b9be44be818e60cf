"""The inside of a part's process: it says when it is ready, and ends with whoever started it."""

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NoReturn

from local_aws.errors import LocalCloudError
from local_aws.up.home import Home

logger = logging.getLogger(__name__)

READY = b"ready\n"
CHECK_SECONDS = 0.5
PREDECESSOR_SECONDS = 120
STOP_SECONDS = 60
"""So long may a part take to end in good order when its supervisor is gone; then it and its children are killed."""

IsAlive = Callable[[], bool]
"""Whether what the process keeps is still there."""


class PartDiedError(LocalCloudError):
    """What the process keeps has ended without being asked to."""


def serve(home: Home, name: str, part: AbstractContextManager[IsAlive], ready_descriptor: int) -> None:
    """Keep the part until SIGTERM, or until standard input ends: the supervisor holds the other end of that pipe.

    READY is written to `ready_descriptor` when the part can be used. Raises PartDiedError where it ends by itself.
    """
    os.set_inheritable(ready_descriptor, False)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threading.Thread(target=_end_with_supervisor, args=(stopping,), name="lifeline", daemon=True).start()
    with home.lock(name) as is_first:
        if not is_first:
            _run_after_predecessor(home, name, part, ready_descriptor, stopping)
        else:
            _run(part, ready_descriptor, stopping)


def _run_after_predecessor(
    home: Home, name: str, part: AbstractContextManager[IsAlive], ready_descriptor: int, stopping: threading.Event
) -> None:
    """The same once an earlier process of this part, whose supervisor was killed, has ended."""
    logger.info("waiting for the end of an earlier process of this part")
    deadline = time.monotonic() + PREDECESSOR_SECONDS
    while not stopping.wait(CHECK_SECONDS):
        with home.lock(name) as is_alone:
            if is_alone:
                return _run(part, ready_descriptor, stopping)
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"an earlier process of {name} does not end: see `fuser {home.work_dir}/locks/{name}`"
            )
    return None


def _run(part: AbstractContextManager[IsAlive], ready_descriptor: int, stopping: threading.Event) -> None:
    with part as is_alive:
        with contextlib.suppress(BrokenPipeError):  # the supervisor has gone meanwhile
            os.write(ready_descriptor, READY)
        logger.info("ready")
        while not stopping.wait(CHECK_SECONDS):
            if not is_alive():
                raise PartDiedError("it ended without being asked to")
        logger.info("stopping")
    logger.info("stopped")


def _end_with_supervisor(stopping: threading.Event) -> NoReturn:
    while os.read(sys.stdin.fileno(), 1):  # nothing is ever sent
        pass
    stopping.set()
    time.sleep(STOP_SECONDS)
    logger.error("not stopped within %s s: killed", STOP_SECONDS)
    # The supervisor has made this process the leader of its group.
    os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)
