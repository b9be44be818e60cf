"""What Systems Manager does with Run Command: runs a document's script on the extractor's instance, which is here."""

import re
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from local_aws.aws_server import AwsServer, RefusedCallError
from local_aws.progress import OnProgress, Phase, Progress, ignore_progress
from local_aws.step_process import StepProcess

INSTANCE_ID = "i-00000000000000001"
"""The one managed node of a local cloud."""
POLL_SECONDS = 0.05
STDOUT_CHARACTERS, STDERR_CHARACTERS = 24_000, 8_000
"""How much of its output GetCommandInvocation shows, from the beginning (its API reference)."""
UNENDED = frozenset({"Pending", "InProgress", "Cancelling"})

Json = dict[str, Any]


@dataclass
class Invocation:
    """One command on the instance; `status` is one of GetCommandInvocation's."""

    document: str
    parameters: Mapping[str, Sequence[str]]
    comment: str
    status: str = "Pending"
    details: str = "Pending"
    response_code: int = -1
    command_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    requested_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    thread: threading.Thread | None = None
    is_cancelled: bool = False

    def end(self, status: str, details: str, response_code: int) -> None:
        """Put down how it ended; the status last, for readers go by it."""
        self.response_code, self.details, self.ended_at = response_code, details, datetime.now(UTC)
        self.status = status


class CommandRunner:
    """Serves Run Command at the API of `aws` in place of moto, which reports success and runs nothing.

    A command is a process on this machine with `environment`, in which `bin_dir` comes first on the path: there stands
    what the document calls. Its output is kept in `work_dir/<command id>/stdout` and `stderr`. Commands run beside one
    another, as on an instance; `timeoutSeconds` of the document's step ends one with all its children.
    """

    def __init__(
        self,
        aws: AwsServer,
        work_dir: Path,
        bin_dir: Path,
        environment: Mapping[str, str],
        on_progress: OnProgress = ignore_progress,
    ) -> None:
        self._aws = aws
        self._work_dir = work_dir
        self._environment = {**environment, "PATH": f"{bin_dir}:{environment['PATH']}"}
        self._on_progress = on_progress
        self._stopping = threading.Event()
        self._invocations: dict[str, Invocation] = {}

    def start(self) -> None:
        """Begin to serve."""
        self._stopping.clear()
        self._aws.serve(
            {
                "AmazonSSM.SendCommand": self._send,
                "AmazonSSM.GetCommandInvocation": self._get,
                "AmazonSSM.ListCommandInvocations": self._list,
                "AmazonSSM.CancelCommand": self._cancel,
            }
        )

    def stop(self) -> None:
        """Kill the commands that run and wait for their threads."""
        self._stopping.set()
        self._aws.serve({})
        for each in list(self._invocations.values()):
            if each.thread is not None:
                each.thread.join()

    def _send(self, request: Json) -> Json:
        if request.get("InstanceIds") != [INSTANCE_ID]:
            raise RefusedCallError("InvalidInstanceId", f"Instances {request.get('InstanceIds')} not in a valid state")
        parameters = request.get("Parameters", {})
        step = self._step(request["DocumentName"], parameters)
        invocation = Invocation(request["DocumentName"], parameters, request.get("Comment", ""))
        self._invocations[invocation.command_id] = invocation
        script, seconds = "\n".join(step["runCommand"]), float(step["timeoutSeconds"])
        invocation.thread = threading.Thread(
            target=self._run, args=(invocation, script, seconds), name=f"ssm-{invocation.command_id}", daemon=True
        )
        invocation.thread.start()
        command = {"CommandId": invocation.command_id, "DocumentName": invocation.document, "Parameters": parameters}
        at = invocation.requested_at.timestamp()
        return {"Command": {**command, "InstanceIds": [INSTANCE_ID], "Status": "Pending", "RequestedDateTime": at}}

    def _get(self, request: Json) -> Json:
        invocation = self._invocations.get(request["CommandId"])
        if invocation is None or request["InstanceId"] != INSTANCE_ID:
            raise RefusedCallError("InvocationDoesNotExist", "")
        return {
            **_summary(invocation),
            "ResponseCode": invocation.response_code,
            "StandardOutputContent": self._output(invocation, "stdout")[:STDOUT_CHARACTERS],
            "StandardErrorContent": self._output(invocation, "stderr")[:STDERR_CHARACTERS],
            "ExecutionStartDateTime": invocation.requested_at.isoformat(),
            "ExecutionEndDateTime": invocation.ended_at.isoformat() if invocation.ended_at else "",
        }

    def _list(self, request: Json) -> Json:
        wanted = request.get("CommandId")
        found = [each for each in self._invocations.values() if wanted in (None, each.command_id)]
        return {"CommandInvocations": [_summary(each) for each in found]}

    def _cancel(self, request: Json) -> Json:
        if request["CommandId"] not in self._invocations:
            raise RefusedCallError("InvalidCommandId", "")
        self._invocations[request["CommandId"]].is_cancelled = True
        return {}

    def _step(self, document: str, parameters: Mapping[str, Sequence[str]]) -> Json:
        try:
            # Not as JSON: what CloudFormation made comes back from moto as Python writes it, which YAML reads as well.
            content = yaml_parse(self._aws.client("ssm").get_document(Name=document)["Content"])
        except ClientError as error:
            raise RefusedCallError("InvalidDocument", f"Document with name {document} does not exist.") from error
        [step] = content["mainSteps"]
        if step["action"] != "aws:runShellScript":
            raise RefusedCallError("UnsupportedOperation", f"only aws:runShellScript runs here, not {step['action']}")
        filled: Json = _filled(step["inputs"], _values(content.get("parameters", {}), parameters))
        return filled

    def _run(self, invocation: Invocation, script: str, seconds: float) -> None:
        subject, started = f"{invocation.document} {invocation.command_id}", time.monotonic()
        self._on_progress(Progress("ssm", subject, Phase.STARTED))
        try:
            process = StepProcess(["/bin/sh", "-c", script], self._environment, self._work_dir / invocation.command_id)
        except OSError as error:
            return invocation.end("Failed", f"Failed: {error}", -1)
        invocation.status = invocation.details = "InProgress"
        self._wait(process, invocation, started + seconds)
        phase = Phase.FINISHED if invocation.status == "Success" else Phase.FAILED
        self._on_progress(Progress("ssm", subject, phase, time.monotonic() - started, invocation.details))
        return None

    def _wait(self, process: StepProcess, invocation: Invocation, deadline: float) -> None:
        while (exit_code := process.exit_code()) is None:
            if self._stopping.is_set() or invocation.is_cancelled:
                process.kill()
                return invocation.end("Cancelled", "Cancelled", -1)
            if time.monotonic() > deadline:
                process.kill()
                return invocation.end("TimedOut", "Execution Timed Out", -1)
            time.sleep(POLL_SECONDS)
        status = "Success" if exit_code == 0 else "Failed"
        return invocation.end(status, status, exit_code)

    def _output(self, invocation: Invocation, stream: str) -> str:
        # The agent shows output once a command has ended.
        path = self._work_dir / invocation.command_id / stream
        return "" if invocation.status in UNENDED or not path.exists() else path.read_text(errors="replace")


def _summary(invocation: Invocation) -> Json:
    return {
        "CommandId": invocation.command_id,
        "InstanceId": INSTANCE_ID,
        "DocumentName": invocation.document,
        "Comment": invocation.comment,
        "Status": invocation.status,
        "StatusDetails": invocation.details,
    }


def _values(declared: Mapping[str, Json], given: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The value of each parameter that the document declares; what it does not allow is refused, as by SSM."""
    if unknown := set(given) - set(declared):
        raise RefusedCallError("InvalidParameters", f"document does not support parameters {sorted(unknown)}")
    values = {}
    for name, about in declared.items():
        if name not in given and "default" not in about:
            raise RefusedCallError("InvalidParameters", f"parameter {name} has no value")
        values[name] = str(given[name][0] if name in given else about["default"])
        if not re.fullmatch(about.get("allowedPattern", ".*"), values[name]):
            raise RefusedCallError("InvalidParameters", f"parameter {name} does not match {about['allowedPattern']}")
    return values


def _filled(node: Any, values: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_filled(each, values) for each in node]
    if isinstance(node, dict):
        return {key: _filled(each, values) for key, each in node.items()}
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: values[found[1]], node) if isinstance(node, str) else node


def install_extractor(bin_dir: Path, python: str) -> None:
    """Put `gem-extractor` there, as it stands on the instance's path; the command's environment says the rest."""
    bin_dir.mkdir(parents=True, exist_ok=True)
    program = bin_dir / "gem-extractor"
    program.write_text(f'#!/bin/sh\nexec "{python}" -m extractor_ec2 "$@"\n')
    program.chmod(0o755)
