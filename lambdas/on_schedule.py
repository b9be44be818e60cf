"""The clock ticked: reconcile the ledger with S3 and EMR, because events may be lost; end idle clusters."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from gem.contracts.errors import GemError
from gem.ledger import utc_now
from lambdas.clients import idle_clusters, reconciler, standing
from lambdas.runtime import LOGGER, METRICS, Json, answer_each, failures, partial_failures, remaining_seconds

AFTERWARDS_SECONDS = 60
"""What a tick keeps of its time for all that follows the load, which may run to the end of what it is given."""


@LOGGER.inject_lambda_context
@METRICS.log_metrics(capture_cold_start_metric=True)
def handler(event: Json, context: LambdaContext) -> Json:
    """SQS messages that hold the rule's scheduled event; what it finds matters, not what the message says."""

    def answer(_body: str) -> None:
        left = remaining_seconds(context)
        done = reconciler(context.aws_request_id).reconcile(lambda: left() - AFTERWARDS_SECONDS)
        for kind, count in done.items():
            METRICS.add_metric(name=f"Batches{kind.capitalize()}", unit="Count", value=count)
        LOGGER.info("reconciled", extra=dict(done))
        # After the pass, which may have found work for them.
        METRICS.add_metric(name="ClustersEnded", unit="Count", value=idle_clusters().end())
        _tell()

    return failures(event, answer_each(event, context, partial_failures(), answer))


def _tell() -> None:
    """Tells how batches stand after the pass. What cannot be told now makes its alarm, not the tick, fail."""
    try:
        found = standing().metrics(utc_now())
    except GemError as error:
        LOGGER.warning("nobody knows how batches stand: %s", error)
        return
    for name, value in found.items():
        METRICS.add_metric(name=name, unit="Seconds" if name.endswith("Seconds") else "Count", value=value)
