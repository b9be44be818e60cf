"""What SAM is given to invoke the functions by hand is what the template deploys and what its rules let through."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from local_aws.aws_server import AwsServer
from local_aws.deployed import Deployment, QueueMapping
from local_aws.deployment import deploy
from local_aws.errors import LocalCloudError
from local_aws.parts import LOCAL_PARAMETERS, TEMPLATE
from local_aws.sam_local import COMMITTED, as_text, invoke_variables, taken_event, usual_endpoint
from tests.aws.aws_events import REPOSITORY

EVENTS = REPOSITORY / "events"
ON_A_CLOCK = "OnScheduleFunction"


@pytest.fixture(scope="module")
def deployed() -> Iterator[tuple[AwsServer, Deployment]]:
    with AwsServer() as aws:
        yield aws, deploy(aws, TEMPLATE, LOCAL_PARAMETERS)


def committed_event(mapping: QueueMapping) -> dict[str, Any]:
    """events/on_x.json of the function whose handler is lambdas.on_x.handler."""
    event: dict[str, Any] = json.loads((EVENTS / f"{mapping.function.handler.split('.')[1]}.json").read_text())
    return event


def test_the_committed_variables_are_those_of_the_template(deployed: tuple[AwsServer, Deployment]) -> None:
    _, deployment = deployed
    fresh = as_text(invoke_variables(deployment, usual_endpoint()))
    assert (REPOSITORY / COMMITTED).read_text() == fresh, "run `python -m local_aws.sam_local` and commit the result"


def test_every_function_has_its_event_from_its_own_queue(deployed: tuple[AwsServer, Deployment]) -> None:
    _, deployment = deployed
    assert {each.function.logical_id for each in deployment.mappings} == deployment.functions.keys()
    assert len(list(EVENTS.glob("*.json"))) == len(deployment.mappings)
    for mapping in deployment.mappings:
        [record] = committed_event(mapping)["Records"]
        assert record["eventSourceARN"] == mapping.queue_arn
        assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()
        assert ("MessageGroupId" in record["attributes"]) == mapping.queue_arn.endswith(".fifo")


def test_every_event_comes_through_its_rule_to_its_function(deployed: tuple[AwsServer, Deployment]) -> None:
    aws, deployment = deployed
    for mapping in deployment.mappings:
        if mapping.function.logical_id == ON_A_CLOCK:
            continue
        sent = json.loads(committed_event(mapping)["Records"][0]["body"])
        entry = {"Source": sent["source"], "DetailType": sent["detail-type"], "Detail": json.dumps(sent["detail"])}
        aws.client("events").put_events(Entries=[entry])
        [record] = taken_event(aws, deployment, mapping.function.logical_id, wait_seconds=10)["Records"]
        assert json.loads(record["body"])["detail"] == sent["detail"]
        assert record.keys() == committed_event(mapping)["Records"][0].keys()
        with pytest.raises(LocalCloudError, match="no message came to"):
            taken_event(aws, deployment, mapping.function.logical_id, wait_seconds=0)


def test_a_function_that_no_queue_leads_to_is_named(deployed: tuple[AwsServer, Deployment]) -> None:
    with pytest.raises(LocalCloudError, match="no queue leads to 'OnFriday'; there are OnRawManifestFunction"):
        taken_event(*deployed, "OnFriday", wait_seconds=0)
