"""The policies of template.yaml, held against what AWS says of its actions, and against the reasons written of them."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from local_aws.iam.guard import Guard, Identity
from local_aws.iam.policy import Access, Grant, decide, parse_policy, speaking_of
from local_aws.iam.reasons import REASONS, Reason
from local_aws.iam.table import PAGE, grants_of, page, reasons_of, symbolic, unused
from local_aws.parts import TEMPLATE

GUARD = symbolic(TEMPLATE)
# The Service Authorization Reference, as cfn-lint carries it.
REFERENCE: dict[str, Any] = json.loads(files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_text())
GRANTS = [(each.name, grant) for each in GUARD.identities for grant in grants_of(each)]

NAMED_BY_CONDITION = {("AirflowRole", "cloudwatch:PutMetricData")}
"""Only a namespace, in a condition, says which metrics; the resource that AWS lists is another thing's."""


def too_wide(grants: list[tuple[str, Grant]]) -> list[tuple[str, Grant]]:
    """Grants of everything: of a service, or on every resource where the action knows one."""
    return [
        (name, grant)
        for name, grant in grants
        if (name, grant.action) not in NAMED_BY_CONDITION
        and ("*" in grant.action or (grant.resource == "*" and described(grant.action).get("Resources")))
    ]


def described(action: str) -> dict[str, Any]:
    """What AWS says of an action; KeyError where there is none of that name."""
    service, _, name = action.lower().partition(":")
    about: dict[str, Any] = REFERENCE[service]["Actions"][name]
    return about


def test_every_action_is_one_that_aws_knows() -> None:
    for _, grant in GRANTS:
        described(grant.action)


def test_everything_is_named_where_the_action_knows_a_resource() -> None:
    assert too_wide(GRANTS) == []


def test_each_role_is_assumed_by_the_service_that_has_it_and_by_nobody_else() -> None:
    resources = yaml_parse(TEMPLATE.read_text())["Resources"]
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            for statement in parse_policy(name, resource["Properties"]["AssumeRolePolicyDocument"]):
                assert statement.allows, name
                assert statement.actions == ("sts:AssumeRole",), name
                assert all(each.startswith("Service:") for each in statement.principals), name


def test_every_reason_speaks_of_something_that_the_template_allows() -> None:
    for reason in REASONS:
        assert any(reason.is_of(name, grant) for name, grant in GRANTS), f"stale: {reason}"


def test_the_page_is_fresh() -> None:
    assert (Path(TEMPLATE).parent / PAGE).read_text() == page(TEMPLATE), "run `gem iam`"


LAKE = "{LakeBucket}"


@pytest.mark.parametrize(
    ("role", "action", "key"),
    [
        ("ExtractorRole", "s3:PutObject", "curated/fact_bid/x"),
        ("ExtractorRole", "s3:GetObject", "raw/gem/gem-0000000001/_manifest.json"),
        ("ExtractorRole", "s3:DeleteObject", "raw/gem/gem-0000000001/_manifest.json"),
        ("EmrInstanceRole", "s3:PutObject", "raw/gem/gem-0000000001/_manifest.json"),
        ("EmrInstanceRole", "s3:PutObject", "state/gem.json"),
        ("EmrInstanceRole", "s3:PutObject", "exports/x"),
        ("CopyRole", "s3:GetObject", "raw/gem/gem-0000000001/bid/part-00000.parquet"),
        ("CopyRole", "s3:PutObject", "curated/fact_bid/x"),
        ("OnRawManifestRole", "s3:GetObject", "curated/fact_bid/x"),
        ("OnStepCompletedRole", "s3:PutObject", "curated/fact_bid/x"),
        ("OnStepFailedRole", "s3:GetObject", "curated/fact_bid/x"),
        ("AirflowPolicy", "s3:PutObject", "raw/x"),
        ("OperatorPolicy", "s3:PutObject", "curated/_manifest/batch=gem-0000000001/attempt=1/manifest.json"),
    ],
)
def test_no_part_reaches_into_the_folders_of_another(role: str, action: str, key: str) -> None:
    assert not decide(Access(action, f"{LAKE}/{key}"), GUARD.identity(role).statements).grants


def test_nobody_reaches_the_lake_without_tls() -> None:
    policies = GUARD.resource_policies["arn:aws:s3:::{LakeBucket}"]
    for identity in GUARD.identities:
        everyone = speaking_of(f"AWS:{identity.arn}", policies)
        for secure, denied in (("false", True), ("true", False)):
            plain = Access("s3:GetObject", f"{LAKE}/raw/x", {"aws:securetransport": (secure,)})
            assert ("explicit deny" in decide(plain, identity.statements, everyone).reason) is denied


# ------------------------------------------------------- what each of these tests, and the run, would make of a fault


@pytest.fixture
def guard() -> Guard:
    document = {
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::lake/raw/*"},
            {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"},
        ]
    }
    return Guard([Identity("Role", "arn:aws:iam::1:role/r", parse_policy("Role", document))])


def test_an_action_that_is_taken_away_is_missed() -> None:
    without = next(each for each in GUARD.identities if each.name == "CopyRole").statements[1:]
    assert not decide(Access("s3:GetObject", "{LakeBucket}/curated/x"), without).grants
    assert decide(Access("s3:GetObject", "{LakeBucket}/exports/x"), without).grants


def test_an_action_that_nobody_uses_is_found(guard: Guard) -> None:
    guard.used["Role", Grant("s3:GetObject", "arn:aws:s3:::lake/raw/*")] = "arn:aws:s3:::lake/raw/1"
    idle = list(unused(guard))
    assert idle == [
        ("Role", Grant("s3:DeleteObject", "arn:aws:s3:::lake/raw/*")),
        ("Role", Grant("xray:PutTraceSegments", "*")),
    ]
    assert [reasons_of(*each) for each in idle] == [[], []], "the reasons are of other roles"
    assert reasons_of("OnRawManifestRole", Grant("xray:PutTraceSegments", "*"))


@pytest.mark.parametrize("grant", [Grant("s3:GetObject", "*"), Grant("s3:*", "arn:aws:s3:::lake/*"), Grant("*", "*")])
def test_a_star_is_found(grant: Grant) -> None:
    assert too_wide([("Role", grant)]) == [("Role", grant)]


def test_a_star_stays_where_the_action_knows_no_resource() -> None:
    assert too_wide([("Role", Grant("xray:PutTraceSegments", "*"))]) == []


def test_a_reason_may_be_of_one_resource_only() -> None:
    reason = Reason("On*Role", "s3:Get*", "why", "/emr-logs/")
    assert reason.is_of("OnRole", Grant("s3:GetObject", "arn:aws:s3:::a/emr-logs/*"))
    assert not reason.is_of("OnRole", Grant("s3:GetObject", "arn:aws:s3:::a/raw/*"))
    assert not reason.is_of("CopyRole", Grant("s3:GetObject", "arn:aws:s3:::a/emr-logs/*"))


@pytest.mark.parametrize(
    ("role", "files"),
    [
        ("EmrInstanceRole", ["curate.py", "pyfiles.zip", "bootstrap.sh", "emr.txt", "emr-wheels/a.whl"]),
        ("AirflowRole", ["mwaa/dags/a.py", "mwaa/plugins.zip"]),
    ],
)
def test_what_is_under_way_still_reads_the_release_with_which_it_began(role: str, files: list[str]) -> None:
    statements = GUARD.identity(role).statements
    for release in ("1.0.0-before", "{ArtifactPrefix}"):
        for name in files:
            access = Access("s3:GetObject", f"{{ArtifactBucket}}/{release}/{name}")
            assert decide(access, statements).grants, access
    others = Access("s3:GetObject", "{ArtifactBucket}/1.0.0-before/extractor/install.sh")
    assert not decide(others, statements).grants


@pytest.mark.parametrize(
    ("account", "service", "allowed"),
    [("of-aws", "sqs", True), ("of-aws", "s3", False), ("{AWS::AccountId}", "sqs", False)],
)
def test_airflow_opens_its_queues_and_by_that_no_key_of_this_account(account: str, service: str, allowed: bool) -> None:
    key = f"arn:{{AWS::Partition}}:kms:{{AWS::Region}}:{account}:key/1"
    via = {"kms:viaservice": (f"{service}.{{AWS::Region}}.amazonaws.com",)}
    airflow = GUARD.identity("AirflowRole").statements
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        decision = decide(Access(action, key, via), airflow)
        assert bool(decision.grants) is allowed
        assert set(decision.grants) <= set(grants_of(GUARD.identity("AirflowRole")))
