"""on_step_failed: a verdict settles the batch; without one it is tried again, and FAILED in the end with the reason."""

import json
from typing import Any

import pytest

from gem.contracts.keys import Attempt, BatchId
from gem.contracts.manifest import Verdict
from gem.contracts.states import Mover, State
from gem.ledger import BatchRecord, Facts
from lambdas import on_step_failed
from tests.aws.aws_events import OF_THE_EVENTS, step_changed
from tests.aws.conftest import Aws, Functions, states, submitted

BATCH = BatchId("gem", 7)


def deliver(functions: Functions, *bodies: Any) -> list[int]:
    return functions.deliver(on_step_failed.handler, "gem-step-failed", *bodies)


def record_of(aws: Aws) -> BatchRecord:
    record = aws.ledger.get(BATCH)
    assert record is not None
    return record


def submit_next(aws: Aws) -> Attempt:
    """The reconciler's part: the batch that was given back is submitted as its next attempt."""
    with aws.ledger.lease(BATCH, "test") as held:
        attempt = Attempt(BATCH, held.attempt + 1)
        facts = Facts(attempt=attempt.number, step_name=attempt.step_name, step_id=f"s-{attempt.number}")
        aws.ledger.move(held, State.SUBMITTED, Mover.ON_SCHEDULE, **facts)
    return attempt


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_without_a_manifest_the_batch_is_given_back_with_emrs_message(
    aws: Aws, functions: Functions, state: str
) -> None:
    attempt = submitted(aws, BATCH)
    assert deliver(functions, step_changed(attempt, state, "Reason: Unknown Error.")) == []
    record = record_of(aws)
    assert (record.state, record.attempt) == (State.EXTRACTED, 1)
    assert record.error == f"gem/gem-0000000007/1: step {state}: Reason: Unknown Error."
    assert record.history[-1].by is Mover.ON_STEP_FAILED


def test_the_last_of_its_attempts_fails_the_batch_and_a_persons_redrive_gives_it_new_ones(
    aws: Aws, functions: Functions
) -> None:
    attempt = submitted(aws, BATCH)
    for _ in range(2):
        deliver(functions, step_changed(attempt, "FAILED", "Out of memory."))
        attempt = submit_next(aws)
    deliver(functions, step_changed(attempt, "FAILED", "Out of memory."))
    record = record_of(aws)
    assert record.state is State.FAILED
    assert record.error == (
        "gem/gem-0000000007/3: step FAILED: Out of memory.; 3 of 3 attempts are used: look at the step's logs"
    )
    with aws.ledger.lease(BATCH, "test") as held:
        aws.ledger.move(held, State.EXTRACTED, Mover.OPERATOR)
    deliver(functions, step_changed(submit_next(aws), "CANCELLED"))
    assert (record_of(aws).state, record_of(aws).attempt) == (State.EXTRACTED, 4)


def test_a_cluster_that_dies_with_many_steps_fails_none_of_their_batches(aws: Aws, functions: Functions) -> None:
    batches = [BatchId("gem", seq) for seq in range(1, 6)]
    cancelled = [step_changed(submitted(aws, batch), "CANCELLED", "Cluster terminated") for batch in batches]
    assert deliver(functions, *cancelled) == []
    assert states(aws, *batches) == [State.EXTRACTED] * len(batches)


def test_the_event_as_aws_sends_it_is_understood(aws: Aws, functions: Functions) -> None:
    submitted(aws, OF_THE_EVENTS)
    event = json.loads(functions.fixture("on_step_failed"))
    assert on_step_failed.handler(event, functions.context()) == {"batchItemFailures": []}
    assert states(aws, OF_THE_EVENTS) == [State.EXTRACTED]


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


def test_an_event_delivered_again_changes_nothing_before_the_next_attempt_or_after(
    aws: Aws, functions: Functions
) -> None:
    attempt = submitted(aws, BATCH)
    again = [step_changed(attempt, "FAILED"), step_changed(attempt, "CANCELLED")]
    deliver(functions, again[0])
    given_back = record_of(aws).history
    functions.forget()
    assert deliver(functions, *again) == []
    assert record_of(aws).history == given_back
    submit_next(aws)
    tried_again = record_of(aws).history
    functions.forget()
    assert deliver(functions, *again) == []
    assert record_of(aws).history == tried_again


def test_a_step_of_a_batch_that_the_ledger_does_not_know_is_reported(aws: Aws, functions: Functions) -> None:
    attempt = submitted(aws, BATCH)
    stranger = step_changed(Attempt(BatchId("gem", 99), 1), "FAILED")
    assert deliver(functions, stranger, step_changed(attempt, "FAILED")) == [0]
    assert states(aws, BATCH) == [State.EXTRACTED]


def test_a_step_that_is_not_ours_is_refused(aws: Aws, functions: Functions) -> None:
    event = step_changed(submitted(aws, BATCH), "FAILED")
    event["detail"]["name"] = "gem/nightly-vacuum"
    assert deliver(functions, event) == [0]
    assert states(aws, BATCH) == [State.SUBMITTED]
