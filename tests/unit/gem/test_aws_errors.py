"""Which of AWS's refusals a person must mend, and which may be over later."""

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)

from gem import cli
from gem.aws import aws_errors
from gem.contracts.errors import GemError, LostRaceError, RefusedError, TransientError

ENDPOINT = "https://sqs.ap-south-1.amazonaws.com"
MENDED_BY_A_PERSON = [
    (NoCredentialsError(), "sign in"),
    (NoRegionError(), "AWS_DEFAULT_REGION"),
    ("ExpiredToken", "sign in"),
    ("AccessDenied", "docs/iam.md"),
    ("AccessDeniedException", "docs/iam.md"),
    ("ValidationError", "check the name"),
    ("NoSuchBucket", "check the name"),
]
OVER_LATER = [
    "ThrottlingException",
    "InternalServerError",
    "ServiceUnavailable",
    # EMR's for a cluster that ends just now.
    "ValidationException",
    EndpointConnectionError(endpoint_url=ENDPOINT),
    ReadTimeoutError(endpoint_url=ENDPOINT),
]


def mapped(refusal: str | BotoCoreError) -> GemError:
    """What becomes of it."""
    with pytest.raises(TransientError) as raised, aws_errors("SQS: sending"):  # noqa: PT012 - the two raises are one
        if isinstance(refusal, str):
            raise ClientError({"Error": {"Code": refusal, "Message": "no"}}, "SendMessage")
        raise refusal
    return raised.value


def exit_code(error: GemError, monkeypatch: pytest.MonkeyPatch) -> int | str | None:
    """The command's, where that error ends it."""

    def ended() -> None:
        raise error

    monkeypatch.setattr(cli, "app", ended)
    monkeypatch.setattr(cli, "entry_points", lambda group: ())
    with pytest.raises(SystemExit) as raised:
        cli.main()
    return raised.value.code


@pytest.mark.parametrize(("refusal", "advice"), MENDED_BY_A_PERSON)
def test_what_a_person_must_mend_ends_a_command_with_1_and_advice(
    refusal: str | BotoCoreError, advice: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(mapped(refusal), monkeypatch) == 1
    assert advice in capsys.readouterr().err


@pytest.mark.parametrize("refusal", OVER_LATER)
def test_what_may_be_over_later_ends_a_command_with_75(
    refusal: str | BotoCoreError, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = mapped(refusal)
    assert not isinstance(error, RefusedError)
    assert exit_code(error, monkeypatch) == 75


def test_a_failed_condition_is_a_lost_race() -> None:
    assert isinstance(mapped("ConditionalCheckFailedException"), LostRaceError)
