"""With `Sink: redshift` the step's own driver loads the batch, with the code that the Lambda loads it with."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gem.contracts.keys import Attempt, BatchId
from gem.contracts.states import State
from local_aws.cloud import LocalCloud
from tests.story.stage import TIMEOUT_SECONDS, Stage, fill_with_generated_contracts
from tests.story.truth import SAME

pytestmark = pytest.mark.slow

STEP_NAME = Attempt(BatchId("gem", 1), 1).step_name


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A cloud that never hears of a completed step: whatever is loaded, no Lambda was told to load it."""
    parameters = {"Sink": "redshift", "StaleSeconds": "0", "ReconcileSchedule": "rate(1 day)"}
    with LocalCloud(tmp_path_factory.mktemp("cloud"), parameters=parameters, drop={"StepCompletedRule"}) as cloud:
        fill_with_generated_contracts(cloud)
        yield Stage(cloud)


@pytest.fixture(scope="module")
def step_output(stage: Stage) -> str:
    stage.extract()
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while stage.cloud.steps.step_states.get(STEP_NAME) != "COMPLETED":
        assert time.monotonic() < deadline, stage.cloud.steps.step_states
        time.sleep(0.2)
    [log_dir] = (Path(stage.cloud.steps.log_dir("x")).parent).iterdir()
    return (log_dir / "stdout").read_text()


def test_the_driver_loads_the_batch_before_its_event(stage: Stage, step_output: str) -> None:
    assert '"load": "loaded"' in step_output
    for name, (on_source, in_warehouse) in SAME.items():
        assert stage.warehouse(in_warehouse) == stage.source(on_source), name
    assert stage.cloud.ledger.get(BatchId("gem", 1)).state is State.SUBMITTED  # type: ignore[union-attr]  # it is there


def test_the_step_has_the_right_to_the_secret_and_misses_none(stage: Stage, step_output: str) -> None:
    guard = stage.cloud.aws.guard
    assert dict(guard.refused) == {}
    assert "secretsmanager:GetSecretValue" in {grant.action for name, grant in guard.used if name == "EmrInstanceRole"}


def test_the_lambda_finds_it_loaded_and_only_moves_the_ledger(stage: Stage, step_output: str) -> None:
    marks = stage.write_loaded_marks()
    stage.cloud.tick()
    stage.cloud.wait_for("gem-0000000001", State.LOADED, TIMEOUT_SECONDS)
    assert stage.write_loaded_marks() == marks
    assert stage.warehouse("select batch_id, attempt from ops.load_log") == [("gem-0000000001", 1)]
