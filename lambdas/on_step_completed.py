"""A step completed: read its verdict, then load every curated batch into the warehouse."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from gem.contracts.errors import GemError
from gem.contracts.events import StepStatusChange
from gem.contracts.keys import Attempt, BatchId
from gem.contracts.states import Mover
from lambdas.clients import judge, publisher
from lambdas.runtime import (
    LOGGER,
    METRICS,
    Json,
    answer_each,
    failures,
    once,
    parsed,
    partial_failures,
    remaining_seconds,
)


@LOGGER.inject_lambda_context
@METRICS.log_metrics(capture_cold_start_metric=True)
def handler(event: Json, context: LambdaContext) -> Json:
    """SQS FIFO messages that hold EMR's "EMR Step Status Change"; failed ones are reported one by one.

    The queue is FIFO so that one load runs at a time. Order is not needed, since loads commute (DESIGN law 3): a
    message that can never succeed does not take those behind it along to the dead-letter queue. All verdicts are
    settled first, so that one transaction loads them; where that fails, every message comes back.
    """
    verdicts = judge(Mover.ON_STEP_COMPLETED, context.aws_request_id)
    settled: list[BatchId] = []

    def answer(body: str) -> None:
        step = parsed(StepStatusChange, body).detail
        attempt = Attempt.parse_step_name(step.name)
        identity = {"step": step.name, "id": step.step_id, "state": step.state}
        once(Mover.ON_STEP_COMPLETED, identity, context, lambda: verdicts.settle(attempt, step.state, step.message))
        settled.append(attempt.batch_id)

    failed = answer_each(event, context, partial_failures(), answer)
    try:
        loaded = publisher(Mover.ON_STEP_COMPLETED, context.aws_request_id).publish(settled, remaining_seconds(context))
    except GemError as error:
        LOGGER.error("nothing loaded: %s", error, exc_info=error)
        return failures(event, [record["messageId"] for record in event["Records"]])
    METRICS.add_metric(name="BatchesLoaded", unit="Count", value=len(loaded))
    return failures(event, failed)
