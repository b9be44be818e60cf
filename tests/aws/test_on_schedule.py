"""on_schedule: what a lost event would have done is done, once, and one batch's trouble stops no other."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from gem.contracts.errors import TransientError
from gem.contracts.keys import Attempt, BatchId, RawManifestKey
from gem.contracts.manifest import Verdict
from gem.contracts.states import Mover, State
from gem.lease import Lease
from lambdas import clients, on_raw_manifest, on_schedule, on_step_failed
from tests.aws.aws_events import eventbridge, object_created, step_changed
from tests.aws.conftest import Aws, Functions, states, submitted
from tests.aws.warehouse_fake import FakeWarehouse

SEVEN, EIGHT = (BatchId("gem", seq) for seq in (7, 8))


@pytest.fixture(autouse=True)
def _warehouse(warehouse: FakeWarehouse) -> FakeWarehouse:
    return warehouse


def tick(functions: Functions) -> None:
    assert functions.deliver(on_schedule.handler, "gem-schedule", eventbridge("scheduled")) == []


def submit(aws: Aws, functions: Functions, batch_id: BatchId) -> None:
    aws.put_raw(batch_id)
    event = object_created(str(RawManifestKey(batch_id)))
    assert functions.deliver(on_raw_manifest.handler, "gem-raw-manifest", event) == []


def step_names(aws: Aws) -> list[str]:
    return [step["Name"] for step in aws.steps()]


def test_an_empty_account_needs_nothing(aws: Aws, functions: Functions) -> None:
    tick(functions)
    assert aws.steps() == []


def test_the_event_as_aws_sends_it_is_understood(aws: Aws, functions: Functions) -> None:
    event = json.loads(functions.fixture("on_schedule"))
    assert on_schedule.handler(event, functions.context()) == {"batchItemFailures": []}


def test_a_manifest_whose_event_was_lost_is_submitted_once(aws: Aws, functions: Functions) -> None:
    aws.put_raw(SEVEN)
    aws.put_raw(BatchId("other_source", 1))
    aws.put("raw/gem/gem-0000000008/contract/part-00000.parquet", b"no manifest yet")
    aws.put("raw/gem/scratch/notes.txt", b"no batch")
    tick(functions)
    tick(functions)
    assert sorted(step_names(aws)) == ["gem/gem-0000000007/1", "gem/other_source-0000000001/1"]
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert {move.by for move in record.history} == {Mover.ON_SCHEDULE}
    assert states(aws, EIGHT) == [None]


def test_steps_are_named_after_the_cluster_so_that_another_stage_does_not_hear_of_them(
    aws: Aws, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEM_CLUSTER_NAME", "gem-dev")
    aws.put_raw(SEVEN)
    tick(functions)
    [cluster] = aws.client("emr").list_clusters()["Clusters"]
    [step] = aws.client("emr").list_steps(ClusterId=cluster["Id"])["Steps"]
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert (cluster["Name"], step["Name"], record.step_name) == (
        "gem-dev/current",
        *["gem-dev/gem-0000000007/1"] * 2,
    )


def test_nothing_is_touched_before_it_is_stale(aws: Aws, functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEM_STALE_SECONDS", "600")
    aws.put_raw(SEVEN)
    aws.ledger.create(EIGHT, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    tick(functions)
    assert aws.steps() == []
    assert states(aws, SEVEN, EIGHT) == [None, State.EXTRACTED]


def test_a_bad_manifest_fails_its_batch_and_not_the_others(aws: Aws, functions: Functions) -> None:
    aws.put(str(RawManifestKey(SEVEN)), b"{}")
    aws.put_raw(EIGHT)
    tick(functions)
    assert states(aws, SEVEN, EIGHT) == [State.FAILED, State.SUBMITTED]


def test_a_batch_left_extracted_is_submitted(aws: Aws, functions: Functions) -> None:
    aws.put_raw(SEVEN)
    aws.ledger.create(SEVEN, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    tick(functions)
    assert step_names(aws) == ["gem/gem-0000000007/1"]
    assert states(aws, SEVEN) == [State.SUBMITTED]


@pytest.mark.parametrize(
    ("step_state", "verdict", "state"),
    [
        ("COMPLETED", Verdict.PASSED, State.LOADED),
        ("COMPLETED", Verdict.QUARANTINED, State.QUARANTINED),
        ("COMPLETED", None, State.FAILED),
        ("RUNNING", None, State.SUBMITTED),
        ("PENDING", None, State.SUBMITTED),
    ],
)
def test_a_step_whose_event_was_lost_is_followed(
    aws: Aws, functions: Functions, step_state: str, verdict: Verdict | None, state: State
) -> None:
    submit(aws, functions, SEVEN)
    aws.set_step_state("gem/gem-0000000007/1", step_state)
    if verdict:
        aws.put_curated(Attempt(SEVEN, 1), verdict)
    tick(functions)
    assert states(aws, SEVEN) == [state]


def test_a_step_that_vanished_is_submitted_again_until_the_attempts_are_used_up(aws: Aws, functions: Functions) -> None:
    submit(aws, functions, SEVEN)
    seen = []
    for _ in range(3):
        aws.forget_steps()
        tick(functions)
        seen.append((states(aws, SEVEN), step_names(aws)))
    assert seen == [
        ([State.SUBMITTED], ["gem/gem-0000000007/2"]),
        ([State.SUBMITTED], ["gem/gem-0000000007/3"]),
        ([State.FAILED], []),
    ]
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert re.match(r"gem/gem-0000000007/3: step UNKNOWN: cluster j-\w+ knows no such step; ", record.error)
    assert "3 of 3 attempts are used" in record.error


@pytest.mark.parametrize("step_state", ["FAILED", "CANCELLED", "INTERRUPTED"])
def test_a_step_that_ended_without_a_verdict_is_submitted_again_until_the_attempts_are_used_up(
    aws: Aws, functions: Functions, step_state: str
) -> None:
    submit(aws, functions, SEVEN)
    for attempt in (1, 2, 3):
        aws.set_step_state(f"gem/gem-0000000007/{attempt}", step_state)
        tick(functions)
    assert sorted(step_names(aws)) == [f"gem/gem-0000000007/{attempt}" for attempt in (1, 2, 3)]
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert (record.state, record.attempt) == (State.FAILED, 3)
    assert f"step {step_state}: " in record.error


def test_a_batch_that_its_failed_step_gave_back_is_submitted_as_the_next_attempt(
    aws: Aws, functions: Functions
) -> None:
    submit(aws, functions, SEVEN)
    aws.set_step_state("gem/gem-0000000007/1", "FAILED")
    event = step_changed(Attempt(SEVEN, 1), "FAILED")
    assert functions.deliver(on_step_failed.handler, "gem-step-failed", event) == []
    assert states(aws, SEVEN) == [State.EXTRACTED]
    tick(functions)
    tick(functions)
    assert sorted(step_names(aws)) == ["gem/gem-0000000007/1", "gem/gem-0000000007/2"]
    assert states(aws, SEVEN) == [State.SUBMITTED]


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(Verdict.PASSED, State.LOADED), (Verdict.QUARANTINED, State.QUARANTINED), (Verdict.FAILED, State.FAILED)],
)
def test_a_step_that_vanished_after_its_verdict_is_not_run_again(
    aws: Aws, functions: Functions, verdict: Verdict, state: State
) -> None:
    submit(aws, functions, SEVEN)
    aws.put_curated(Attempt(SEVEN, 1), verdict)
    aws.forget_steps()
    tick(functions)
    assert states(aws, SEVEN) == [state]
    assert step_names(aws) == []


def test_a_late_verdict_of_a_replaced_attempt_is_ignored(aws: Aws, functions: Functions) -> None:
    submit(aws, functions, SEVEN)
    aws.forget_steps()
    tick(functions)
    aws.put_curated(Attempt(SEVEN, 1), Verdict.FAILED)
    aws.set_step_state("gem/gem-0000000007/2", "RUNNING")
    tick(functions)
    assert states(aws, SEVEN) == [State.SUBMITTED]


def test_a_batch_left_curated_is_loaded(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
    for batch in (EIGHT, SEVEN):
        aws.put_curated(submitted(aws, batch))
        with aws.ledger.lease(batch, "test") as held:
            aws.ledger.move(held, State.CURATED, Mover.ON_STEP_FAILED)
    tick(functions)
    assert warehouse.transactions == [[str(SEVEN), str(EIGHT)]]
    assert states(aws, SEVEN, EIGHT) == [State.LOADED, State.LOADED]


def test_trouble_with_the_warehouse_does_not_stop_submission(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    aws.put_curated(submitted(aws, SEVEN))
    with aws.ledger.lease(SEVEN, "test") as held:
        aws.ledger.move(held, State.CURATED, Mover.ON_STEP_COMPLETED)
    warehouse.errors[str(SEVEN)] = TransientError("warehouse: connection refused")
    aws.put_raw(EIGHT)
    tick(functions)
    assert states(aws, SEVEN, EIGHT) == [State.CURATED, State.SUBMITTED]


def test_a_batch_that_another_holds_is_left_to_it(aws: Aws, functions: Functions) -> None:
    for batch in (SEVEN, EIGHT):
        aws.put_raw(batch)
        aws.ledger.create(batch, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    aws.ledger.claim(SEVEN, "on_raw_manifest")
    tick(functions)
    assert states(aws, SEVEN, EIGHT) == [State.EXTRACTED, State.SUBMITTED]


def test_a_cluster_is_launched_by_one_at_a_time(aws: Aws, functions: Functions) -> None:
    aws.put_raw(SEVEN)
    launch = Lease(aws.table, clients.LAUNCH_LEASE, 60)
    claim = launch.claim("another submitter")
    tick(functions)
    assert aws.client("emr").list_clusters()["Clusters"] == []
    launch.release(claim)
    tick(functions)
    assert [cluster["Name"] for cluster in aws.client("emr").list_clusters()["Clusters"]] == ["gem/current"]


def test_the_search_for_manifests_begins_behind_what_has_long_been_known(aws: Aws, functions: Functions) -> None:
    old = datetime.now(UTC) - timedelta(days=8)
    for batch in (SEVEN, EIGHT):
        aws.put_raw(batch)
    tick(functions)
    aws.table.update_item(
        Key={"batch_id": str(SEVEN)},
        UpdateExpression="set created_at = :old",
        ExpressionAttributeValues={":old": old.isoformat()},
    )
    tick(functions)
    assert aws.ledger.reconciled_seq("gem") == 7
    # Forgotten by the ledger, one is found again and the other is not looked for.
    for batch in (SEVEN, EIGHT):
        aws.table.delete_item(Key={"batch_id": str(batch)})
    tick(functions)
    assert states(aws, SEVEN, EIGHT) == [None, State.SUBMITTED]


def test_events_that_come_after_the_reconciler_change_nothing(aws: Aws, functions: Functions) -> None:
    aws.put_raw(SEVEN)
    tick(functions)
    before = aws.ledger.get(SEVEN)
    event = object_created(str(RawManifestKey(SEVEN)))
    assert functions.deliver(on_raw_manifest.handler, "gem-raw-manifest", event) == []
    assert aws.ledger.get(SEVEN) == before
    assert len(aws.steps()) == 1
