"""The doctor finds nothing in a stack as the template makes it, and names each planted fault with its remedy."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from gem.contracts.errors import TransientError
from gem.doctor import access, examine, people, wiring
from gem.doctor.findings import Finding, Verdict, run
from gem.doctor.stack import Resource, Stack, read_stack
from local_aws.artifacts import put_artifacts
from local_aws.aws_server import AwsServer
from local_aws.deployed import Deployment
from local_aws.deployment import STACK, deploy
from local_aws.iam.table import unused
from local_aws.parts import CODE_ROOT, LOCAL_PARAMETERS, TEMPLATE, Login, write_secrets

SILENT = timedelta(hours=1)


@dataclass
class Ward:
    """A stack in health: everything that a deployment does not bring by itself was done."""

    aws: AwsServer
    deployment: Deployment

    def __post_init__(self) -> None:
        login = Login("127.0.0.1", 1, "gem", "gem", "secret-word")
        write_secrets(self.aws, self.deployment, login, login)
        put_artifacts(self.aws.client("s3"), self.deployment, CODE_ROOT)
        self.aws.client("s3").put_object(Bucket=self.lake, Key="state/gem.json", Body=b"{}")
        topic = self.deployment.outputs["AlertTopicArn"]
        self.aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.queue("RawManifestQueue"))
        self._make_default_roles()

    @property
    def lake(self) -> str:
        return self.deployment.outputs["LakeBucketName"]

    @property
    def stack(self) -> Stack:
        return read_stack(STACK, self.aws.client)

    def queue(self, logical_id: str) -> str:
        """Its ARN."""
        name = self.deployment.physical_id(logical_id).rpartition("/")[2]
        return f"arn:aws:sqs:ap-south-1:123456789012:{name}"

    def url(self, logical_id: str) -> str:
        name = self.queue(logical_id).rpartition(":")[2]
        return str(self.aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])

    def look(self, now: datetime | None = None) -> list[Finding]:
        """Without databases, which stand in no stack."""
        now = now or datetime.now(UTC)
        return list(examine.examine(self.stack, now, SILENT, databases=False, ssl=False))

    def wrong(self, name: str) -> list[Finding]:
        """What one check finds out of order."""
        check = examine.checks(self.stack, datetime.now(UTC), SILENT, databases=False, ssl=False)[name]
        return [each for each in run(name, check) if each.verdict is not Verdict.OK]

    def launch_arguments(self) -> dict[str, Any]:
        value = self.aws.client("ssm").get_parameter(Name="/gem/cluster-launch")["Parameter"]["Value"]
        arguments: dict[str, Any] = json.loads(value)
        return arguments

    def set_launch(self, value: str) -> None:
        self.aws.client("ssm").put_parameter(Name="/gem/cluster-launch", Value=value, Type="String", Overwrite=True)

    def _make_default_roles(self) -> None:
        iam, arguments = self.aws.client("iam"), self.launch_arguments()
        service, profile = (arguments[name].rpartition("/")[2] for name in ("ServiceRole", "JobFlowRole"))
        if service not in {role["RoleName"] for role in iam.list_roles()["Roles"]}:
            iam.create_role(RoleName=service, AssumeRolePolicyDocument="{}")
        if profile not in {each["InstanceProfileName"] for each in iam.list_instance_profiles()["InstanceProfiles"]}:
            iam.create_instance_profile(InstanceProfileName=profile)


@pytest.fixture(scope="module")
def ward() -> Iterator[Ward]:
    with AwsServer() as aws:
        yield Ward(aws, deploy(aws, TEMPLATE, LOCAL_PARAMETERS))


def test_a_stack_in_health_has_nothing_wrong_and_every_check_looked(ward: Ward) -> None:
    findings = ward.look()
    assert {f"{each.check}: {each.said}" for each in findings if each.verdict is not Verdict.OK} == set()
    looked = {each.check for each in findings}
    assert {"identity", "stack", "wiring", "functions", "lake", "ledger", "release", "cluster"} <= looked
    assert {"secrets", "extractor", "alerts", "dead letters"} <= looked
    rules = {each.subject for each in findings if each.check == "wiring"}
    assert {each.logical_id for each in ward.stack.of_type(wiring.RULE)} <= rules


def test_the_doctors_policy_lets_it_look_at_everything(ward: Ward) -> None:
    doctor = read_stack(STACK, ward.aws.acting_as("DoctorPolicy").client)
    findings = list(examine.examine(doctor, datetime.now(UTC), SILENT, databases=False, ssl=False))
    assert [each for each in findings if each.verdict is not Verdict.OK] == []
    # The local cloud makes neither mappings nor endpoints nor alarms, and no artifact of its release is missing.
    idle = {grant.action for name, grant in unused(ward.aws.guard) if name == "DoctorPolicy"}
    not_here = {"lambda:GetEventSourceMapping", "ec2:DescribeVpcEndpoints", "cloudwatch:DescribeAlarms"}
    assert idle <= {*not_here, "s3:ListBucket"}


Plant = Callable[[Ward], None]


def switch_rule_off(ward: Ward) -> None:
    ward.aws.client("events").disable_rule(Name="gem-raw-manifest")


def switch_rule_on(ward: Ward) -> None:
    ward.aws.client("events").enable_rule(Name="gem-raw-manifest")


def send_elsewhere(ward: Ward) -> None:
    target = {"Id": "queue", "Arn": ward.queue("RawManifestQueue") + "-of-somebody"}
    ward.aws.client("events").put_targets(Rule="gem-step-failed", Targets=[target])


def send_back(ward: Ward) -> None:
    target = {"Id": "queue", "Arn": ward.queue("StepFailedQueue")}
    ward.aws.client("events").put_targets(Rule="gem-step-failed", Targets=[target])


def shut_queue(ward: Ward) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    sqs, url = ward.aws.client("sqs"), ward.url("ScheduleQueue")
    ward.kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]  # type: ignore[attr-defined]  # put back by open_queue
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def open_queue(ward: Ward) -> None:
    kept = ward.kept  # type: ignore[attr-defined]  # by shut_queue
    ward.aws.client("sqs").set_queue_attributes(QueueUrl=ward.url("ScheduleQueue"), Attributes=kept)


def leave_dead_letter(ward: Ward) -> None:
    ward.aws.client("sqs").send_message(QueueUrl=ward.url("StepFailedDeadLetterQueue"), MessageBody="{}")


def purge(ward: Ward) -> None:
    ward.aws.client("sqs").purge_queue(QueueUrl=ward.url("StepFailedDeadLetterQueue"))


def silence_bucket(ward: Ward) -> None:
    ward.aws.client("s3").put_bucket_notification_configuration(Bucket=ward.lake, NotificationConfiguration={})


def let_bucket_speak(ward: Ward) -> None:
    ward.aws.client("s3").put_bucket_notification_configuration(
        Bucket=ward.lake, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )


def versions(status: str) -> Plant:
    return lambda ward: ward.aws.client("s3").put_bucket_versioning(
        Bucket=ward.lake, VersioningConfiguration={"Status": status}
    )


def blocked(value: bool) -> Plant:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return lambda ward: ward.aws.client("s3").put_public_access_block(
        Bucket=ward.lake, PublicAccessBlockConfiguration={**dict.fromkeys(names, True), "BlockPublicPolicy": value}
    )


def recovery(value: bool) -> Plant:
    return lambda ward: ward.aws.client("dynamodb").update_continuous_backups(
        TableName=ward.deployment.outputs["LedgerTableName"],
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": value},
    )


def spoil_release(ward: Ward) -> None:
    bucket, prefix = ward.deployment.outputs["ArtifactBucketName"], ward.deployment.outputs["ArtifactFolder"]
    ward.aws.client("s3").put_object(Bucket=bucket, Key=f"{prefix}/curate.py", Body=b"", ChecksumAlgorithm="SHA256")


def put_release_back(ward: Ward) -> None:
    put_artifacts(ward.aws.client("s3"), ward.deployment, CODE_ROOT)


def remove_bootstrap(ward: Ward) -> None:
    bucket, prefix = ward.deployment.outputs["ArtifactBucketName"], ward.deployment.outputs["ArtifactFolder"]
    ward.aws.client("s3").delete_object(Bucket=bucket, Key=f"{prefix}/bootstrap.sh")


def launch(**changes: Any) -> Plant:
    def plant(ward: Ward) -> None:
        ward.arguments = ward.launch_arguments()  # type: ignore[attr-defined]  # put back by launch_again
        ward.set_launch(json.dumps({**ward.arguments, **changes}))  # type: ignore[attr-defined]  # a line above

    return plant


def launch_again(ward: Ward) -> None:
    ward.set_launch(json.dumps(ward.arguments))  # type: ignore[attr-defined]  # by launch


def set_secret(text: str) -> Plant:
    return lambda ward: ward.aws.client("secretsmanager").put_secret_value(SecretId="gem/source", SecretString=text)


def unsubscribe(ward: Ward) -> None:
    sns, topic = ward.aws.client("sns"), ward.deployment.outputs["AlertTopicArn"]
    for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])


def subscribe(ward: Ward) -> None:
    topic = ward.deployment.outputs["AlertTopicArn"]
    ward.aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=ward.queue("RawManifestQueue"))


GOOD_SECRET = json.dumps({name: name for name in access.LOGIN})
FAULTS: dict[str, tuple[str, Plant, Plant, str]] = {
    "a rule is off": ("rules", switch_rule_off, switch_rule_on, "wiring: the rule is switched off"),
    "a target is another's": ("rules", send_elsewhere, send_back, "which is no queue of the stack"),
    "a queue is shut": ("rules", shut_queue, open_queue, "does not let the rule send"),
    "a dead letter": ("dead letters", leave_dead_letter, purge, "dead letters: 1 dead letters wait"),
    "a silent bucket": ("lake", silence_bucket, let_bucket_speak, "lake: no event leaves the bucket"),
    "no versions": ("lake", versions("Suspended"), versions("Enabled"), "lake: it keeps no versions"),
    "a public lake": ("lake", blocked(False), blocked(True), "lake: public access is not blocked"),
    "no recovery": ("ledger", recovery(False), recovery(True), "ledger: point-in-time recovery is off"),
    "another artifact": ("release", spoil_release, put_release_back, "curate.py is not the file of release"),
    "no bootstrap": ("cluster", remove_bootstrap, put_release_back, "bootstrap.sh does not exist"),
    "no release label": ("cluster", launch(ReleaseLabel=""), launch_again, "cluster: it lacks ReleaseLabel"),
    "no such profile": (
        "cluster",
        launch(JobFlowRole="Nobody"),
        launch_again,
        "instance profile Nobody does not exist",
    ),
    "no such role": ("cluster", launch(ServiceRole="Nobody"), launch_again, "role Nobody does not exist"),
    "no secret": ("secrets", set_secret("changeme"), set_secret(GOOD_SECRET), "secrets: it holds no JSON"),
    "half a secret": (
        "secrets",
        set_secret('{"host": "h"}'),
        set_secret(GOOD_SECRET),
        "secrets: it lacks port, dbname",
    ),
    "nobody listens": ("alerts", unsubscribe, subscribe, "alerts: nobody is told"),
}
"""Name → the check that finds it, what plants it, what repairs it, what is said."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_with_what_to_do(ward: Ward, name: str) -> None:
    check, plant, repair, said = FAULTS[name]
    plant(ward)
    try:
        wrong = ward.wrong(check)
    finally:
        repair(ward)
    assert any(said in f"{each.check}: {each.said}" for each in wrong), wrong
    assert all(each.advice and each.verdict is Verdict.PROBLEM for each in wrong)
    assert "changeme" not in str(wrong)
    assert ward.wrong(check) == []


def test_a_launch_that_is_no_json_is_named(ward: Ward) -> None:
    launch()(ward)
    ward.set_launch("{")
    try:
        assert any("it is no JSON" in each.said for each in ward.wrong("cluster"))
    finally:
        launch_again(ward)


def test_a_silent_extractor_is_named(ward: Ward) -> None:
    late = datetime.now(UTC) + SILENT + timedelta(minutes=1)
    wrong = [each for each in ward.look(late) if each.verdict is not Verdict.OK]
    assert [each.check for each in wrong] == ["extractor"]
    assert "gem-extractor.timer" in wrong[0].advice


def test_a_stack_in_motion_and_an_older_one_are_named(ward: Ward) -> None:
    moving = replace(ward.stack, status="UPDATE_IN_PROGRESS", outputs={})
    said = {each.said for each in access.identity(moving) if each.verdict is Verdict.PROBLEM}
    assert "the stack is UPDATE_IN_PROGRESS" in said
    assert "the stack has no output LedgerTableName" in said
    [unknown] = run("lake", lambda: examine.storage.lake(moving))
    assert unknown.verdict is Verdict.UNKNOWN
    assert "has no output LakeBucketName" in unknown.said


class Answers:
    """A client that answers each call as it was told."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda **_: self._answers[name]


def with_resource(ward: Ward, kind: str, physical_id: str, service: str, **answers: Any) -> Stack:
    """The stack with a resource that the local cloud does not make, and what AWS would say of it."""
    told = Answers(**answers)
    resources = (*ward.stack.resources, Resource("Planted", kind, physical_id))
    return replace(
        ward.stack,
        resources=resources,
        client=lambda name: told if name == service else ward.aws.client(name),
    )


def planted(findings: Iterator[Finding]) -> list[Finding]:
    return [each for each in findings if each.subject == "Planted"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"State": "Disabled"}, "the mapping is Disabled"),
        ({"FunctionArn": "arn:aws:lambda:ap-south-1:123456789012:function:other"}, "calls other, which is no function"),
        ({"EventSourceArn": "arn:aws:sqs:ap-south-1:123456789012:other"}, "which is no queue of the stack"),
    ],
)
def test_a_mapping_is_held_against_the_stack(ward: Ward, changes: dict[str, str], said: str | None) -> None:
    function = ward.deployment.functions["OnScheduleFunction"].arn
    shown = {"State": "Enabled", "FunctionArn": function, "EventSourceArn": ward.queue("ScheduleQueue"), **changes}
    stack = with_resource(ward, wiring.MAPPING, "uuid", "lambda", get_event_source_mapping=shown)
    found = planted(wiring.mappings(stack))
    assert [each.verdict for each in found] == [Verdict.OK if said is None else Verdict.PROBLEM]
    assert said is None or said in found[0].said


@pytest.mark.parametrize(
    ("state", "actions", "said"),
    [("OK", ["arn"], None), ("ALARM", ["arn"], "it has gone off"), ("OK", [], "it tells nobody")],
)
def test_an_alarm_is_heard_and_quiet(ward: Ward, state: str, actions: list[str], said: str | None) -> None:
    shown = {"MetricAlarms": [{"AlarmName": "a", "StateValue": state, "AlarmActions": actions}]}
    stack = with_resource(ward, "AWS::CloudWatch::Alarm", "a", "cloudwatch", describe_alarms=shown)
    [found] = planted(people.alarms(stack))
    assert (found.verdict is Verdict.OK) == (said is None)
    assert said is None or said in found.said


@pytest.mark.parametrize(("state", "verdict"), [("available", Verdict.OK), ("failed", Verdict.PROBLEM)])
def test_an_endpoint_that_is_not_available_is_named(ward: Ward, state: str, verdict: Verdict) -> None:
    shown = {"VpcEndpoints": [{"State": state}]}
    stack = with_resource(ward, "AWS::EC2::VPCEndpoint", "vpce-1", "ec2", describe_vpc_endpoints=shown)
    [found] = planted(examine.network.endpoints(stack))
    assert found.verdict is verdict


def test_a_function_that_did_not_update_is_named(ward: Ward) -> None:
    shown = {"Handler": "h", "State": "Failed", "StateReason": "no role", "LastUpdateStatus": "Failed"}
    stack = with_resource(ward, wiring.FUNCTION, "gem-planted", "lambda", get_function_configuration=shown)
    assert [each.said for each in planted(wiring.functions(stack))] == [
        "the function is Failed: no role",
        "its last update failed: ",
    ]


def test_databases_that_let_nobody_in_are_named(ward: Ward) -> None:
    """Nothing listens where the secrets lead."""
    findings = [*access.source_login(ward.stack), *access.warehouse(ward.stack, ssl=False)]
    assert [(each.check, each.verdict) for each in findings] == [("log-in", Verdict.PROBLEM)] * 2
    assert "secret-word" not in str(findings)


def test_a_warehouse_behind_this_release_is_named(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    monkeypatch.setattr(access, "connect", lambda *_: SimpleNamespace(close=lambda: closed.append(True)))
    monkeypatch.setattr(access, "pending", lambda _: [SimpleNamespace(name="migrations/0009_new.sql")])
    found = list(access.warehouse(ward.stack, ssl=False))
    assert [each.advice for each in found] == ["", "gem warehouse migrate"]
    assert "1 scripts of this release were never applied, the first migrations/0009_new.sql" in found[1].said
    assert closed == [True]


def test_what_may_not_be_looked_at_does_not_hide_the_rest(ward: Ward) -> None:
    def refused() -> Iterator[Finding]:
        raise TransientError("table gem-ledger: AccessDenied")
        yield

    [finding] = run("ledger", refused)
    assert finding.verdict is Verdict.UNKNOWN
    assert "AccessDenied" in finding.said
