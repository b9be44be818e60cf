"""Steps run as on a cluster: in order, one at a time, each with its state, its logs and its event."""

import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.aws_server import AwsServer
from local_aws.emr import EmrRunner
from local_aws.progress import Progress

PATIENCE_SECONDS = 30
PYTHON = "import sys, time, pathlib; "
ENDED = {"COMPLETED", "FAILED", "CANCELLED"}


def python_step(endpoint_url: str, words: Sequence[str]) -> list[str]:
    """The step's words are a Python program."""
    return [sys.executable, "-c", PYTHON + " ".join(words)]


def is_running(pid: int) -> bool:
    """Whether the process does more than wait for its parent to look at it."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


class Emr:
    """A cluster, its runner, and the events that it sent."""

    def __init__(self, aws: AwsServer, work_dir: Path) -> None:
        self._client = aws.client("emr")
        self._sqs = aws.client("sqs")
        self._changed = threading.Condition()
        self.cluster_id = self._client.run_job_flow(
            Name="gem",
            Instances={"KeepJobFlowAliveWhenNoSteps": True, "InstanceCount": 1, "MasterInstanceType": "m6i.xlarge"},
        )["JobFlowId"]
        self._queue = self._sqs.create_queue(QueueName="events")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        events = aws.client("events")
        events.put_rule(Name="all", EventPattern=json.dumps({"source": ["aws.emr"]}))
        events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": arn["Attributes"]["QueueArn"]}])
        self.runner = EmrRunner(aws, work_dir, python_step, self._tell)

    def _tell(self, _: Progress) -> None:
        with self._changed:
            self._changed.notify_all()

    def add(self, name: str, program: str, on_failure: str = "CONTINUE", jar: str = "command-runner.jar") -> str:
        step = {
            "Name": name,
            "ActionOnFailure": on_failure,
            "HadoopJarStep": {"Jar": jar, "Args": ["spark-submit", program]},
        }
        return str(self._client.add_job_flow_steps(JobFlowId=self.cluster_id, Steps=[step])["StepIds"][0])

    def wait_until(self, name: str, states: set[str]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.runner.step_states[name] in states, PATIENCE_SECONDS)

    def wait_until_idle(self) -> None:
        patience = time.monotonic() + PATIENCE_SECONDS
        while not self.runner.is_idle:
            assert time.monotonic() < patience, self.runner.step_states
            with self._changed:
                self._changed.wait(0.05)

    def terminate(self) -> None:
        self._client.terminate_job_flows(JobFlowIds=[self.cluster_id])

    def cluster_state(self) -> str:
        return str(self._client.describe_cluster(ClusterId=self.cluster_id)["Cluster"]["Status"]["State"])

    def reason(self, step_id: str) -> str:
        status = self._client.describe_step(ClusterId=self.cluster_id, StepId=step_id)["Step"]["Status"]
        return str(status["StateChangeReason"]["Message"])

    def events(self) -> list[dict[str, Any]]:
        found = []
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
        return found


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


@pytest.fixture
def emr(aws: AwsServer, tmp_path: Path) -> Iterator[Emr]:
    aws.reset()
    cluster = Emr(aws, tmp_path / "steps")
    yield cluster
    cluster.runner.stop()


def test_steps_run_in_their_order_and_each_tells_its_states(emr: Emr, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for name in ("gem/a/1", "gem/b/1", "gem/c/1"):
        emr.add(name, f"open({str(trace)!r}, 'a').write({name!r})")
    emr.runner.start()
    emr.wait_until_idle()
    assert trace.read_text() == "gem/a/1gem/b/1gem/c/1"
    assert [(event["detail"]["name"], event["detail"]["state"]) for event in emr.events()] == [
        (name, state) for name in ("gem/a/1", "gem/b/1", "gem/c/1") for state in ("RUNNING", "COMPLETED")
    ]
    assert emr.cluster_state() == "WAITING"


def test_the_event_is_as_emr_sends_it(emr: Emr) -> None:
    step_id = emr.add("gem/gem-0000000001/1", "pass")
    emr.runner.start()
    emr.wait_until_idle()
    event = emr.events()[-1]
    assert (event["source"], event["detail-type"]) == ("aws.emr", "EMR Step Status Change")
    message = event["detail"].pop("message")
    assert message.startswith(f"Step {step_id} (gem/gem-0000000001/1) in Amazon EMR cluster {emr.cluster_id} (gem)")
    assert event["detail"] == {
        "severity": "INFO",
        "actionOnFailure": "CONTINUE",
        "stepId": step_id,
        "name": "gem/gem-0000000001/1",
        "clusterId": emr.cluster_id,
        "state": "COMPLETED",
    }


def test_a_failing_step_says_why_and_the_next_one_runs(emr: Emr) -> None:
    failing = emr.add("gem/a/1", "print('log', file=sys.stderr); raise LookupError('no such part')")
    emr.add("gem/b/1", "pass")
    emr.runner.start()
    emr.wait_until_idle()
    assert emr.runner.step_states == {"gem/a/1": "FAILED", "gem/b/1": "COMPLETED"}
    assert emr.reason(failing).startswith("exit code 1: ")
    assert "LookupError: no such part" in emr.reason(failing)
    assert "log" in (emr.runner.log_dir(failing) / "stderr").read_text()


def test_a_failing_step_takes_down_what_its_action_says(emr: Emr) -> None:
    emr.add("gem/a/1", "sys.exit(1)", on_failure="CANCEL_AND_WAIT")
    emr.add("gem/b/1", "pass")
    emr.runner.start()
    emr.wait_until_idle()
    assert emr.runner.step_states == {"gem/a/1": "FAILED", "gem/b/1": "CANCELLED"}


def test_a_cancelled_step_is_killed_and_the_next_one_runs(emr: Emr) -> None:
    cancelled = emr.add("gem/a/1", "time.sleep(600)")
    emr.add("gem/b/1", "pass")
    emr.runner.start()
    emr.wait_until("gem/a/1", {"RUNNING"})
    emr.runner.cancel(cancelled)
    emr.wait_until_idle()
    assert emr.runner.step_states == {"gem/a/1": "CANCELLED", "gem/b/1": "COMPLETED"}


def test_a_terminated_cluster_cancels_its_steps(emr: Emr) -> None:
    emr.add("gem/a/1", "time.sleep(600)")
    emr.add("gem/b/1", "pass")
    emr.runner.start()
    emr.wait_until("gem/a/1", {"RUNNING"})
    emr.terminate()
    emr.wait_until_idle()
    assert emr.runner.step_states == {"gem/a/1": "CANCELLED", "gem/b/1": "CANCELLED"}
    assert emr.cluster_state() == "TERMINATED"


def test_what_is_no_spark_submit_is_refused_by_name(emr: Emr) -> None:
    step_id = emr.add("gem/a/1", "pass", jar="s3://somewhere/own.jar")
    emr.runner.start()
    emr.wait_until_idle()
    assert "own.jar" in emr.reason(step_id)


def test_a_step_that_was_killed_has_failed_with_its_children_and_the_next_one_runs(emr: Emr, tmp_path: Path) -> None:
    pid = tmp_path / "child"
    child = f"child = subprocess.Popen(['sleep', '600']); pathlib.Path({str(pid)!r}).write_text(str(child.pid))"
    killed = emr.add("gem/a/1", f"import os, subprocess; {child}; os.kill(os.getpid(), 9)")
    emr.add("gem/b/1", "pass")
    emr.runner.start()
    emr.wait_until_idle()
    assert emr.runner.step_states == {"gem/a/1": "FAILED", "gem/b/1": "COMPLETED"}
    assert emr.reason(killed).startswith("exit code -9: ")
    assert [event["detail"]["state"] for event in emr.events()] == ["RUNNING", "FAILED", "RUNNING", "COMPLETED"]
    assert not is_running(int(pid.read_text()))


def test_an_error_of_the_runner_fails_its_step_loudly_and_the_next_one_runs(
    aws: AwsServer, emr: Emr, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def command(endpoint_url: str, words: Sequence[str]) -> list[str]:
        if words == ["break"]:
            raise ZeroDivisionError("a bug of ours")
        return python_step(endpoint_url, words)

    broken = emr.add("gem/a/1", "break")
    emr.add("gem/b/1", "pass")
    emr.runner = EmrRunner(aws, tmp_path / "steps", command, lambda _: None)
    emr.runner.start()
    emr.wait_until_idle()
    assert emr.runner.step_states == {"gem/a/1": "FAILED", "gem/b/1": "COMPLETED"}
    assert "a bug of ours" in emr.reason(broken)
    assert "Traceback" in caplog.text


def test_steps_run_on_when_their_events_cannot_be_sent(
    emr: Emr, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "Throttling"}}, "PutEvents")

    monkeypatch.setattr(emr.runner._aws.client("events"), "put_events", refuse)
    emr.add("gem/a/1", "pass")
    emr.runner.start()
    emr.wait_until_idle()
    assert emr.runner.step_states == {"gem/a/1": "COMPLETED"}
    assert "was not sent" in caplog.text


def test_a_cluster_that_is_not_known_is_answered_as_by_emr(aws: AwsServer) -> None:
    client = aws.client("emr")
    for call in (
        lambda: client.list_steps(ClusterId="j-GONE"),
        lambda: client.describe_step(ClusterId="j-GONE", StepId="s-1"),
        lambda: client.add_job_flow_steps(JobFlowId="j-GONE", Steps=[]),
        lambda: client.describe_cluster(ClusterId="j-GONE"),
    ):
        with pytest.raises(ClientError, match=r"\(InvalidRequestException\).*Cluster id 'j-GONE' is not valid"):
            call()


def test_a_cluster_that_was_ended_takes_no_step(emr: Emr) -> None:
    emr.terminate()
    with pytest.raises(ClientError, match=r"\(ValidationException\).*may not be modified"):
        emr.add("gem/a/1", "pass")
    assert emr.cluster_state() == "TERMINATED"


def test_stopping_kills_the_step_that_runs(emr: Emr, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    emr.add("gem/a/1", f"import os; pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(600)")
    emr.runner.start()
    emr.wait_until("gem/a/1", {"RUNNING"})
    while not (pid.exists() and pid.read_text()):
        pass
    emr.runner.stop()
    assert not Path(f"/proc/{pid.read_text()}").exists()
