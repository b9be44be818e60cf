"""A batch that meets a publish hold waits as CURATED; its event is answered, and the reconciler loads it later."""

from gem.contracts.errors import PublishHeldError
from gem.contracts.keys import BatchId
from gem.contracts.states import State
from lambdas import on_schedule, on_step_completed
from tests.aws.aws_events import step_changed
from tests.aws.conftest import Aws, Functions, states, submitted
from tests.aws.warehouse_fake import FakeWarehouse

SEVEN = BatchId("gem", 7)


def test_the_event_is_answered_and_the_schedule_loads_it_when_the_hold_is_over(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt)
    warehouse.errors["gem-0000000007"] = PublishHeldError("power-bi holds publishing")
    body = step_changed(attempt, "COMPLETED")
    assert functions.deliver(on_step_completed.handler, "gem-step-completed.fifo", body) == []
    assert states(aws, SEVEN) == [State.CURATED]

    warehouse.errors.clear()
    functions.deliver(on_schedule.handler, "gem-schedule", {"time": "2026-04-01T03:30:00Z"})
    assert states(aws, SEVEN) == [State.LOADED]
