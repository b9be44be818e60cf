"""Where the batches of a local run stand: waited for, timed, and looked up among the dead letters."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gem.contracts.states import TERMINAL_STATES, State
from gem.ledger import BatchRecord, Ledger
from local_aws.aws_server import AwsServer
from local_aws.emr import EmrRunner
from local_aws.errors import LocalCloudError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

POLL_SECONDS = 0.2
PEEK_SECONDS = 30


@dataclass(frozen=True)
class Hop:
    """One move of a batch: how long after the move before, and the rows that it carried."""

    state: State
    seconds: float
    attempt: int
    rows: int


def wait_for(ledger: Ledger, batch_id: str, state: State, timeout_seconds: float) -> BatchRecord:
    """The batch's record once it is in `state`.

    Raises LocalCloudError, with what the ledger says, when the time is over or the batch has ended in another state.
    """
    deadline = time.monotonic() + timeout_seconds
    while True:
        record = ledger.get(batch_id)
        if record is not None and record.state is state:
            return record
        if record is not None and record.state in TERMINAL_STATES:
            raise LocalCloudError(f"batch {batch_id} ended {record.state}, not {state}: {record.error or 'no error'}")
        if time.monotonic() > deadline:
            where = f"is {record.state} since {record.moved_at:%T} UTC" if record else "is not in the ledger"
            raise LocalCloudError(f"batch {batch_id} {where}, and was not {state} within {timeout_seconds:g} s")
        time.sleep(POLL_SECONDS)


def hops(ledger: Ledger, batch_id: str) -> list[Hop]:
    """The batch's moves with the seconds that each took. Raises LocalCloudError where the ledger has no such batch."""
    record = ledger.get(batch_id)
    if record is None:
        raise LocalCloudError(f"the ledger knows no batch {batch_id}")
    rows = {
        State.EXTRACTED: sum(record.raw_rows.values()),
        State.CURATED: sum(record.curated_rows.values()),
        State.LOADED: sum(record.loaded_rows.values()),
    }
    starts = [record.created_at, *(move.at for move in record.history)]
    return [
        Hop(move.state, (move.at - before).total_seconds(), move.attempt, rows.get(move.state, 0))
        for before, move in zip(starts, record.history, strict=False)
    ]


def settle(aws: AwsServer, queue_urls: Sequence[str], steps: EmrRunner, timeout_seconds: float) -> None:
    """Return when nothing moves: no message in the queues, none in flight, no step waiting or running.

    A message is deleted after what it caused has begun, and a step ends after its event is in a queue; so it is still
    when the steps are the same and idle before and after the queues were seen empty. LocalCloudError when time is over.
    """
    client: SQSClient = aws.client("sqs")
    deadline = time.monotonic() + timeout_seconds
    while True:
        before = steps.is_idle and steps.step_states
        counts = {url.rpartition("/")[2]: _message_count(client, url) for url in queue_urls}
        if not any(counts.values()) and before is not False and steps.is_idle and steps.step_states == before:
            return
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"still moving after {timeout_seconds:g} s: messages {counts}, steps {steps.step_states}"
            )
        time.sleep(POLL_SECONDS)


def dead_letters(aws: AwsServer) -> dict[str, list[str]]:
    """The bodies of the messages in every dead-letter queue that has some, by queue name; they stay there."""
    client: SQSClient = aws.client("sqs")
    found = {name: _peeked(client, name) for name in sorted(set(_dead_letter_queues(client)))}
    return {name: bodies for name, bodies in found.items() if bodies}


def _dead_letter_queues(client: "SQSClient") -> Iterator[str]:
    for url in client.list_queues().get("QueueUrls", []):
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"]).get("Attributes", {})
        if "RedrivePolicy" in attributes:
            yield json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]


def _message_count(client: "SQSClient", url: str) -> int:
    counts = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(counts["ApproximateNumberOfMessages"]) + int(counts["ApproximateNumberOfMessagesNotVisible"])


def _peeked(client: "SQSClient", queue_name: str) -> list[str]:
    url = client.get_queue_url(QueueName=queue_name)["QueueUrl"]
    seen = []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=PEEK_SECONDS).get(
        "Messages", []
    ):
        seen += messages
    for message in seen:
        client.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    return [message["Body"] for message in seen]
