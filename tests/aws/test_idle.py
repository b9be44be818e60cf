"""on_schedule ends clusters that nobody needs, and no step is lost by it."""

from datetime import UTC, datetime, timedelta

import pytest

from gem.cluster import Cluster
from gem.contracts.errors import TransientError
from gem.contracts.keys import Attempt, BatchId, RawManifestKey
from gem.contracts.states import State
from lambdas import clients, on_raw_manifest, on_schedule
from tests.aws.aws_events import eventbridge, object_created
from tests.aws.conftest import Aws, Functions, moto_clusters, states
from tests.aws.warehouse_fake import FakeWarehouse

SEVEN, EIGHT = (BatchId("gem", seq) for seq in (7, 8))
LONG_AGO = timedelta(seconds=901)


@pytest.fixture(autouse=True)
def _warehouse(warehouse: FakeWarehouse) -> FakeWarehouse:
    return warehouse


def tick(functions: Functions) -> None:
    assert functions.deliver(on_schedule.handler, "gem-schedule", eventbridge("scheduled")) == []


def submit(aws: Aws, functions: Functions, batch_id: BatchId) -> None:
    aws.put_raw(batch_id)
    event = object_created(str(RawManifestKey(batch_id)))
    assert functions.deliver(on_raw_manifest.handler, "gem-raw-manifest", event) == []


def done(aws: Aws, ago: timedelta) -> None:
    """Every step has ended well and every cluster waits, since `ago`."""
    for cluster in moto_clusters():
        cluster.state = "WAITING"
        cluster.ready_datetime = (datetime.now(UTC) - 2 * LONG_AGO).replace(tzinfo=None)
        for step in cluster.steps:
            step.state, step.end_date_time = "COMPLETED", (datetime.now(UTC) - ago).replace(tzinfo=None)
    for batch in (SEVEN, EIGHT):
        if states(aws, batch) != [None]:
            aws.put_curated(Attempt(batch, 1))


def cluster_states() -> list[str]:
    return [cluster.state for cluster in moto_clusters()]


def test_a_cluster_that_waits_too_long_is_ended_and_the_next_batch_starts_another(
    aws: Aws, functions: Functions
) -> None:
    submit(aws, functions, SEVEN)
    done(aws, LONG_AGO)
    tick(functions)
    assert states(aws, SEVEN) == [State.LOADED]
    assert cluster_states() == ["TERMINATED"]
    submit(aws, functions, EIGHT)
    tick(functions)
    assert sorted(cluster_states()) == ["RUNNING", "TERMINATED"]


def test_the_time_is_counted_from_the_last_step(aws: Aws, functions: Functions) -> None:
    submit(aws, functions, SEVEN)
    done(aws, LONG_AGO - timedelta(seconds=60))
    tick(functions)
    assert cluster_states() == ["WAITING"]


@pytest.mark.parametrize("step_state", ["PENDING", "RUNNING", "CANCEL_PENDING"])
def test_a_cluster_with_an_active_step_of_anybody_is_left(aws: Aws, functions: Functions, step_state: str) -> None:
    submit(aws, functions, SEVEN)
    aws.fill_cluster(1)
    done(aws, LONG_AGO)
    aws.set_step_state("other-0", step_state)
    tick(functions)
    assert cluster_states() == ["WAITING"]


def test_a_cluster_of_another_stack_or_of_none_is_left(aws: Aws, functions: Functions) -> None:
    submit(aws, functions, SEVEN)
    done(aws, LONG_AGO)
    for name in ("gem-dev/current", "gem2", "somebody"):
        [cluster] = moto_clusters()
        cluster.name = name
        tick(functions)
        assert cluster_states() == ["WAITING"]


def test_a_cluster_of_an_older_release_is_left_its_steps_and_then_ended(
    aws: Aws, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(aws, functions, SEVEN)
    monkeypatch.setenv("GEM_ARTIFACT_PREFIX", "next")
    clients.submit_settings.cache_clear()
    clients.cluster.cache_clear()
    submit(aws, functions, EIGHT)
    old, new = sorted(moto_clusters(), key=lambda cluster: cluster.name)
    assert [[step.name for step in cluster.steps] for cluster in (old, new)] == [
        ["gem/gem-0000000007/1"],
        ["gem/gem-0000000008/1"],
    ]
    tick(functions)
    assert cluster_states() == ["RUNNING", "RUNNING"]
    done(aws, LONG_AGO)
    new.steps[0].state = "RUNNING"
    tick(functions)
    assert (old.state, new.state) == ("TERMINATED", "WAITING")


def test_a_cluster_that_may_not_be_ended_keeps_no_other_alive(
    aws: Aws, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(aws, functions, SEVEN)
    monkeypatch.setenv("GEM_ARTIFACT_PREFIX", "next")
    clients.submit_settings.cache_clear()
    clients.cluster.cache_clear()
    submit(aws, functions, EIGHT)
    done(aws, timedelta(0))
    tick(functions)
    done(aws, LONG_AGO)
    asked: list[str] = []
    end = Cluster.end

    def protected(self: Cluster, cluster_id: str) -> None:
        asked.append(cluster_id)
        if len(asked) == 1:
            raise TransientError("Could not shut down one or more job flows since they are termination protected.")
        end(self, cluster_id)

    monkeypatch.setattr(Cluster, "end", protected)
    assert clients.idle_clusters().end() == 1
    assert sorted(cluster_states()) == ["TERMINATED", "WAITING"]


def test_a_cluster_that_a_batch_of_the_ledger_names_is_left(aws: Aws, functions: Functions) -> None:
    """Its submitter has put down where the step will run, and stands before the call that adds it."""
    submit(aws, functions, SEVEN)
    done(aws, LONG_AGO)
    with aws.ledger.lease(SEVEN, "on_raw_manifest"):
        tick(functions)
    assert cluster_states() == ["WAITING"]


def test_a_step_for_a_cluster_that_is_just_ended_comes_again_and_goes_to_another(
    aws: Aws, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(aws, functions, SEVEN)
    done(aws, LONG_AGO)
    aws.put_raw(EIGHT)
    event = object_created(str(RawManifestKey(EIGHT)))

    def ended_meanwhile(self: Cluster, cluster_id: str, _attempt: Attempt) -> str:
        self.end(cluster_id)
        raise TransientError("A job flow that is shutting down, terminated, or finished may not be modified.")

    with monkeypatch.context() as patched:
        patched.setattr(Cluster, "submit", ended_meanwhile)
        assert functions.deliver(on_raw_manifest.handler, "gem-raw-manifest", event) == [0]
    assert functions.deliver(on_raw_manifest.handler, "gem-raw-manifest", event) == []
    record = aws.ledger.get(EIGHT)
    assert record is not None
    assert (record.state, record.attempt) == (State.SUBMITTED, 1)
    assert {cluster.id: cluster.state for cluster in moto_clusters()}[record.cluster_id] == "RUNNING"


def test_a_step_that_was_added_while_its_cluster_was_ended_runs_again_on_another(
    aws: Aws, functions: Functions
) -> None:
    submit(aws, functions, SEVEN)
    clients.cluster().end(moto_clusters()[0].id)
    aws.set_step_state("gem/gem-0000000007/1", "CANCELLED")
    tick(functions)
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert (record.state, record.step_name) == (State.SUBMITTED, "gem/gem-0000000007/2")
    assert {cluster.id: cluster.state for cluster in moto_clusters()}[record.cluster_id] == "RUNNING"
