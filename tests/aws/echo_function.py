"""Does what its messages say and writes down what it saw; imported by the local Lambda runtime alone."""

import json
import os
import signal
import sys
import time
from pathlib import Path


def handler(event, context):
    seen = [json.loads(record["body"]) for record in event["Records"]]
    with Path(os.environ["SEEN"]).open("a") as file:
        for record, body in zip(event["Records"], seen, strict=True):
            file.write(json.dumps({**body, "times": int(record["attributes"]["ApproximateReceiveCount"])}) + "\n")
    if any(body.get("do") == "be killed once" for body in seen) and times(event) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if any(body.get("do") == "raise" for body in seen):
        raise ValueError("told to raise")
    failed = [
        {"itemIdentifier": record["messageId"]}
        for record, body in zip(event["Records"], seen, strict=True)
        if body.get("do") == "fail"
    ]
    return {"batchItemFailures": failed}


def times(event):
    return min(int(record["attributes"]["ApproximateReceiveCount"]) for record in event["Records"])


def describe(event, context):
    return {
        "environment": dict(os.environ),
        "remaining_ms": context.get_remaining_time_in_millis(),
        "function_name": context.function_name,
        "arn": context.invoked_function_arn,
        "request_id": context.aws_request_id,
        "event": event,
    }


def obey(event, context):
    if event == "sleep":
        time.sleep(60)
    if event == "exit":
        sys.exit(3)
    if event == "die":
        os._exit(1)
    if event == "raise":
        raise LookupError("nothing here")
    if event == "print":
        print("a line of log")
    return os.getpid()


def cannot_answer(event, context):
    return object()
