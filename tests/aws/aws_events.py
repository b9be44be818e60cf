"""Events in their real shapes, from events/, and the queue records that carry them to a function."""

import json
from pathlib import Path
from typing import Any

from gem.contracts.keys import Attempt, BatchId

REPOSITORY = Path(__file__).parents[2]
REGION = "ap-south-1"
ACCOUNT = "123456789012"
LAKE = f"gem-lake-{ACCOUNT}-{REGION}"
OF_THE_EVENTS = BatchId("gem", 1)
"""The batch of events/: a source's first, so that `sam local invoke` finds it in a cloud that has just come up."""


def sqs_record(queue: str, message_id: str, body: Any) -> dict[str, Any]:
    """A message as Lambda gets it."""
    return {
        "messageId": message_id,
        "receiptHandle": f"receipt of {message_id}",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1775014207000"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
        "awsRegion": REGION,
    }


def eventbridge(name: str) -> dict[str, Any]:
    """An event of events/eventbridge."""
    event: dict[str, Any] = json.loads((REPOSITORY / "events" / "eventbridge" / f"{name}.json").read_text())
    return event


def object_created(key: str, bucket: str = LAKE) -> dict[str, Any]:
    """S3's event for an object, in its real shape."""
    event = eventbridge("object_created")
    event["detail"]["bucket"]["name"] = bucket
    event["detail"]["object"]["key"] = key
    return event


def step_changed(attempt: Attempt, state: str, message: str = "") -> dict[str, Any]:
    """EMR's event for a step, in its real shape."""
    event = eventbridge(f"step_{state.lower()}")
    event["detail"]["name"] = attempt.step_name
    event["detail"]["message"] = message or event["detail"]["message"]
    return event
