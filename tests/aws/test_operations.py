"""What a person does to batches: every command against a real moto server, carried on by the real handlers."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gem.contracts.errors import IllegalMoveError, LeaseHeldError, TerminalError, TransientError
from gem.contracts.keys import Attempt, BatchId
from gem.contracts.manifest import Verdict
from gem.contracts.states import Mover, State
from gem.ledger import BatchRecord
from gem.operations import reports, stack
from gem.operations.messages import Messages
from gem.operations.moves import Operator
from gem.settings import OperatorSettings
from lambdas import on_raw_manifest, on_schedule, on_step_completed, on_step_failed
from tests.aws.aws_events import LAKE, step_changed
from tests.aws.conftest import Aws, Functions, submitted
from tests.aws.warehouse_fake import FakeWarehouse

SEVEN, EIGHT = (BatchId("gem", seq) for seq in (7, 8))
RAW, COMPLETED, SCHEDULE = "gem-raw-manifest", "gem-step-completed.fifo", "gem-schedule"
HANDLERS = {RAW: on_raw_manifest.handler, COMPLETED: on_step_completed.handler, SCHEDULE: on_schedule.handler}
ACCOUNT_NAME = "operator arn:aws:iam::123456789012:user/someone"


class Desk:
    """A person's desk: their commands, and what the functions do about the messages."""

    def __init__(self, aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
        self.aws, self.functions, self.warehouse = aws, functions, warehouse
        sqs = aws.client("sqs")
        urls = {}
        for name in HANDLERS:
            fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if name.endswith(".fifo") else {}
            urls[name] = sqs.create_queue(QueueName=name, Attributes=fifo)["QueueUrl"]
        settings = OperatorSettings(
            ledger_table="gem-ledger",
            lake_bucket=LAKE,
            raw_manifest_queue_url=urls[RAW],
            step_completed_queue_url=urls[COMPLETED],
            schedule_queue_url=urls[SCHEDULE],
        )
        self.operator = Operator(aws.client("s3"), aws.ledger, Messages(sqs, settings), LAKE, ACCOUNT_NAME)

    def deliver(self) -> dict[str, int]:
        """Hands every message to its function, until none is left; returns how many each queue had."""
        counts = dict.fromkeys(HANDLERS, 0)
        while received := {name: self.functions.poll(handler, name) for name, handler in HANDLERS.items()}:
            if not any(received.values()):
                return {name: count for name, count in counts.items() if count}
            counts = {name: counts[name] + received[name] for name in counts}
        return counts

    def deduplication_id(self) -> str:
        """Of the one message that asks for a load; moto forgets it when the message is deleted, SQS does not."""
        sqs = self.aws.client("sqs")
        url = sqs.get_queue_url(QueueName=COMPLETED)["QueueUrl"]
        answer = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, MessageSystemAttributeNames=["All"])
        [message] = answer["Messages"]
        return str(message["Attributes"]["MessageDeduplicationId"])

    def record(self, batch_id: BatchId = SEVEN) -> BatchRecord:
        record = self.aws.ledger.get(batch_id)
        assert record is not None
        return record

    def finish(self, attempt: Attempt, verdict: Verdict = Verdict.PASSED, error: str = "") -> None:
        """The attempt's step ends with that verdict, and its event arrives."""
        self.aws.put_curated(attempt, verdict, error)
        if verdict is Verdict.FAILED:
            event, handler = step_changed(attempt, "FAILED", error), on_step_failed.handler
        else:
            event, handler = step_changed(attempt, "COMPLETED"), on_step_completed.handler
        assert self.functions.deliver(handler, "gem-any", event) == []

    def loaded(self, batch_id: BatchId = SEVEN) -> None:
        self.aws.put_raw(batch_id)
        self.finish(submitted(self.aws, batch_id))
        assert self.record(batch_id).state is State.LOADED

    def failed(self, error: str = "column total_value is gone") -> None:
        self.aws.put_raw(SEVEN)
        self.finish(submitted(self.aws, SEVEN), Verdict.FAILED, error)
        assert self.record().state is State.FAILED

    def quarantined(self, error: str = "too many rejects in seller") -> None:
        self.aws.put_raw(SEVEN)
        self.finish(submitted(self.aws, SEVEN), Verdict.QUARANTINED, error)
        assert self.record().state is State.QUARANTINED


@pytest.fixture
def desk(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> Desk:
    return Desk(aws, functions, warehouse)


def test_a_failed_batch_is_redriven_as_a_new_attempt_and_its_error_stays_in_the_history(desk: Desk) -> None:
    desk.failed()
    done = desk.operator.redrive(str(SEVEN))
    assert (done.before, done.after) == (State.FAILED, State.EXTRACTED)
    assert desk.deliver() == {RAW: 1}
    record = desk.record()
    assert (record.state, record.attempt, record.error) == (State.SUBMITTED, 2, "")
    assert [step["Name"] for step in desk.aws.steps()] == ["gem/gem-0000000007/2"]
    stopped, by_hand = record.history[2:4]
    assert "total_value" in stopped.note
    assert (by_hand.by, by_hand.note) == (Mover.OPERATOR, f"{ACCOUNT_NAME}: redrive")


def test_a_batch_that_failed_before_any_attempt_is_redriven_too(desk: Desk) -> None:
    desk.aws.ledger.create(SEVEN, State.FAILED, Mover.ON_RAW_MANIFEST, error="part is missing")
    desk.aws.put_raw(SEVEN)
    desk.operator.redrive(str(SEVEN))
    desk.deliver()
    assert (desk.record().state, desk.record().attempt) == (State.SUBMITTED, 1)


def test_an_extracted_batch_whose_event_was_lost_is_submitted_at_once_however_often_that_is_asked(desk: Desk) -> None:
    desk.aws.put_raw(SEVEN)
    desk.aws.ledger.create(SEVEN, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    for _ in range(3):
        desk.operator.redrive(str(SEVEN))
    assert desk.deliver()[RAW] == 3
    assert [step["Name"] for step in desk.aws.steps()] == ["gem/gem-0000000007/1"]


def test_redrives_of_one_batch_are_not_taken_for_one_event(desk: Desk) -> None:
    """The handlers remember events for sixteen days; a second failure must not be forgotten because of the first."""
    desk.failed()
    desk.operator.redrive(str(SEVEN))
    desk.deliver()
    desk.finish(Attempt(SEVEN, 2), Verdict.FAILED, "again")
    desk.operator.redrive(str(SEVEN))
    desk.deliver()
    assert (desk.record().state, desk.record().attempt) == (State.SUBMITTED, 3)


def test_a_submitted_batch_whose_step_event_was_lost_is_settled_by_the_reconciler(desk: Desk) -> None:
    desk.aws.put_raw(SEVEN)
    desk.aws.ledger.create(SEVEN, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    desk.operator.redrive(str(SEVEN))
    desk.deliver()
    desk.aws.put_curated(Attempt(SEVEN, 1))
    desk.aws.set_step_state("gem/gem-0000000007/1", "COMPLETED")
    done = desk.operator.redrive(str(SEVEN))
    assert done.before is State.SUBMITTED
    assert desk.deliver() == {SCHEDULE: 1}
    assert desk.record().state is State.LOADED


def test_everything_on_its_way_is_pushed_and_nothing_that_has_ended(desk: Desk) -> None:
    desk.failed()
    desk.aws.put_raw(EIGHT)
    desk.aws.ledger.create(EIGHT, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    assert [done.batch_id for done in desk.operator.redrive_all()] == [str(EIGHT)]
    desk.deliver()
    assert (desk.record(EIGHT).state, desk.record(SEVEN).state) == (State.SUBMITTED, State.FAILED)


def test_a_loaded_batch_is_curated_again_as_a_new_attempt(desk: Desk) -> None:
    desk.loaded()
    desk.operator.replay(str(SEVEN), recurate=True)
    desk.deliver()
    assert (desk.record().state, desk.record().attempt) == (State.SUBMITTED, 2)
    desk.finish(Attempt(SEVEN, 2))
    assert desk.record().state is State.LOADED
    assert len(desk.warehouse.transactions) == 2


def test_a_batch_that_outlasts_every_load_is_curated_again_for_its_step_to_load(desk: Desk) -> None:
    desk.warehouse.errors[str(SEVEN)] = TransientError("warehouse, copy: canceling statement due to statement timeout")
    desk.aws.put_raw(SEVEN)
    attempt = submitted(desk.aws, SEVEN)
    desk.aws.put_curated(attempt)
    assert desk.functions.deliver(on_step_completed.handler, COMPLETED, step_changed(attempt, "COMPLETED")) == [0]
    with pytest.raises(TerminalError, match="is CURATED; replay is for FAILED, LOADED, QUARANTINED: gem redrive"):
        desk.operator.replay(str(SEVEN), recurate=False)
    done = desk.operator.replay(str(SEVEN), recurate=True)
    assert (done.before, done.after) == (State.CURATED, State.EXTRACTED)
    assert desk.deliver() == {RAW: 1}
    assert (desk.record().state, desk.record().attempt) == (State.SUBMITTED, 2)
    desk.warehouse.errors.clear()  # as a batch is found that its step has loaded
    desk.finish(Attempt(SEVEN, 2))
    assert (desk.record().state, desk.record().attempt) == (State.LOADED, 2)


def test_a_load_that_ends_after_its_batch_was_taken_back_is_kept_and_moves_nothing(desk: Desk) -> None:
    desk.aws.put_raw(SEVEN)
    desk.warehouse.before_load = lambda: desk.operator.replay(str(SEVEN), recurate=True)
    desk.finish(submitted(desk.aws, SEVEN))
    record = desk.record()
    assert (record.state, record.attempt, record.loaded_rows) == (State.EXTRACTED, 1, {})
    desk.warehouse.before_load = lambda: None
    desk.deliver()
    desk.finish(Attempt(SEVEN, 2))
    assert (desk.record().state, desk.record().attempt) == (State.LOADED, 2)
    assert desk.warehouse.transactions == [[str(SEVEN)]] * 2


def test_without_recurate_the_newest_attempt_is_loaded_again(desk: Desk) -> None:
    desk.loaded()
    desk.operator.replay(str(SEVEN), recurate=False)
    assert desk.record().state is State.CURATED
    assert desk.deliver() == {COMPLETED: 1}
    assert (desk.record().state, desk.record().attempt) == (State.LOADED, 1)
    assert desk.warehouse.transactions == [[str(SEVEN)], [str(SEVEN)]]


def test_a_batch_that_the_audit_refused_is_loaded_again_once_the_cause_is_mended(desk: Desk) -> None:
    desk.warehouse.quarantined[str(SEVEN)] = "table dim_seller: orphans"
    desk.aws.put_raw(SEVEN)
    desk.finish(submitted(desk.aws, SEVEN))
    assert desk.record().state is State.QUARANTINED
    with pytest.raises(TerminalError, match=r"by the load: table dim_seller: orphans.*gem replay"):
        desk.operator.release(str(SEVEN), "let it pass")
    desk.warehouse.quarantined.clear()
    desk.operator.replay(str(SEVEN), recurate=False)
    desk.deliver()
    assert desk.record().state is State.LOADED


def test_a_quarantined_batch_is_loaded_only_when_a_person_releases_it(desk: Desk) -> None:
    desk.quarantined()
    with pytest.raises(TerminalError, match=r"too many rejects in seller.*gem release"):
        desk.operator.replay(str(SEVEN), recurate=False)
    assert desk.warehouse.transactions == []
    desk.operator.release(str(SEVEN), "known bad GSTINs")
    desk.deliver()
    record = desk.record()
    assert (record.state, record.released_attempt) == (State.LOADED, 1)
    assert [move.note for move in record.history if move.by is Mover.OPERATOR] == [
        f"{ACCOUNT_NAME}: release: known bad GSTINs"
    ]


def test_a_release_is_for_one_attempt(desk: Desk) -> None:
    desk.quarantined()
    desk.operator.release(str(SEVEN), "known")
    desk.deliver()
    desk.operator.replay(str(SEVEN), recurate=True)
    desk.deliver()
    desk.finish(Attempt(SEVEN, 2), Verdict.QUARANTINED, "still too many")
    assert desk.record().state is State.QUARANTINED
    assert len(desk.warehouse.transactions) == 1


def test_what_was_released_of_an_earlier_attempt_lets_no_later_one_pass(desk: Desk) -> None:
    attempt = submitted(desk.aws, SEVEN, attempt=2)
    with desk.aws.ledger.lease(SEVEN, "test") as held:
        desk.aws.ledger.move(held, State.CURATED, Mover.ON_STEP_COMPLETED, released_attempt=1)
    desk.finish(attempt, Verdict.QUARANTINED, "too many")
    assert desk.record().state is State.QUARANTINED
    assert desk.warehouse.transactions == []


def test_a_second_replay_is_no_repetition_that_a_queue_drops_for_five_minutes(desk: Desk) -> None:
    desk.loaded()
    names = set()
    for _ in range(2):
        desk.operator.replay(str(SEVEN), recurate=False)
        names.add(desk.deduplication_id())
        desk.deliver()
        assert desk.record().state is State.LOADED
    assert len(names) == 2


def test_nothing_is_moved_where_a_command_means_nothing(desk: Desk) -> None:
    desk.loaded()
    with pytest.raises(TerminalError, match=r"is LOADED: nothing is stuck.*gem replay gem-0000000007"):
        desk.operator.redrive(str(SEVEN))
    with pytest.raises(TerminalError, match=r"is LOADED; release is for QUARANTINED"):
        desk.operator.release(str(SEVEN), "why not")
    submitted(desk.aws, EIGHT)
    with pytest.raises(TerminalError, match=r"is SUBMITTED; replay is for FAILED, LOADED, QUARANTINED: gem redrive"):
        desk.operator.replay(str(EIGHT), recurate=False)
    assert desk.deliver() == {}
    assert (desk.record().state, desk.record(EIGHT).state) == (State.LOADED, State.SUBMITTED)


def test_an_attempt_that_left_nothing_cannot_be_loaded(desk: Desk) -> None:
    desk.failed()
    with pytest.raises(TerminalError, match=r"left nothing to load.*gem replay --recurate gem-0000000007"):
        desk.operator.replay(str(SEVEN), recurate=False)
    assert desk.record().state is State.FAILED


def test_a_batch_that_a_function_holds_is_left_alone(desk: Desk) -> None:
    desk.loaded()
    with desk.aws.ledger.lease(SEVEN, "on_step_completed"), pytest.raises(LeaseHeldError, match="on_step_completed"):
        desk.operator.replay(str(SEVEN), recurate=True)
    assert desk.record().state is State.LOADED


def test_an_unknown_batch_is_answered_with_the_newest(desk: Desk) -> None:
    with pytest.raises(TerminalError, match=r"knows no batch gem-0000000009; it knows none yet"):
        desk.operator.redrive("gem-0000000009")
    desk.loaded()
    with pytest.raises(TerminalError, match=r"knows no batch gem-0000000009; its newest are gem-0000000007"):
        desk.operator.redrive("gem-0000000009")
    with pytest.raises(TerminalError, match=r"'lease#warehouse' is no batch id .*; its newest are gem-0000000007"):
        desk.operator.redrive("lease#warehouse")


def test_only_an_operator_takes_a_loaded_batch_back(desk: Desk) -> None:
    desk.loaded()
    with desk.aws.ledger.lease(SEVEN, "test") as held, pytest.raises(IllegalMoveError):
        desk.aws.ledger.move(held, State.CURATED, Mover.ON_SCHEDULE)


def test_status_lists_the_newest_of_each_source_whatever_their_state(desk: Desk) -> None:
    ledger = desk.aws.ledger
    for seq in range(1, 6):
        ledger.create(BatchId("gem", seq), State.EXTRACTED, Mover.ON_RAW_MANIFEST, raw_rows={"bid": seq})
        ledger.create(BatchId("gem2", seq), State.FAILED, Mover.ON_RAW_MANIFEST, error=f"error {seq}")
    ledger.create(BatchId("gem_2", 1), State.FAILED, Mover.ON_RAW_MANIFEST, error="x")
    submitted(desk.aws, BatchId("gem", 6))
    now = datetime.now(UTC) + timedelta(hours=1)
    lines = reports.status(ledger, now, limit=2)
    assert [line.batch_id for line in lines] == [
        "gem-0000000006",
        "gem_2-0000000001",
        "gem2-0000000005",
        "gem-0000000005",
        "gem2-0000000004",
    ]
    assert (lines[3].rows, lines[4].error) == (5, "error 4")
    assert lines[0].hop_seconds.keys() == {State.SUBMITTED}
    assert 3_500 < lines[0].age_seconds < 3_700
    assert [line.batch_id for line in reports.status(ledger, now, 1, source_id="gem")] == ["gem-0000000006"]
    assert {line.state for line in reports.status(ledger, now, 9, state=State.FAILED)} == {State.FAILED}


def test_hop_seconds_are_of_the_newest_pass(desk: Desk) -> None:
    desk.loaded()
    desk.operator.replay(str(SEVEN), recurate=False)
    desk.deliver()
    [line] = reports.status(desk.aws.ledger, datetime.now(UTC), 5)
    assert line.hop_seconds.keys() == {State.LOADED}


def test_freshness_is_the_snapshot_of_the_newest_batch_that_brought_rows(desk: Desk) -> None:
    desk.loaded(SEVEN)
    desk.loaded(EIGHT)
    now = datetime(2026, 4, 1, 4, 30, tzinfo=UTC)
    [fresh] = reports.freshness(desk.aws.ledger, desk.aws.client("s3"), LAKE, now)
    assert (fresh.table, fresh.batch_id, fresh.age_seconds) == ("fact_order_line", str(EIGHT), 3600)


def test_a_batch_is_shown_with_hops_rows_rejects_and_objects(desk: Desk) -> None:
    desk.quarantined()
    report = reports.batch_report(desk.aws.ledger, desk.aws.client("s3"), LAKE, str(SEVEN), datetime.now(UTC))
    assert [hop.state for hop in report.hops] == [State.EXTRACTED, State.SUBMITTED, State.QUARANTINED]
    assert [hop.seconds is None for hop in report.hops] == [True, False, False]
    assert (report.step_name, report.step_id, report.cluster_id) == ("gem/gem-0000000007/1", "s-1", "j-1")
    assert [(rows.table, rows.curated, rows.loaded) for rows in report.rows] == [("fact_order_line", 3, None)]
    assert report.error == "too many rejects in seller"
    assert report.uris == {
        "raw manifest": f"s3://{LAKE}/raw/gem/gem-0000000007/_manifest.json",
        "curated manifest": f"s3://{LAKE}/curated/_manifest/batch=gem-0000000007/attempt=1/manifest.json",
    }
    assert report.held_by == ""


def test_the_environment_comes_from_the_stack(aws: Aws) -> None:
    def create(name: str, outputs: dict[str, Any]) -> None:
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"bucket-of-{name}"}}
        template = json.dumps({"Resources": {"Bucket": bucket}, "Outputs": outputs})
        aws.client("cloudformation").create_stack(StackName=name, TemplateBody=template)

    create("whole", {output: {"Value": f"value of {output}"} for output in stack.VARIABLES.values()})
    create("old", {"LakeBucketName": {"Value": "lake"}})
    variables = stack.environment(aws.client("cloudformation"), "whole")
    assert variables["GEM_RAW_MANIFEST_QUEUE_URL"] == "value of RawManifestQueueUrl"
    assert variables.keys() == stack.VARIABLES.keys()
    with pytest.raises(TerminalError, match="stack old has no output CopyRoleArn, LedgerTableName"):
        stack.environment(aws.client("cloudformation"), "old")
