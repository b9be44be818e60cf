"""The loop of a worker thread: no error ends it, and none passes unseen."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

ERROR_SECONDS = 1.0
"""The pause after a turn that failed: what is broken for good must not fill the log."""


def run_until(stopping: threading.Event, turn: Callable[[], float], what: str) -> None:
    """Call `turn` again and again until `stopping`; it says how many seconds to wait before the next.

    A turn that raises is logged with its traceback, and the next one comes: as in AWS, where the failure of one
    delivery does not end the service. The last turn before `stopping` may fail unlogged: its world is being stopped.
    """
    while not stopping.is_set():
        try:
            pause_seconds = turn()
        except Exception:
            if not stopping.is_set():
                logger.exception("%s: a turn failed, the next one comes", what)
            pause_seconds = ERROR_SECONDS
        if pause_seconds:
            stopping.wait(pause_seconds)
