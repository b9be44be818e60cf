"""Systems Manager's Run Command in a local cloud: the real process, its true status and output, its timeouts."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.aws_server import AwsServer
from local_aws.deployment import deploy
from local_aws.parts import LOCAL_PARAMETERS, TEMPLATE
from local_aws.ssm import INSTANCE_ID, CommandRunner

DOCUMENT = "gem-extractor"
# Stands where the extractor stands on the instance: says what it was given, or sleeps.
PROGRAM = """#!/bin/sh
case "$1" in
  extract) echo "summary of $GEM_SOURCE_ID"; echo progress >&2;;
  backfill) echo "words: $*"; echo "error: no such root" >&2; exit 75;;
  changelog) sleep 60 & echo $! > "$PIDS"; wait;;
esac
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="module")
def ssm(folder: Path) -> Iterator[Any]:
    program = folder / "gem-extractor"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    environment = {"PATH": "/usr/bin:/bin", "GEM_SOURCE_ID": "gem", "PIDS": str(folder / "pids")}
    with AwsServer() as aws:
        deploy(aws, TEMPLATE, LOCAL_PARAMETERS)
        runner = CommandRunner(aws, folder / "commands", folder, environment)
        runner.start()
        yield aws.client("ssm")
        runner.stop()


def send(ssm: Any, words: str, **parameters: str) -> str:
    answer = ssm.send_command(
        DocumentName=DOCUMENT,
        InstanceIds=[INSTANCE_ID],
        Parameters={"words": [words], **{name: [value] for name, value in parameters.items()}},
    )
    assert answer["Command"]["Status"] == "Pending"
    return str(answer["Command"]["CommandId"])


def ended(ssm: Any, command_id: str) -> dict[str, Any]:
    for _ in range(200):
        found: dict[str, Any] = ssm.get_command_invocation(CommandId=command_id, InstanceId=INSTANCE_ID)
        if found["Status"] not in ("Pending", "InProgress"):
            return found
        time.sleep(0.05)
    raise AssertionError("it did not end")


def test_a_command_runs_and_its_output_is_shown(ssm: Any) -> None:
    found = ended(ssm, send(ssm, "extract"))
    assert (found["Status"], found["ResponseCode"]) == ("Success", 0)
    assert found["StandardOutputContent"] == "summary of gem\n"
    assert found["StandardErrorContent"] == "progress\n"


def test_a_command_that_fails_says_its_exit_code_and_why(ssm: Any) -> None:
    command_id = send(ssm, "backfill --aggregate contract --roots 1,2")
    found = ended(ssm, command_id)
    assert (found["Status"], found["ResponseCode"]) == ("Failed", 75)
    assert found["StandardOutputContent"] == "words: backfill --aggregate contract --roots 1,2\n"
    assert "no such root" in found["StandardErrorContent"]
    listed = ssm.list_command_invocations(CommandId=command_id)["CommandInvocations"]
    assert [(each["InstanceId"], each["Status"]) for each in listed] == [(INSTANCE_ID, "Failed")]


def test_a_command_that_takes_too_long_is_ended_with_its_children(ssm: Any, folder: Path) -> None:
    began = time.monotonic()
    found = ended(ssm, send(ssm, "changelog status", executionTimeout="1"))
    assert (found["Status"], found["StatusDetails"]) == ("TimedOut", "Execution Timed Out")
    assert 1 <= time.monotonic() - began < 10
    assert not is_running(int((folder / "pids").read_text()))


def test_a_cancelled_command_is_ended(ssm: Any) -> None:
    command_id = send(ssm, "changelog status")
    ssm.cancel_command(CommandId=command_id)
    assert ended(ssm, command_id)["Status"] == "Cancelled"


@pytest.mark.parametrize("words", ["extract; id", "extract $(id)", "state show", "backfill --aggregate x --roots 1|id"])
def test_words_that_the_document_does_not_allow_are_refused(ssm: Any, words: str) -> None:
    with pytest.raises(ClientError, match="InvalidParameters"):
        send(ssm, words)


def test_another_instance_or_document_is_refused(ssm: Any) -> None:
    with pytest.raises(ClientError, match="InvalidInstanceId"):
        ssm.send_command(DocumentName=DOCUMENT, InstanceIds=["i-1"], Parameters={"words": ["extract"]})
    with pytest.raises(ClientError, match="InvalidDocument"):
        ssm.send_command(DocumentName="other", InstanceIds=[INSTANCE_ID])
    with pytest.raises(ClientError, match="InvocationDoesNotExist"):
        ssm.get_command_invocation(CommandId="0" * 36, InstanceId=INSTANCE_ID)


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "zombie" not in status.read_text()
