"""The inside of a local Lambda: one handler, called with the events that arrive as JSON lines on a pipe.

Run as a script in a process of its own, on the standard library alone, so that the handler sees only its own code.
"""

import importlib
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO


@dataclass(frozen=True)
class Context:
    """What AWS Lambda tells a handler of its invocation."""

    aws_request_id: str
    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    deadline: float
    function_version: str = "$LATEST"
    log_group_name: str = ""
    log_stream_name: str = ""
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the runtime kills this process."""
        return max(0, int((self.deadline - time.time()) * 1000))


def main(reply_descriptor: int) -> None:
    """Answer each request line on stdin with one reply line, until stdin ends; everything printed is log.

    The end of stdin is the end of the process, whatever the handler is doing.
    """
    with os.fdopen(reply_descriptor, "w") as replies:
        try:
            handler = _imported(os.environ["_HANDLER"])
        except BaseException as error:
            _write(replies, _failure(error))
            return
        _write(replies, {"ready": True})
        requests: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
        while True:
            _write(replies, _reply(handler, json.loads(requests.get())))


def _read_requests(requests: "queue.SimpleQueue[str]") -> None:
    for line in sys.stdin:
        requests.put(line)
    # The runtime is gone, however it ended: so is this environment, also in the middle of a call.
    os._exit(1)


def _imported(name: str) -> Callable[[Any, Context], Any]:
    module, _, attribute = name.rpartition(".")
    handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module.replace("/", ".")), attribute)
    return handler


def _reply(handler: Callable[[Any, Context], Any], request: dict[str, Any]) -> dict[str, Any]:
    try:
        result = handler(request["event"], _context(request))
        json.dumps(result)
    except BaseException as error:
        return _failure(error)
    finally:
        sys.stdout.flush()
    return {"result": result}


def _context(request: dict[str, Any]) -> Context:
    return Context(
        aws_request_id=request["request_id"],
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        invoked_function_arn=request["function_arn"],
        memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        deadline=request["deadline"],
        log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
    )


def _failure(error: BaseException) -> dict[str, Any]:
    traceback.print_exception(error)
    sys.stderr.flush()
    return {"error_type": type(error).__name__, "error_message": str(error)}


def _write(replies: TextIO, reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply) + "\n")
    replies.flush()


if __name__ == "__main__":
    # A script's own folder comes first on the path; the handler's code root is on PYTHONPATH.
    sys.path.pop(0)
    main(int(sys.argv[1]))
