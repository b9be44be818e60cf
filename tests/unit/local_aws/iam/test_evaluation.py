"""IAM's decisions, rule by rule of "Policy evaluation logic" and of "Condition operators"."""

from typing import Any

import pytest

from local_aws.iam.errors import PolicyError
from local_aws.iam.policy import Access, Grant, Statement, decide, parse_policy, speaking_of

OBJECT = "arn:aws:s3:::lake/raw/gem/1"


def statement(**changes: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/raw/*", **changes}


def statements(*documents: dict[str, Any]) -> tuple[Statement, ...]:
    return parse_policy("test", {"Statement": list(documents)})


def allows(*documents: dict[str, Any], action: str = "s3:GetObject", resource: str = OBJECT, **context: Any) -> bool:
    known = {name.replace("__", ":").lower(): tuple(values) for name, values in context.items()}
    return bool(decide(Access(action, resource, known), statements(*documents)).grants)


def test_nothing_is_allowed_by_nothing() -> None:
    decision = decide(Access("s3:GetObject", OBJECT), ())
    assert decision.grants == ()
    assert "no identity-based policy allows the s3:GetObject action" in decision.reason


def test_what_is_named_is_allowed_and_named_as_the_policy_writes_it() -> None:
    decision = decide(Access("s3:GetObject", OBJECT), statements(statement()))
    assert decision.grants == (Grant("s3:GetObject", "arn:aws:s3:::lake/raw/*"),)


@pytest.mark.parametrize(
    ("change", "access"),
    [
        ({}, {"action": "s3:PutObject"}),
        ({}, {"resource": "arn:aws:s3:::lake/rawer"}),
        ({}, {"resource": "arn:aws:s3:::lake/curated/raw/1"}),
        ({}, {"resource": "arn:aws:s3:::other/raw/1"}),
        ({"Resource": "arn:aws:s3:::lake/raw/?"}, {"resource": "arn:aws:s3:::lake/raw/11"}),
        ({"Resource": "arn:aws:s3:::lake/raw/[1]"}, {"resource": "arn:aws:s3:::lake/raw/1"}),
        ({"Resource": "arn:aws:s3:::LAKE/raw/*"}, {}),
        ({"Action": ["s3:Put*", "s3:List*"]}, {}),
    ],
)
def test_what_is_not_named_is_denied(change: dict[str, Any], access: dict[str, str]) -> None:
    assert allows(statement(), statement(**change)) or change == {}
    assert not allows(statement(**change), **access)


@pytest.mark.parametrize("action", ["s3:getobject", "S3:GetObject", "s3:Get*", "s3:*", "*", "s3:GetObjec?"])
def test_actions_know_no_case_and_have_wildcards(action: str) -> None:
    assert allows(statement(Action=action))


def test_an_explicit_deny_wins_whatever_stands_before_or_behind_it() -> None:
    deny = statement(Effect="Deny", Action="s3:*", Resource="arn:aws:s3:::lake/raw/gem/*")
    assert not allows(statement(), deny)
    assert not allows(deny, statement())
    assert allows(statement(), deny, resource="arn:aws:s3:::lake/raw/other/1")
    assert "explicit deny in test" in decide(Access("s3:GetObject", OBJECT), statements(statement(), deny)).reason


def test_not_action_and_not_resource_are_all_others() -> None:
    not_writing = {"Effect": "Allow", "NotAction": ["s3:Put*", "s3:Delete*"], "Resource": "*"}
    assert allows(not_writing)
    assert not allows(not_writing, action="s3:PutObject")
    elsewhere = {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::lake/*"}
    assert allows(statement(Resource="*"), elsewhere)
    assert not allows(statement(Resource="*"), elsewhere, resource="arn:aws:s3:::other/1")


CURATED = {"StringLike": {"s3:prefix": "curated/*"}}


@pytest.mark.parametrize(
    ("condition", "context", "holds"),
    [
        (CURATED, {"s3__prefix": ["curated/bid/"]}, True),
        (CURATED, {"s3__prefix": ["raw/"]}, False),
        (CURATED, {}, False),
        ({"StringEquals": {"S3:Prefix": ["raw/", "state/"]}}, {"s3__prefix": ["state/"]}, True),
        ({"StringEquals": {"s3:prefix": "RAW/"}}, {"s3__prefix": ["raw/"]}, False),
        ({"StringEqualsIgnoreCase": {"s3:prefix": "RAW/"}}, {"s3__prefix": ["raw/"]}, True),
        ({"StringNotEquals": {"s3:prefix": ["a", "b"]}}, {"s3__prefix": ["b"]}, False),
        ({"StringNotEquals": {"s3:prefix": ["a", "b"]}}, {"s3__prefix": ["c"]}, True),
        ({"StringNotLike": {"s3:prefix": "a*"}}, {}, True),
        ({"StringLikeIfExists": {"s3:prefix": "a*"}}, {}, True),
        ({"StringLikeIfExists": {"s3:prefix": "a*"}}, {"s3__prefix": ["b"]}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws__SecureTransport": ["false"]}, True),
        ({"Bool": {"aws:SecureTransport": False}}, {"aws__SecureTransport": ["false"]}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws__SecureTransport": ["true"]}, False),
        (
            {"ArnEquals": {"aws:SourceArn": "arn:aws:events:r:1:rule/a"}},
            {"aws__SourceArn": ["arn:aws:events:r:1:rule/a"]},
            True,
        ),
        (
            {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:1:rule/*"}},
            {"aws__SourceArn": ["arn:aws:events:r:1:rule/a"]},
            True,
        ),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:*:rule/a"}}, {"aws__SourceArn": ["arn:aws:events:r:1:rule/a"]}, False),
        (
            {"ArnNotEquals": {"aws:SourceArn": "arn:aws:events:r:1:rule/a"}},
            {"aws__SourceArn": ["arn:aws:sns:r:1:b"]},
            True,
        ),
        ({"Null": {"s3:prefix": "true"}}, {}, True),
        ({"Null": {"s3:prefix": "true"}}, {"s3__prefix": ["a"]}, False),
        ({"Null": {"s3:prefix": "false"}}, {"s3__prefix": ["a"]}, True),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3__max-keys": ["10"]}, True),
        ({"NumericGreaterThan": {"s3:max-keys": "10"}}, {"s3__max-keys": ["10"]}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws__TagKeys": ["a", "b"]}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws__TagKeys": ["a", "c"]}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, {}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {"aws__TagKeys": ["a", "c"]}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {"aws__TagKeys": ["c"]}, False),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {}, False),
        ({**CURATED, "Bool": {"aws:SecureTransport": "true"}}, {"s3__prefix": ["curated/"]}, False),
        ({"StringEquals": {"s3:prefix": "a", "s3:delimiter": "/"}}, {"s3__prefix": ["a"]}, False),
    ],
)
def test_a_statement_holds_only_under_its_conditions(
    condition: dict[str, Any], context: dict[str, list[str]], holds: bool
) -> None:
    assert allows(statement(Condition=condition), **context) is holds
    denied = statement(Effect="Deny", Condition=condition)
    assert allows(statement(), denied, **context) is not holds


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, "IpAddress"),
        ({"Condition": {"StringMatches": {"s3:prefix": "a"}}}, "StringMatches"),
        ({"Condition": {"ForSomeValues:StringEquals": {"s3:prefix": "a"}}}, "ForSomeValues"),
        ({"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01"}}}, "DateGreaterThan"),
        ({"Effect": "Permit"}, "Permit"),
        ({"NotPrincipal": "*"}, "NotPrincipal"),
        ({"Resource": "arn:aws:s3:::lake/${aws:username}/*"}, "aws:username"),
    ],
)
def test_what_is_not_understood_is_never_passed_by(change: dict[str, Any], word: str) -> None:
    with pytest.raises(PolicyError, match=word):
        statements(statement(**change))


def test_the_policy_of_a_resource_allows_and_denies_whom_it_names() -> None:
    rule = {"ArnEquals": {"aws:SourceArn": "arn:aws:events:r:1:rule/a"}}
    queue = "arn:aws:sqs:r:1:q"
    service = {"Service": "events.amazonaws.com"}
    own = statements(statement(Action="sqs:SendMessage", Resource=queue, Principal=service, Condition=rule))
    sending = Access("sqs:SendMessage", queue, {"aws:sourcearn": ("arn:aws:events:r:1:rule/a",)})
    assert decide(sending, (), speaking_of("Service:events.amazonaws.com", own)).grants
    assert not decide(sending, (), speaking_of("Service:sns.amazonaws.com", own)).grants
    to_all = statements(statement(Effect="Deny", Action="s3:*", Resource="*", Principal="*"))
    for everyone in ("*", {"AWS": "*"}):
        to_all = statements(statement(Effect="Deny", Action="s3:*", Resource="*", Principal=everyone))
        spoken = speaking_of("AWS:arn:aws:iam::1:role/r", to_all)
        assert not decide(Access("s3:GetObject", OBJECT), statements(statement()), spoken).grants
