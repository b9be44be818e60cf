"""What keeps data: the lake tells EventBridge and keeps versions, the ledger can be put back, the release is whole."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code
from gem.doctor.findings import Finding, examined, problem
from gem.doctor.stack import Stack
from gem.release.store import differences, stored_release

LAUNCH_WORDS = ("Name", "ReleaseLabel", "Instances", "JobFlowRole", "ServiceRole")
STATE_PREFIX = "state/"


def lake(stack: Stack) -> Iterator[Finding]:
    """The lake tells EventBridge of its objects, keeps versions, and is nobody else's to read."""
    bucket, s3 = stack.output("LakeBucketName"), stack.client("s3")
    with aws_errors(f"bucket {bucket}"):
        events = s3.get_bucket_notification_configuration(Bucket=bucket)
        versioning = s3.get_bucket_versioning(Bucket=bucket).get("Status")
        blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    faults = {}
    if "EventBridgeConfiguration" not in events:
        faults["no event leaves the bucket: every batch waits for the reconciler"] = (
            "switch on Amazon EventBridge in the bucket's properties, or sam deploy"
        )
    if versioning != "Enabled":
        faults["it keeps no versions"] = (
            f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
        )
    if not all(blocked.values()):
        faults["public access is not blocked"] = "block all four kinds of public access, or sam deploy"
    yield from examined("lake", bucket, faults, "events on, versions kept, closed to the public")


def ledger(stack: Stack) -> Iterator[Finding]:
    """The ledger can be put back to any second of the last weeks."""
    table = stack.output("LedgerTableName")
    with aws_errors(f"table {table}"):
        described = stack.client("dynamodb").describe_continuous_backups(TableName=table)
    recovery = described["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    said = "point-in-time recovery is off"
    advice = f"aws dynamodb update-continuous-backups --table-name {table} " + (
        "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
    )
    is_off = recovery.get("PointInTimeRecoveryStatus") != "ENABLED"
    yield from examined("ledger", table, {said: advice} if is_off else {}, "can be put back to any second")


def release(stack: Stack) -> Iterator[Finding]:
    """Every artifact of the release is in the bucket, with the SHA-256 of its manifest."""
    bucket, prefix = stack.output("ArtifactBucketName"), stack.output("ArtifactFolder")
    s3 = stack.client("s3")
    with aws_errors(f"bucket {bucket}"):
        manifest = stored_release(s3, bucket, prefix)
        wrong = list(differences(s3, bucket, prefix, manifest))
    advice = f"gem package put build/package/VERSION --stack {stack.name}"
    fine = f"release {manifest.version}, {len(manifest.artifacts)} artifacts"
    yield from examined("release", f"s3://{bucket}/{prefix}", dict.fromkeys(wrong, advice), fine)


def launch(stack: Stack) -> Iterator[Finding]:
    """A cluster could be started: its arguments are JSON, name what RunJobFlow needs, and roles and scripts exist."""
    for parameter in stack.of_type("AWS::SSM::Parameter"):
        with aws_errors(f"SSM parameter {parameter.physical_id}"):
            value = stack.client("ssm").get_parameter(Name=parameter.physical_id)["Parameter"]["Value"]
        try:
            arguments = json.loads(value)
        except ValueError as error:
            yield problem("cluster", parameter.physical_id, f"it is no JSON: {error}", "sam deploy writes it anew")
            continue
        if isinstance(arguments, dict):
            faults = dict(_launch_faults(stack, arguments))
            yield from examined(
                "cluster", parameter.physical_id, faults, f"would launch {arguments.get('ReleaseLabel')}"
            )


def extractor(stack: Stack, now: datetime, silent: timedelta) -> Iterator[Finding]:
    """The extractor has written its state not longer ago than `silent`."""
    bucket = stack.output("LakeBucketName")
    with aws_errors(f"bucket {bucket}"):
        states = stack.client("s3").list_objects_v2(Bucket=bucket, Prefix=STATE_PREFIX).get("Contents", [])
    advice = "on its host: systemctl status gem-extractor.timer (docs/runbook.md, A source is silent)"
    if not states:
        yield problem("extractor", bucket, "no source was ever read", advice)
    # Of each source, its windows and the sign that a quiet look leaves; the newer of the two speaks.
    signs: dict[str, datetime] = {}
    for state in sorted(states, key=lambda state: state["LastModified"]):
        signs[re.split(r"[/.]", state["Key"].removeprefix(STATE_PREFIX))[0]] = state["LastModified"].astimezone(UTC)
    for source, signed_at in signs.items():
        said = f"its last sign of life is {signed_at:%F %R} UTC"
        yield from examined("extractor", source, {said: advice} if now - signed_at > silent else {}, said)


def _launch_faults(stack: Stack, arguments: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if missing := [word for word in LAUNCH_WORDS if not arguments.get(word)]:
        yield f"it lacks {', '.join(missing)}", "sam deploy writes it anew"
    iam = stack.client("iam")
    profile, role = (str(arguments.get(word, "")).rpartition("/")[2] for word in ("JobFlowRole", "ServiceRole"))
    if profile:
        look = partial(iam.get_instance_profile, InstanceProfileName=profile)
        yield from _unless_there(look, f"instance profile {profile} does not exist")
    if role:
        yield from _unless_there(partial(iam.get_role, RoleName=role), f"role {role} does not exist")
    for action in arguments.get("BootstrapActions", ()):
        script = action["ScriptBootstrapAction"]
        for uri in (script["Path"], *(each for each in script.get("Args", ()) if each.startswith("s3://"))):
            bucket, _, key = uri.removeprefix("s3://").partition("/")
            look = partial(stack.client("s3").head_object, Bucket=bucket, Key=key)
            yield from _unless_there(look, f"{uri} does not exist")


def _unless_there(look: Callable[[], Any], said: str) -> Iterator[tuple[str, str]]:
    try:
        look()
    except ClientError as error:
        if error_code(error) not in {"404", "NoSuchKey", "NoSuchBucket", "NoSuchEntity"}:
            with aws_errors(said):
                raise
        yield said, "create it, or name another with the template's parameters; gem package put brings scripts"
