"""What every handler needs of Lambda: clients made at cold start, messages answered one by one, calls made once."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from random import uniform
from typing import Any, TypeVar

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ValidationError

from gem.aws import READS
from gem.contracts.errors import TerminalError
from gem.ledger import Ledger
from gem.settings import IdempotencySettings, LedgerSettings

Json = dict[str, Any]
Event = TypeVar("Event", bound=BaseModel)

LOGGER = Logger(service="gem")
METRICS = Metrics(namespace="Gem", service=os.environ.get("POWERTOOLS_SERVICE_NAME", "gem"))
"""With the stack's prefix as their dimension, as template.yaml sets it."""

REMEMBERED_SECONDS = 16 * 24 * 3600
"""Longer than the fourteen days for which a dead-letter queue may give a message back."""
MAX_RETRY_SECONDS = 3_600


@cache
def client(service: str) -> Any:
    """The process's client of a service, for calls that may be repeated."""
    return boto3.client(service, config=READS)  # type: ignore[call-overload]  # the service is a variable


@cache
def ledger_table() -> Any:
    """The ledger's table."""
    # A resource, because its items are plain Python values.
    return boto3.resource("dynamodb", config=READS).Table(LedgerSettings().ledger_table)


@cache
def ledger() -> Ledger:
    """The ledger, by this function's settings."""
    return Ledger(ledger_table(), LedgerSettings().lease_seconds)


@cache
def _idempotency() -> tuple[DynamoDBPersistenceLayer, IdempotencyConfig]:
    table = IdempotencySettings().idempotency_table
    config = IdempotencyConfig(expires_after_seconds=REMEMBERED_SECONDS)
    return DynamoDBPersistenceLayer(table_name=table, boto3_client=client("dynamodb")), config


@cache
def _queue_url(queue_arn: str) -> str:
    return str(client("sqs").get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"])


def partial_failures() -> BatchProcessor:
    """A processor that reports failed messages one by one, also when all of them failed."""
    return BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def answer_each(
    event: Json, context: LambdaContext, processor: BatchProcessor, answer: Callable[[str], None]
) -> list[str]:
    """Calls `answer` with the body of each message; returns the ids of the messages whose call raised."""

    def answer_record(record: SQSRecord) -> None:
        answer(record.body)

    response = process_partial_response(event, answer_record, processor, context)
    for exception in processor.exceptions:
        LOGGER.error("message failed: %s", exception[1], exc_info=exception[1])
    return [str(failure["itemIdentifier"]) for failure in response["batchItemFailures"]]


def failures(event: Json, message_ids: list[str]) -> Json:
    """Lambda's answer about messages to be delivered again, each after a pause that doubles with every delivery.

    Without this a failed message would stay invisible for the queue's visibility timeout, which must be six times the
    function's; and in a FIFO queue so would every message behind it.
    """
    METRICS.add_metric(name="MessagesFailed", unit="Count", value=len(message_ids))
    for record in event["Records"]:
        if record["messageId"] in message_ids:
            _postpone(record)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}


def once(scope: str, key: Mapping[str, str], context: LambdaContext, do: Callable[[], object]) -> None:
    """Runs `do` unless it has already succeeded for this key in this scope; while another runs it, raises.

    A call that raises is not remembered. The record in progress ends with the function's timeout, so a call that was
    cut is run again; it guards the handler only, and everything below is idempotent by itself.
    """
    store, config = _idempotency()
    config.register_lambda_context(context)

    def keyed(*, key: Mapping[str, str]) -> None:  # noqa: ARG001 - Powertools reads it
        do()

    idempotent_function(keyed, data_keyword_argument="key", persistence_store=store, config=config, key_prefix=scope)(
        key=dict(key)
    )


def remaining_seconds(context: LambdaContext) -> Callable[[], float]:
    """How long this invocation may still run."""
    return lambda: context.get_remaining_time_in_millis() / 1000


def parsed(model: type[Event], body: str) -> Event:
    """The event of a message; TerminalError where it is not one."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise TerminalError(f"a message that is no {model.__name__}: {error.errors(include_url=False)[0]}") from error


def _postpone(record: Json) -> None:
    deliveries = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    middle = IdempotencySettings().retry_seconds * 2 ** (deliveries - 1)
    pause = min(MAX_RETRY_SECONDS, round(middle * uniform(0.5, 1.5)))  # noqa: S311 - jitter, not a secret
    try:
        client("sqs").change_message_visibility(
            QueueUrl=_queue_url(record["eventSourceARN"]),
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=pause,
        )
    except (ClientError, BotoCoreError) as error:
        # The message comes back all the same, only later.
        LOGGER.warning("no earlier retry", extra={"message_id": record["messageId"], "reason": str(error)})
