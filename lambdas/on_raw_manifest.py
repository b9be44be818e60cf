"""A batch was extracted: check its manifest, claim it in the ledger, add its step to the cluster."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from gem.contracts.errors import TerminalError
from gem.contracts.events import ObjectCreated
from gem.contracts.keys import RawManifestKey
from gem.contracts.states import Mover
from lambdas.clients import submit_settings, submitter
from lambdas.runtime import LOGGER, METRICS, Json, answer_each, failures, once, parsed, partial_failures


@LOGGER.inject_lambda_context
@METRICS.log_metrics(capture_cold_start_metric=True)
def handler(event: Json, context: LambdaContext) -> Json:
    """SQS messages that hold EventBridge's "Object Created"; failed ones are reported one by one."""

    def answer(body: str) -> None:
        created = parsed(ObjectCreated, body)
        key = our_manifest_key(created, submit_settings().lake_bucket)
        submit = submitter(Mover.ON_RAW_MANIFEST, context.aws_request_id)
        identity = {"manifest": str(key), "etag": created.detail.object.etag}
        once(Mover.ON_RAW_MANIFEST, identity, context, lambda: submit.accept(key))

    return failures(event, answer_each(event, context, partial_failures(), answer))


def our_manifest_key(created: ObjectCreated, lake_bucket: str) -> RawManifestKey:
    """The raw manifest that the event announces; TerminalError where it is of another bucket or another kind."""
    bucket, key = created.detail.bucket.name, created.detail.object.key
    if bucket != lake_bucket:
        raise TerminalError(f"s3://{bucket}/{key} is not in our lake {lake_bucket}: who sends us its events?")
    return RawManifestKey.parse(key)
