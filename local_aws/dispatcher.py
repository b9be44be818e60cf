"""What AWS Lambda does with event source mappings: polls the queues, calls the functions, deletes what succeeded."""

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from local_aws.aws_endpoint import REGION, AwsEndpoint
from local_aws.deployed import QueueMapping
from local_aws.lambda_runtime import FunctionError, LambdaRuntime
from local_aws.loop import run_until
from local_aws.progress import OnProgress, Phase, Progress, ignore_progress

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

logger = logging.getLogger(__name__)

SQS_MAX_BATCH = 10
POLL_SECONDS = 0.2


class Dispatcher:
    """One polling thread per event source mapping; a function is called serially.

    A batch whose function fails stays in flight until its visibility timeout and is then delivered again; after the
    queue's maxReceiveCount deliveries SQS moves it to the dead-letter queue. With ReportBatchItemFailures only the
    reported messages stay. Batches are not waited for: a message is delivered as soon as it is seen.
    """

    def __init__(
        self,
        aws: AwsEndpoint,
        mappings: Sequence[QueueMapping],
        runtime: LambdaRuntime,
        on_progress: OnProgress = ignore_progress,
    ) -> None:
        self._mappings = mappings
        self._runtime = runtime
        self._on_progress = on_progress
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        # Lambda polls a queue in the name of the function's role.
        self._pollers = {mapping.function.role: aws.acting_as(mapping.function.role) for mapping in mappings}

    def start(self) -> None:
        """Begin to poll every queue."""
        self._stopping.clear()
        for mapping in self._mappings:
            thread = threading.Thread(target=self._run, args=(mapping,), name=f"poll-{mapping.logical_id}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Poll no more, cut the calls that are under way, and wait until every thread and process is gone."""
        self._stopping.set()
        self._runtime.stop()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        # A thread that was between its poll and its call has started a process after the first stop.
        self._runtime.stop()

    def deliver(self, mapping: QueueMapping) -> int:
        """Receive one batch of a queue, call its function and delete what succeeded; the number received."""
        client: SQSClient = self._pollers[mapping.function.role].client("sqs")
        return self._deliver(client, mapping)

    def _run(self, mapping: QueueMapping) -> None:
        # A queue that cannot be polled is there again at a later turn: the API may be starting anew.
        run_until(self._stopping, lambda: 0 if self.deliver(mapping) else POLL_SECONDS, f"polling {mapping.queue_url}")

    def _deliver(self, client: "SQSClient", mapping: QueueMapping) -> int:
        messages = client.receive_message(
            QueueUrl=mapping.queue_url,
            MaxNumberOfMessages=min(mapping.batch_size, SQS_MAX_BATCH),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if messages and not self._stopping.is_set():
            failed = self._failed_ids(mapping, messages)
            self._delete(client, mapping, [each for each in messages if each["MessageId"] not in failed])
        return len(messages)

    def _failed_ids(self, mapping: QueueMapping, messages: Sequence["MessageTypeDef"]) -> set[str]:
        ids = {message["MessageId"] for message in messages}
        subject = f"{len(messages)} of {mapping.queue_arn.rpartition(':')[2]}"
        started = time.monotonic()
        self._on_progress(Progress(mapping.logical_id, subject, Phase.STARTED))
        try:
            result = self._runtime.invoke(mapping.function.logical_id, sqs_event(mapping.queue_arn, messages)).result
            failed = reported_failures(result, ids) if mapping.reports_item_failures else set()
            error = f"{len(failed)} of {len(ids)} messages failed" if failed else ""
        except FunctionError as caught:
            failed, error = ids, str(caught)
        phase = Phase.FAILED if error else Phase.FINISHED
        self._on_progress(Progress(mapping.logical_id, subject, phase, time.monotonic() - started, error))
        return failed

    def _delete(self, client: "SQSClient", mapping: QueueMapping, messages: Sequence["MessageTypeDef"]) -> None:
        for message in messages:
            client.delete_message(QueueUrl=mapping.queue_url, ReceiptHandle=message["ReceiptHandle"])


def sqs_event(queue_arn: str, messages: Sequence["MessageTypeDef"]) -> dict[str, Any]:
    """The event that Lambda hands to a function for messages of a queue ("Using Lambda with Amazon SQS")."""
    return {"Records": [_record(queue_arn, message) for message in messages]}


def _record(queue_arn: str, message: "MessageTypeDef") -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def reported_failures(result: Any, message_ids: set[str]) -> set[str]:
    """The messages that a batch response reports as failed.

    As Lambda reads it: nothing reported is complete success; an answer that is no batch response, an empty identifier
    or one that is not of the batch is complete failure.
    """
    if result is None:
        return set()
    if not isinstance(result, Mapping):
        logger.error("no batch response, so the whole batch failed: %s", json.dumps(result)[:200])
        return set(message_ids)
    items = result.get("batchItemFailures") or []
    failed = {item.get("itemIdentifier") if isinstance(item, Mapping) else None for item in items}
    if not failed <= message_ids:
        logger.error(
            "a batch response with foreign identifiers, so the whole batch failed: %s", sorted(map(str, failed))
        )
        return set(message_ids)
    return {str(each) for each in failed}
