"""How AWS errors become ours, and how clients retry: in one place for every runtime."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import uniform
from time import sleep
from typing import TypeVar

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
)

from gem.contracts.errors import LostRaceError, RefusedError, TransientError

THROTTLED = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ProvisionedThroughputExceededException",
        "SlowDown",
    }
)

SIGN_IN = "sign in (AWS_PROFILE, aws sso login), or source the env.sh of gem up for a local cloud"
NEEDS_RIGHT = "who calls lacks this right: docs/iam.md says which role has it"
CHECK_NAME = "check the name, the region and the account"
REFUSALS = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId"), SIGN_IN),
    **dict.fromkeys(("InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"), SIGN_IN),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "AuthorizationError"), NEEDS_RIGHT),
    # A stack that is not there is a ValidationError; EMR's ValidationException may be a cluster that ends just now.
    **dict.fromkeys(("ValidationError", "NoSuchBucket", "ResourceNotFoundException"), CHECK_NAME),
}
"""What AWS refuses until a person has mended it, and what to do."""
UNASKED = {
    NoRegionError: "set AWS_DEFAULT_REGION, or a profile that names one",
    ParamValidationError: CHECK_NAME,
    **dict.fromkeys(
        (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound, SSOError), SIGN_IN
    ),
}
"""The same of what the SDK refuses before it asks."""

READS = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, read_timeout=60)
"""For calls that may safely be made twice."""

ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=60)
"""For calls without a client token (RunJobFlow, AddJobFlowSteps): a retry after a lost answer would do them twice."""

T = TypeVar("T")


def error_code(error: ClientError) -> str:
    """AWS's own name of the error."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def aws_errors(what: str) -> Iterator[None]:
    """Turns the driver's errors into ours: a failed condition into LostRaceError, the rest into TransientError.

    What AWS refuses (a throttle, a missing permission, a cluster that ends just now) is repaired without touching the
    batch; so none of it condemns the batch, and a message that never succeeds ends in its dead-letter queue. What only
    a person can repair is a RefusedError, which says how.
    """
    try:
        yield
    except ClientError as error:
        if error_code(error) == "ConditionalCheckFailedException":
            raise LostRaceError(f"{what}: another writer was first") from error
        raise _transient(what, error, REFUSALS.get(error_code(error))) from error
    except BotoCoreError as error:
        advice = next((said for kind, said in UNASKED.items() if isinstance(error, kind)), None)
        raise _transient(what, error, advice) from error


def _transient(what: str, error: Exception, advice: str | None) -> TransientError:
    return RefusedError(f"{what}: {error}; {advice}") if advice else TransientError(f"{what}: {error}")


def unless_throttled(call: Callable[[], T], tries: int = 5, first_pause_seconds: float = 0.5) -> T:
    """The answer of `call`, repeated with full jitter while AWS throttles it: a throttled call was not carried out."""
    for attempt in range(tries - 1):
        try:
            return call()
        except ClientError as error:
            if error_code(error) not in THROTTLED:
                raise
            sleep(uniform(0, first_pause_seconds * 2**attempt))  # noqa: S311 - jitter, not a secret
    return call()
