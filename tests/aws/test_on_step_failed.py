"""on_step_failed: the batch is FAILED with the best reason there is."""

import json
from typing import Any

import pytest

from gem.contracts.keys import Attempt, BatchId
from gem.contracts.manifest import Verdict
from gem.contracts.states import Mover, State
from lambdas import on_step_failed
from tests.aws.aws_events import OF_THE_EVENTS, step_changed
from tests.aws.conftest import Aws, Functions, states, submitted

BATCH = BatchId("gem", 7)


def deliver(functions: Functions, *bodies: Any) -> list[int]:
    return functions.deliver(on_step_failed.handler, "gem-step-failed", *bodies)


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_without_a_manifest_the_reason_is_emrs_message(aws: Aws, functions: Functions, state: str) -> None:
    attempt = submitted(aws, BATCH)
    assert deliver(functions, step_changed(attempt, state, "Reason: Unknown Error.")) == []
    record = aws.ledger.get(BATCH)
    assert record is not None
    assert record.state is State.FAILED
    assert record.error == f"gem/gem-0000000007/1: step {state}: Reason: Unknown Error."
    assert record.history[-1].by is Mover.ON_STEP_FAILED


def test_the_event_as_aws_sends_it_is_understood(aws: Aws, functions: Functions) -> None:
    submitted(aws, OF_THE_EVENTS)
    event = json.loads(functions.fixture("on_step_failed"))
    assert on_step_failed.handler(event, functions.context()) == {"batchItemFailures": []}
    assert states(aws, OF_THE_EVENTS) == [State.FAILED]


def test_with_a_manifest_the_reason_is_what_spark_found(aws: Aws, functions: Functions) -> None:
    attempt = submitted(aws, BATCH)
    error = "part-00000.parquet of contract: SHA-256 differs"
    aws.put_curated(attempt, Verdict.FAILED, error)
    assert deliver(functions, step_changed(attempt, "FAILED")) == []
    record = aws.ledger.get(BATCH)
    assert record is not None
    assert (record.state, record.error) == (State.FAILED, error)


def test_a_step_that_ended_badly_after_its_manifest_has_done_its_work(aws: Aws, functions: Functions) -> None:
    attempt = submitted(aws, BATCH)
    aws.put_curated(attempt, Verdict.PASSED)
    assert deliver(functions, step_changed(attempt, "FAILED")) == []
    assert states(aws, BATCH) == [State.CURATED]


def test_an_event_delivered_again_changes_nothing(aws: Aws, functions: Functions) -> None:
    attempt = submitted(aws, BATCH)
    deliver(functions, step_changed(attempt, "FAILED"))
    before = aws.ledger.get(BATCH)
    functions.forget()
    assert deliver(functions, step_changed(attempt, "FAILED"), step_changed(attempt, "CANCELLED")) == []
    after = aws.ledger.get(BATCH)
    assert before is not None
    assert after is not None
    assert after.history == before.history


def test_a_step_of_a_batch_that_the_ledger_does_not_know_is_reported(aws: Aws, functions: Functions) -> None:
    attempt = submitted(aws, BATCH)
    stranger = step_changed(Attempt(BatchId("gem", 99), 1), "FAILED")
    assert deliver(functions, stranger, step_changed(attempt, "FAILED")) == [0]
    assert states(aws, BATCH) == [State.FAILED]


def test_a_step_that_is_not_ours_is_refused(aws: Aws, functions: Functions) -> None:
    event = step_changed(submitted(aws, BATCH), "FAILED")
    event["detail"]["name"] = "gem/nightly-vacuum"
    assert deliver(functions, event) == [0]
    assert states(aws, BATCH) == [State.SUBMITTED]
