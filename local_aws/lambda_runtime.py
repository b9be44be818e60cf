"""Local Lambda functions: each in a warm process of its own, called serially, killed at its timeout."""

import json
import os
import select
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from local_aws.aws_endpoint import REGION
from local_aws.deployed import Function

WORKER = Path(__file__).with_name("lambda_worker.py")
# Lambda gives the start of an execution environment ten seconds; a busy laptop gets more.
INIT_SECONDS = 60
STOP_SECONDS = 5


class FunctionError(Exception):
    """The handler raised, timed out or died; `error_type` is what AWS Lambda would report."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(f"{error_type}: {message}")
        self.error_type = error_type


@dataclass(frozen=True)
class Invocation:
    """One finished call: how long it took, and whether it had to start a process first."""

    result: Any
    seconds: float
    was_cold: bool


class LambdaFunction:
    """One function's process, started at the first call and kept for the next ones.

    `code_root` is the folder whose packages the handler imports; its environment is the template's variables,
    `environment` and what AWS Lambda itself sets. Prints go to `log_path`.
    """

    def __init__(self, function: Function, code_root: Path, environment: Mapping[str, str], log_path: Path) -> None:
        self._function = function
        self._code_root = code_root
        self._environment = environment
        self._log_path = log_path
        self._calls = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: IO[bytes] | None = None
        self._unread = b""

    def invoke(self, event: Mapping[str, Any]) -> Invocation:
        """Call the handler. Raises FunctionError where it raises, ends or passes its timeout."""
        with self._calls:
            started = time.monotonic()
            if self._process is not None and self._process.poll() is not None:
                # Somebody killed it between two calls; Lambda, too, takes another execution environment then.
                self._end()
            was_cold = self._process is None
            if was_cold:
                self._start()
            reply = self._call(event)
            return Invocation(self._result(reply), time.monotonic() - started, was_cold)

    def stop(self) -> None:
        """End the process, also in the middle of a call, and wait for it; the next call starts another."""
        if (process := self._process) is not None:
            process.kill()
        # The call that was cut sees the end of its pipe and lets go of the lock.
        with self._calls:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        replies, self._replies = self._replies, None
        self._unread = b""
        if process is None:
            return
        process.kill()
        process.wait(STOP_SECONDS)
        if process.stdin is not None:
            process.stdin.close()
        if replies is not None:
            replies.close()

    def _start(self) -> None:
        read, write = os.pipe()
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(WORKER), str(write)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(write,),
                cwd=self._code_root,
                env=self._process_environment(),
            )
        os.close(write)
        self._replies = os.fdopen(read, "rb", buffering=0)
        reply = self._read(INIT_SECONDS)
        if "ready" not in reply:
            self._end()
            self._result(reply)

    def _process_environment(self) -> dict[str, str]:
        name = self._function.name
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": str(self._code_root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            **self._environment,
            **self._function.environment,
            "_HANDLER": self._function.handler,
            "AWS_REGION": REGION,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self._function.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        }

    def _call(self, event: Mapping[str, Any]) -> dict[str, Any]:
        if self._process is None or self._process.stdin is None:
            raise FunctionError("Runtime.ExitError", f"{self._function.name} has no process")
        timeout = self._function.timeout_seconds
        request = {
            "event": event,
            "request_id": str(uuid.uuid4()),
            "function_arn": self._function.arn,
            "deadline": time.time() + timeout,
        }
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._end()
            raise FunctionError("Runtime.ExitError", "the process ended between two calls") from None
        return self._read(timeout)

    def _read(self, timeout_seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + timeout_seconds
        while b"\n" not in self._unread:
            piece = self._piece(deadline - time.monotonic(), timeout_seconds)
            if not piece:
                self._end()
                raise FunctionError("Runtime.ExitError", f"the process ended without an answer, see {self._log_path}")
            self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _piece(self, remaining_seconds: float, timeout_seconds: float) -> bytes:
        if self._replies is None:
            return b""
        ready, _, _ = select.select([self._replies], [], [], max(0.0, remaining_seconds))
        if not ready:
            # Lambda ends the execution environment at the timeout; whatever the handler held open is cut.
            self._end()
            raise FunctionError("Sandbox.Timedout", f"Task timed out after {timeout_seconds:.2f} seconds")
        return self._replies.read(65536) or b""

    def _result(self, reply: Mapping[str, Any]) -> Any:
        if "error_type" in reply:
            raise FunctionError(str(reply["error_type"]), str(reply["error_message"]))
        return reply.get("result")


class LambdaRuntime:
    """The functions of a deployment, by logical id; `environment` gives that of a role, with its access key."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        code_root: Path,
        environment: Callable[[str], Mapping[str, str]],
        log_dir: Path,
    ) -> None:
        self._functions = {
            name: LambdaFunction(each, code_root, environment(each.role), log_dir / f"{each.name}.log")
            for name, each in functions.items()
        }

    def invoke(self, logical_id: str, event: Mapping[str, Any]) -> Invocation:
        """Call one function and wait for its answer. Raises FunctionError."""
        return self._functions[logical_id].invoke(event)

    def stop(self) -> None:
        """End every process, also one in the middle of a call."""
        for function in self._functions.values():
            function.stop()
