"""A function's process: warm between calls, alone with the template's environment, killed at its timeout."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_aws.deployed import Function
from local_aws.lambda_runtime import FunctionError, LambdaFunction

Made = Callable[..., LambdaFunction]


@pytest.fixture
def function(tmp_path: Path) -> Iterator[Made]:
    made: list[LambdaFunction] = []

    def make(handler: str, timeout_seconds: int = 30) -> LambdaFunction:
        described = Function(
            logical_id="Echo",
            name="gem-echo",
            arn="arn:aws:lambda:ap-south-1:123456789012:function:gem-echo",
            handler=f"echo_function.{handler}",
            role="EchoRole",
            timeout_seconds=timeout_seconds,
            memory_mb=256,
            environment={"GEM_TABLE": "ledger"},
        )
        aws = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
        made.append(LambdaFunction(described, Path(__file__).parent, aws, tmp_path / "echo.log"))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_a_handler_sees_the_templates_variables_and_lambdas_own_and_no_others(
    function: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEM_SOURCE_DSN", "postgresql://of-the-caller")
    seen = function("describe").invoke({"a": 1}).result
    assert seen["environment"]["GEM_TABLE"] == "ledger"
    assert seen["environment"]["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert seen["environment"]["AWS_LAMBDA_FUNCTION_NAME"] == "gem-echo"
    assert seen["environment"]["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert {name for name in seen["environment"] if name.startswith("GEM_")} == {"GEM_TABLE"}
    assert seen["event"] == {"a": 1}


def test_a_handler_is_told_of_its_invocation(function: Made) -> None:
    described = function("describe", timeout_seconds=30)
    first, second = described.invoke({}).result, described.invoke({}).result
    assert 0 < first["remaining_ms"] <= 30_000
    assert first["function_name"] == "gem-echo"
    assert first["arn"].endswith(":function:gem-echo")
    assert first["request_id"] != second["request_id"]


def test_the_second_call_finds_the_process_of_the_first(function: Made) -> None:
    obey = function("obey")
    first, second = obey.invoke("work"), obey.invoke("work")
    assert first.result == second.result != os.getpid()
    assert (first.was_cold, second.was_cold) == (True, False)


@pytest.mark.parametrize(
    ("told", "error_type"),
    [("raise", "LookupError"), ("exit", "SystemExit"), ("die", "Runtime.ExitError"), ("sleep", "Sandbox.Timedout")],
)
def test_a_call_that_goes_wrong_says_how_and_the_next_one_works(function: Made, told: str, error_type: str) -> None:
    obey = function("obey", timeout_seconds=2)
    with pytest.raises(FunctionError) as caught:
        obey.invoke(told)
    assert caught.value.error_type == error_type
    assert isinstance(obey.invoke("work").result, int)


def test_a_call_past_its_timeout_is_killed(function: Made) -> None:
    obey = function("obey", timeout_seconds=2)
    process = obey.invoke("work").result
    with pytest.raises(FunctionError, match=r"Task timed out after 2\.00 seconds"):
        obey.invoke("sleep")
    assert not Path(f"/proc/{process}").exists()


def test_an_answer_that_is_no_json_is_the_functions_error(function: Made) -> None:
    with pytest.raises(FunctionError, match="not JSON serializable"):
        function("cannot_answer").invoke({})


def test_a_handler_that_is_not_there_fails_every_call(function: Made) -> None:
    missing = function("no_such_handler")
    for _ in range(2):
        with pytest.raises(FunctionError, match="no_such_handler"):
            missing.invoke({})


def test_what_a_handler_prints_is_its_log(function: Made, tmp_path: Path) -> None:
    obey = function("obey")
    obey.invoke("print")
    with pytest.raises(FunctionError):
        obey.invoke("raise")
    log = (tmp_path / "echo.log").read_text()
    assert "a line of log" in log
    assert "LookupError: nothing here" in log


def test_stopping_ends_a_call_that_is_under_way(function: Made) -> None:
    obey = function("obey", timeout_seconds=60)
    process = obey.invoke("work").result
    caught: list[FunctionError] = []

    def call() -> None:
        try:
            obey.invoke("sleep")
        except FunctionError as error:
            caught.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    time.sleep(0.2)
    obey.stop()
    thread.join()
    assert caught[0].error_type == "Runtime.ExitError"
    assert not Path(f"/proc/{process}").exists()


def test_a_process_that_was_killed_between_two_calls_is_replaced(function: Made) -> None:
    obey = function("obey")
    process = obey.invoke("work").result
    os.kill(process, signal.SIGKILL)
    # Until it has ended and only waits to be looked at, which is left to the runtime.
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    again = obey.invoke("work")
    assert again.was_cold
    assert isinstance(again.result, int)


OWNER = """
import sys
from pathlib import Path
from local_aws.deployed import Function
from local_aws.lambda_runtime import LambdaFunction

described = Function("Echo", "gem-echo", "arn", "echo_function.obey", "EchoRole", 60, 256, {})
function = LambdaFunction(described, Path(sys.argv[1]), {}, Path(sys.argv[2]))
print(function.invoke("work").result, flush=True)
function.invoke("sleep")
"""


def test_a_function_ends_with_its_owner_also_in_the_middle_of_a_call(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(Path(__file__).parent), str(tmp_path / "log")]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    process = Path("/proc", owner.stdout.readline().strip())
    owner.kill()
    owner.communicate()
    # Without the end of its call, which would take a minute.
    patience = time.monotonic() + 30
    while process.exists() and "zombie" not in (process / "status").read_text():
        assert time.monotonic() < patience, process
        time.sleep(0.05)
