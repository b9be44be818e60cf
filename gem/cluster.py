"""EMR: the live cluster of a name, and one step per attempt, never added twice."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code, unless_throttled
from gem.contracts.errors import TerminalError, TransientError
from gem.contracts.keys import Attempt, RawManifestKey, S3Uri
from gem.lease import Lease
from gem.settings import Sink, SubmitSettings

if TYPE_CHECKING:
    from mypy_boto3_emr.client import EMRClient
    from mypy_boto3_emr.literals import ClusterStateType

LIVE_STATES: "tuple[ClusterStateType, ...]" = ("WAITING", "RUNNING", "BOOTSTRAPPING", "STARTING")
"""The states of a cluster that takes steps, the readiest first."""
ACTIVE_STEP_STATES = frozenset({"PENDING", "RUNNING", "CANCEL_PENDING"})
MAX_ACTIVE_STEPS = 200
"""EMR refuses the 257th active step of a cluster; a margin is left for people."""
MAX_ARGUMENT_CHARACTERS = 10_240
"""Of all arguments of a step together (EMR)."""


class Step(NamedTuple):
    """A step as EMR lists it."""

    step_id: str
    name: str
    state: str
    reason: str
    ended_at: datetime | None = None


class Cluster:
    """The cluster that runs our steps; those of another release are called otherwise: a cluster stays what it was.

    `emr` must not retry by itself (gem.aws.ONCE): neither RunJobFlow nor AddJobFlowSteps has a client token, so only a
    throttled call, which was not carried out, is made again. All methods raise TransientError when EMR refuses.
    """

    def __init__(self, emr: "EMRClient", ssm: Any, settings: SubmitSettings, launch_lease: Lease) -> None:
        # boto3 types the ssm client only with another stub package.
        self._emr = emr
        self._ssm = ssm
        self._settings = settings
        self._launch_lease = launch_lease

    def live_or_launched(self, owner: str) -> str:
        """The id of a cluster of our name that takes steps; starts one, under a lease, where there is none."""
        return self._live() or self._launch(owner)

    @property
    def name(self) -> str:
        """`<cluster>/<release>`: packages, EMR's release and instances stay for a cluster's life as they were."""
        return f"{self._settings.cluster_name}/{self._settings.artifact_prefix}"

    def idle_since(self) -> Iterator[tuple[str, datetime]]:
        """The clusters of the stack, of whatever release, that have nothing to do, and since when."""
        for cluster in self._clusters(["WAITING"]):
            if cluster["Name"].partition("/")[0] != self._settings.cluster_name:
                continue
            steps = list(self.steps(cluster["Id"]))
            if not any(step.state in ACTIVE_STEP_STATES for step in steps):
                timeline = cluster["Status"]["Timeline"]
                began = timeline.get("ReadyDateTime") or timeline["CreationDateTime"]
                yield cluster["Id"], max([began, *(step.ended_at for step in steps if step.ended_at)])

    def end(self, cluster_id: str) -> None:
        """Ends a cluster; EMR takes no more steps for it from then on, and cancels what it had taken."""
        with aws_errors(f"EMR: ending cluster {cluster_id}"):
            unless_throttled(lambda: self._emr.terminate_job_flows(JobFlowIds=[cluster_id]))

    def step_name(self, attempt: Attempt) -> str:
        """What the attempt's step is called on clusters of our name."""
        return attempt.step_name_on(self._settings.cluster_name)

    def step_named(self, cluster_id: str, name: str) -> Step | None:
        """The step of exactly that name, in any state; None where the cluster has none or is no longer known."""
        return next((step for step in self.steps(cluster_id) if step.name == name), None)

    def steps(self, cluster_id: str) -> Iterator[Step]:
        """Every step that EMR lists of a cluster, ended ones too; none where the cluster is no longer known."""
        request: dict[str, Any] = {"ClusterId": cluster_id}
        while True:
            page = self._page_of_steps(request)
            for step in page.get("Steps", ()):
                yield _step(step)
            if not page.get("Marker"):
                return
            request["Marker"] = page["Marker"]

    def submit(self, cluster_id: str, attempt: Attempt) -> str:
        """The step id of the attempt: of the step that stands there under its name, or else of a new one.

        TransientError where the cluster is full; TerminalError where the arguments are longer than EMR takes.
        """
        arguments = step_arguments(self._settings, attempt)
        known = list(self.steps(cluster_id))
        name = self.step_name(attempt)
        mine = next((step for step in known if step.name == name), None)
        if mine:
            return mine.step_id
        active = sum(step.state in ACTIVE_STEP_STATES for step in known)
        if active >= MAX_ACTIVE_STEPS:
            raise TransientError(f"cluster {cluster_id} has {active} active steps; {name} must wait")
        return self._add(cluster_id, name, arguments)

    def _live(self) -> str | None:
        found = [
            (LIVE_STATES.index(cluster["Status"]["State"]), cluster["Id"])
            for cluster in self._clusters(LIVE_STATES)
            if cluster["Name"] == self.name
        ]
        return min(found)[1] if found else None

    def _clusters(self, states: "Sequence[ClusterStateType]") -> Iterator[Any]:
        request: dict[str, Any] = {"ClusterStates": list(states)}
        while True:
            with aws_errors("EMR: listing clusters"):
                page = unless_throttled(lambda: self._emr.list_clusters(**request))
            yield from page.get("Clusters", ())
            if not page.get("Marker"):
                return
            request["Marker"] = page["Marker"]

    def _launch(self, owner: str) -> str:
        with self._launch_lease.held(owner):
            # Somebody may have launched it between our look and our lease.
            return self._live() or self._run_job_flow()

    def _run_job_flow(self) -> str:
        parameter = self._settings.cluster_launch_parameter
        with aws_errors(f"SSM parameter {parameter}"):
            text = self._ssm.get_parameter(Name=parameter)["Parameter"]["Value"]
        try:
            arguments = {**json.loads(text), "Name": self.name}
        except ValueError as error:
            raise TransientError(
                f"SSM parameter {parameter} must hold RunJobFlow's arguments as JSON: {error}"
            ) from error
        with aws_errors(f"EMR: starting cluster {self.name}"):
            return unless_throttled(lambda: self._emr.run_job_flow(**arguments))["JobFlowId"]

    def _add(self, cluster_id: str, name: str, arguments: Sequence[str]) -> str:
        step: Any = {
            "Name": name,
            # A batch that fails must not take the cluster, and with it every other batch, down.
            "ActionOnFailure": "CONTINUE",
            "HadoopJarStep": {"Jar": self._settings.step_jar, "Args": list(arguments)},
        }
        with aws_errors(f"EMR: adding {name} to cluster {cluster_id}"):
            added = unless_throttled(lambda: self._emr.add_job_flow_steps(JobFlowId=cluster_id, Steps=[step]))
        return added["StepIds"][0]

    def _page_of_steps(self, request: dict[str, Any]) -> Any:
        try:
            return unless_throttled(lambda: self._emr.list_steps(**request))
        except ClientError as error:
            if error_code(error) == "InvalidRequestException" and "not valid" in str(error):
                return {}
            raise TransientError(f"EMR: listing the steps of {request['ClusterId']}: {error}") from error


def step_arguments(settings: SubmitSettings, attempt: Attempt) -> tuple[str, ...]:
    """spark-submit of one attempt: the manifest's URI and the attempt's number are all that it is told."""
    artifacts = f"{settings.artifact_bucket}/{settings.artifact_prefix}"
    arguments = (
        "spark-submit",
        "--deploy-mode",
        "cluster",
        "--py-files",
        f"s3://{artifacts}/pyfiles.zip",
        f"s3://{artifacts}/curate.py",
        "--manifest",
        str(S3Uri(settings.lake_bucket, str(RawManifestKey(attempt.batch_id)))),
        "--attempt",
        str(attempt.number),
        *_sink_arguments(settings),
    )
    characters = sum(map(len, arguments))
    if characters > MAX_ARGUMENT_CHARACTERS:
        raise TerminalError(
            f"{attempt.step_name}: {characters} characters of arguments, EMR takes {MAX_ARGUMENT_CHARACTERS}; "
            "shorten the artifact prefix"
        )
    return arguments


def _sink_arguments(settings: SubmitSettings) -> tuple[str, ...]:
    """Nothing where the rows stay on S3; names of a secret and a role otherwise, never a password."""
    if settings.sink is Sink.S3:
        return ()
    return (
        "--sink",
        settings.sink,
        "--warehouse-secret-id",
        str(settings.warehouse_secret_id),
        "--copy-role-arn",
        str(settings.copy_role_arn),
        *(() if settings.warehouse_ssl else ("--warehouse-plaintext",)),
    )


def _step(listed: Any) -> Step:
    status = listed.get("Status", {})
    details = status.get("FailureDetails", {})
    reason = details.get("Message") or details.get("Reason") or status.get("StateChangeReason", {}).get("Message") or ""
    ended_at = status.get("Timeline", {}).get("EndDateTime")
    return Step(listed["Id"], listed["Name"], status.get("State", "PENDING"), reason, ended_at)
