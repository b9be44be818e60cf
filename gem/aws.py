"""How AWS errors become ours, and how clients retry: in one place for every runtime."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import uniform
from time import sleep
from typing import TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from gem.contracts.errors import LostRaceError, TransientError

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
    batch; so none of it condemns the batch, and a message that never succeeds ends in its dead-letter queue.
    """
    try:
        yield
    except ClientError as error:
        if error_code(error) == "ConditionalCheckFailedException":
            raise LostRaceError(f"{what}: another writer was first") from error
        raise TransientError(f"{what}: {error}") from error
    except BotoCoreError as error:
        raise TransientError(f"{what}: {error}") from error


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
