"""What Amazon EMR does with steps: runs them one after another, sets their states and tells EventBridge."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.emr.models import emr_backends

from local_aws.aws_endpoint import ACCOUNT_ID, AwsEndpoint
from local_aws.aws_server import AwsServer
from local_aws.errors import LocalCloudError
from local_aws.loop import run_until
from local_aws.progress import OnProgress, Phase, Progress, ignore_progress
from local_aws.spark import spark_environment, spark_submit
from local_aws.step_process import StepProcess

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
WAITING_STATES = frozenset({"PENDING", "RUNNING"})
ENDED_CLUSTERS = frozenset({"TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"})
SEVERITY = {"FAILED": "ERROR", "CANCELLED": "WARN"}

StepCommand = Callable[[str, Sequence[str]], list[str]]
"""(endpoint_url, the words after `spark-submit`) → the command line that runs the step here."""


@dataclass(frozen=True)
class Outcome:
    """How a step ended: COMPLETED, FAILED or CANCELLED, and why."""

    state: str
    reason: str = ""


class EmrRunner:
    """Runs the steps of every cluster, in the order in which they were added, one at a time.

    Steps and clusters are made through the EMR API. Logs are kept in `work_dir/<step id>/stdout` and `stderr`.
    `command` takes the place of spark-submit in tests of the wiring.
    """

    def __init__(
        self,
        aws: AwsServer,
        work_dir: Path,
        command: StepCommand = spark_submit,
        on_progress: OnProgress = ignore_progress,
    ) -> None:
        self._aws = aws
        self._work_dir = work_dir
        self._command = command
        self._on_progress = on_progress
        self._stopping = threading.Event()
        self._cancelled: set[str] = set()
        self._carrying = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to run steps."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="emr", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Kill the step that runs, start no other, and wait for the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def cancel(self, step_id: str) -> None:
        """Cancel a step, also the one that runs (EMR's CancelSteps, which moto does not serve)."""
        self._cancelled.add(step_id)

    @property
    def is_idle(self) -> bool:
        """Whether every step has ended and its event is sent."""
        return not self._carrying and next(self._waiting_steps(), None) is None

    @property
    def step_states(self) -> dict[str, str]:
        """The state of every step, by name."""
        return {step.name: step.state for _, step in self._steps()}

    def log_dir(self, step_id: str) -> Path:
        """Where the step's stdout and stderr are."""
        return self._work_dir / step_id

    def _run(self) -> None:
        run_until(self._stopping, self._turn, "the EMR runner")

    def _turn(self) -> float:
        # Said before the step leaves its waiting state, so that nobody sees a moment in which all is done.
        self._carrying = True
        try:
            found = next(self._waiting_steps(), None)
            if found is not None:
                self._carry(*found)
        finally:
            self._carrying = False
        return POLL_SECONDS if found is None else 0

    def _waiting_steps(self) -> Iterator[tuple[Any, Any]]:
        return ((cluster, step) for cluster, step in self._steps() if step.state in WAITING_STATES)

    def _steps(self) -> Iterator[tuple[Any, Any]]:
        # Of every region: at an endpoint that is not AWS' own, moto serves EMR as us-east-1 whatever the client names.
        for backend in list(emr_backends[ACCOUNT_ID].values()):
            for cluster in list(backend.clusters.values()):
                yield from ((cluster, step) for step in list(cluster.steps))

    def _carry(self, cluster: Any, step: Any) -> None:
        started = time.monotonic()
        if self._is_cut(cluster, step):
            outcome = Outcome("CANCELLED", "cancelled before it ran")
        else:
            outcome = self._run_step(cluster, step)
        if not self._stopping.is_set():
            self._end(cluster, step, outcome, time.monotonic() - started)

    def _run_step(self, cluster: Any, step: Any) -> Outcome:
        try:
            step.state = "RUNNING"
            step.start()
            self._send_event(cluster, step, "RUNNING", "")
            self._on_progress(Progress("emr", step.name, Phase.STARTED))
            return self._outcome(cluster, step)
        except Exception as error:
            # A step that stayed RUNNING would be run a second time at the next turn.
            logger.exception("step %s could not be carried to its end", step.name)
            return Outcome("FAILED", f"the runner of the steps failed: {error!r}")

    def _end(self, cluster: Any, step: Any, outcome: Outcome, seconds: float) -> None:
        step.last_state_change_reason = outcome.reason
        step.end_date_time = datetime.now(UTC).replace(tzinfo=None)
        step.state = outcome.state
        if outcome.state == "FAILED":
            _act_on_failure(cluster, step)
        if cluster.state not in ENDED_CLUSTERS and all(each.state not in WAITING_STATES for each in cluster.steps):
            cluster.state = "WAITING"
        phase = Phase.FINISHED if outcome.state == "COMPLETED" else Phase.FAILED
        self._on_progress(Progress("emr", step.name, phase, seconds, outcome.reason))
        self._send_event(cluster, step, outcome.state, outcome.reason)

    def _outcome(self, cluster: Any, step: Any) -> Outcome:
        words = list(step.args)
        if step.jar != "command-runner.jar" or words[:1] != ["spark-submit"]:
            return Outcome(
                "FAILED", f"only spark-submit through command-runner.jar runs here, got {step.jar} {words[:1]}"
            )
        try:
            command = self._command(self._aws.endpoint_url, words[1:])
            log_dir = self.log_dir(step.id)
            environment = spark_environment(self._instance(cluster).environment, log_dir)
            process = StepProcess(command, environment, log_dir)
        except (OSError, LocalCloudError) as error:
            return Outcome("FAILED", f"the step could not be started: {error}")
        return self._waited(process, cluster, step)

    def _instance(self, cluster: Any) -> AwsEndpoint:
        """The AWS API as the cluster's instances call it: with the role of their profile."""
        client = self._aws.client("iam")
        try:
            profile = client.get_instance_profile(InstanceProfileName=cluster.role)["InstanceProfile"]
        except client.exceptions.NoSuchEntityException:
            # A profile of the account, as EMR_EC2_DefaultRole: it stands outside the stack and may do everything.
            return self._aws
        return self._aws.acting_as(profile["Roles"][0]["RoleName"])

    def _waited(self, process: StepProcess, cluster: Any, step: Any) -> Outcome:
        while (exit_code := process.exit_code()) is None:
            if self._stopping.is_set() or self._is_cut(cluster, step):
                process.kill()
                return Outcome("CANCELLED", "cancelled while it ran")
            time.sleep(POLL_SECONDS)
        return (
            Outcome("COMPLETED")
            if exit_code == 0
            else Outcome("FAILED", f"exit code {exit_code}: {process.last_words()}")
        )

    def _is_cut(self, cluster: Any, step: Any) -> bool:
        return step.id in self._cancelled or cluster.state in ENDED_CLUSTERS

    def _send_event(self, cluster: Any, step: Any, state: str, reason: str) -> None:
        client: EventBridgeClient = self._aws.client("events")
        detail = step_status_detail(cluster.id, cluster.name, step, state, reason)
        entry: PutEventsRequestEntryTypeDef = {
            "Source": "aws.emr",
            "DetailType": "EMR Step Status Change",
            "Detail": json.dumps(detail),
            "Resources": [],
        }
        try:
            client.put_events(Entries=[entry])
        except (BotoCoreError, ClientError):
            # Amazon EMR, too, sends its events on a best effort basis: the reconciler finds the step.
            logger.exception("the event that step %s is %s was not sent", step.name, state)


def step_status_detail(cluster_id: str, cluster_name: str, step: Any, state: str, reason: str) -> Mapping[str, str]:
    """The detail of "EMR Step Status Change" (Amazon EventBridge, events reference of Amazon EMR)."""
    what = {
        "RUNNING": "started running",
        "COMPLETED": "completed execution",
        "FAILED": "failed",
        "CANCELLED": "was cancelled",
    }[state]
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return {
        "severity": SEVERITY.get(state, "INFO"),
        "actionOnFailure": step.action_on_failure,
        "stepId": step.id,
        "name": step.name,
        "clusterId": cluster_id,
        "state": state,
        "message": f"Step {step.id} ({step.name}) in Amazon EMR cluster {cluster_id} ({cluster_name}) {what} at {at}."
        + (f" Reason: {reason}" if reason else ""),
    }


def _act_on_failure(cluster: Any, step: Any) -> None:
    if step.action_on_failure in {"TERMINATE_CLUSTER", "TERMINATE_JOB_FLOW"}:
        cluster.terminate()
    elif step.action_on_failure == "CANCEL_AND_WAIT":
        for other in cluster.steps:
            if other.state in WAITING_STATES:
                other.state = "CANCELLED"
