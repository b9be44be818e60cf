"""A step failed or was cancelled: put the reason into the ledger, and give the batch back for another attempt."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from gem.contracts.events import StepStatusChange
from gem.contracts.keys import Attempt
from gem.contracts.states import Mover
from lambdas.clients import judge
from lambdas.runtime import LOGGER, METRICS, Json, answer_each, failures, once, parsed, partial_failures


@LOGGER.inject_lambda_context
@METRICS.log_metrics(capture_cold_start_metric=True)
def handler(event: Json, context: LambdaContext) -> Json:
    """SQS messages that hold EMR's "EMR Step Status Change"; failed ones are reported one by one.

    A batch that is given back is submitted by the reconciler once it is stale: that pause lets a passing trouble pass,
    and when a cluster dies with two hundred steps, one hand submits them all.
    """
    verdicts = judge(Mover.ON_STEP_FAILED, context.aws_request_id)

    def answer(body: str) -> None:
        step = parsed(StepStatusChange, body).detail
        attempt = Attempt.parse_step_name(step.name)
        identity = {"step": step.name, "id": step.step_id, "state": step.state}
        once(Mover.ON_STEP_FAILED, identity, context, lambda: verdicts.settle(attempt, step.state, step.message))

    return failures(event, answer_each(event, context, partial_failures(), answer))
