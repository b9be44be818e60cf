"""A batch response is read as AWS Lambda reads it."""

from typing import Any

import pytest

from local_aws.dispatcher import reported_failures

IDS = {"a", "b"}


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]}, IDS),
        ({"batchItemFailures": [{"itemIdentifier": "of another batch"}]}, IDS),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, IDS),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, IDS),
        ({"batchItemFailures": [{"itemId": "a"}]}, IDS),
        ({"batchItemFailures": ["a"]}, IDS),
        ("done", IDS),
    ],
)
def test_failed_messages_of(answer: Any, failed: set[str]) -> None:
    assert reported_failures(answer, IDS) == failed
