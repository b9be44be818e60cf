"""What `sam local invoke` is given of a local cloud: variables of its functions, and the messages that wait for them.

sam sets only variables that stand in template.yaml, and takes `!Ref` of a resource for its logical id; so each of them
is overridden. The committed env.local.json is of a cloud on the usual ports: `python -m local_aws.sam_local` writes it.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.aws_endpoint import AwsEndpoint
from local_aws.deployed import Deployment, QueueMapping
from local_aws.dispatcher import SQS_MAX_BATCH, sqs_event
from local_aws.errors import LocalCloudError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL"
COMMITTED = "env.local.json"
POLL_SECONDS = 0.5


def invoke_variables(deployment: Deployment, endpoint_url: str) -> dict[str, dict[str, str]]:
    """What `--env-vars` takes: by function, its variables, and where AWS answers. It holds no secret."""
    return {
        name: {**function.environment, ENDPOINT_VARIABLE: endpoint_url}
        for name, function in sorted(deployment.functions.items())
    }


def as_text(variables: Mapping[str, Mapping[str, str]]) -> str:
    """The file of it."""
    return json.dumps(variables, indent=2, sort_keys=True) + "\n"


def taken_event(aws: AwsEndpoint, deployment: Deployment, function: str, wait_seconds: float) -> dict[str, Any]:
    """The event that Lambda would call the function with now; its messages are taken from the queue, once for all.

    Waits for a first message. LocalCloudError where none comes, or where no queue leads to the function.
    """
    mapping = next((each for each in deployment.mappings if each.function.logical_id == function), None)
    if mapping is None:
        known = sorted(each.function.logical_id for each in deployment.mappings)
        raise LocalCloudError(f"no queue leads to {function!r}; there are {', '.join(known)}")
    deadline = time.monotonic() + wait_seconds
    while not (messages := _taken(aws, mapping)):
        if time.monotonic() > deadline:
            raise LocalCloudError(f"no message came to {mapping.queue_arn} within {wait_seconds:g} s")
        time.sleep(POLL_SECONDS)
    return sqs_event(mapping.queue_arn, messages)


def _taken(aws: AwsEndpoint, mapping: QueueMapping) -> list[Any]:
    client: SQSClient = aws.client("sqs")
    messages = client.receive_message(
        QueueUrl=mapping.queue_url,
        MaxNumberOfMessages=min(mapping.batch_size, SQS_MAX_BATCH),
        MessageSystemAttributeNames=["All"],
    ).get("Messages", [])
    for message in messages:
        client.delete_message(QueueUrl=mapping.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return list(messages)


def main() -> None:
    """Write the committed file anew, of a cloud that `gem up` makes with nothing said and every port free."""
    from local_aws.aws_server import AwsServer  # noqa: PLC0415  (who only reads variables need not wait for moto)
    from local_aws.deployment import deploy  # noqa: PLC0415
    from local_aws.parts import LOCAL_PARAMETERS, TEMPLATE  # noqa: PLC0415

    with AwsServer() as aws:
        Path(COMMITTED).write_text(as_text(invoke_variables(deploy(aws, TEMPLATE, LOCAL_PARAMETERS), usual_endpoint())))


def usual_endpoint() -> str:
    """Where AWS answers in a cloud whose ports were all free."""
    from local_aws.postgres import HOST  # noqa: PLC0415
    from local_aws.up.ports import PREFERRED  # noqa: PLC0415

    return f"http://{HOST}:{PREFERRED['aws']}"


if __name__ == "__main__":
    main()
