"""The ledger: a batch moves only by allowed moves, by the one who holds its newest token."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.config import Config

from gem.contracts.errors import IllegalMoveError, LeaseHeldError, LostRaceError, TransientError
from gem.contracts.keys import BatchId
from gem.contracts.states import Mover, State
from gem.lease import Lease
from gem.ledger import MAX_ERROR_CHARACTERS, Ledger
from tests.aws.conftest import Aws

BATCH = BatchId("gem", 7)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 4, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(aws: Aws, clock: Clock) -> Ledger:
    return Ledger(aws.table, lease_seconds=60, clock=clock)


def test_a_batch_is_created_once(ledger: Ledger) -> None:
    created = ledger.create(BATCH, State.EXTRACTED, Mover.ON_RAW_MANIFEST, raw_rows={"contract": 3})
    with pytest.raises(LostRaceError, match="gem-0000000007"):
        ledger.create(BATCH, State.EXTRACTED, Mover.ON_SCHEDULE)
    assert ledger.get(BATCH) == created
    assert created.raw_rows == {"contract": 3}


def test_an_unknown_batch_is_none_and_cannot_be_claimed(ledger: Ledger) -> None:
    assert ledger.get(BATCH) is None
    with pytest.raises(LostRaceError, match="does not know it"):
        ledger.claim(BATCH, "a")
    assert ledger.get(BATCH) is None


def test_a_held_batch_is_not_claimed_by_another_until_the_lease_ends(ledger: Ledger, clock: Clock) -> None:
    ledger.create(BATCH, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    first = ledger.claim(BATCH, "a")
    clock.pass_seconds(59)
    with pytest.raises(LeaseHeldError, match="held by a until 2026-04-01 00:01:00"):
        ledger.claim(BATCH, "b")
    clock.pass_seconds(1)
    assert ledger.claim(BATCH, "b").token == first.token + 1


def test_a_claim_whose_answer_was_lost_may_be_made_again_by_its_owner(ledger: Ledger) -> None:
    ledger.create(BATCH, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    lost = ledger.claim(BATCH, "a")
    assert ledger.claim(BATCH, "a").token == lost.token + 1


def test_a_claim_without_dynamodb_is_worth_another_try() -> None:
    nowhere = boto3.resource(
        "dynamodb",
        endpoint_url="http://127.0.0.1:9",
        region_name="ap-south-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
    )
    with pytest.raises(TransientError, match="ledger: claiming gem-0000000007"):
        Ledger(nowhere.Table("gem-ledger"), 60).claim(BATCH, "a")


def test_a_released_batch_is_claimed_at_once_with_a_higher_token(ledger: Ledger) -> None:
    ledger.create(BATCH, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    with ledger.lease(BATCH, "a") as first:
        pass
    assert ledger.claim(BATCH, "b").token > first.token


def test_a_stale_token_may_neither_move_nor_note_nor_release(ledger: Ledger, clock: Clock) -> None:
    ledger.create(BATCH, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    stale = ledger.claim(BATCH, "slow")
    clock.pass_seconds(61)
    fresh = ledger.claim(BATCH, "fast")
    with pytest.raises(LostRaceError, match="token 1"):
        ledger.move(stale, State.SUBMITTED, Mover.ON_RAW_MANIFEST)
    with pytest.raises(LostRaceError):
        ledger.note(stale, step_name="gem/gem-0000000007/1")
    ledger.release(stale)
    assert ledger.get(BATCH) == fresh


def test_the_same_move_cannot_be_made_twice(ledger: Ledger) -> None:
    ledger.create(BATCH, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    held = ledger.claim(BATCH, "a")
    ledger.move(held, State.SUBMITTED, Mover.ON_RAW_MANIFEST, attempt=1)
    with pytest.raises(LostRaceError, match="in EXTRACTED"):
        ledger.move(held, State.SUBMITTED, Mover.ON_RAW_MANIFEST, attempt=1)


@pytest.mark.parametrize(
    ("after", "by"),
    [
        pytest.param(State.LOADED, Mover.ON_STEP_COMPLETED, id="a state is not skipped"),
        pytest.param(State.SUBMITTED, Mover.ON_STEP_COMPLETED, id="not everybody may submit"),
    ],
)
def test_a_move_that_is_not_allowed_writes_nothing(ledger: Ledger, after: State, by: Mover) -> None:
    ledger.create(BATCH, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    held = ledger.claim(BATCH, "a")
    with pytest.raises(IllegalMoveError):
        ledger.move(held, after, by)
    assert ledger.get(BATCH) == held


def test_history_keeps_time_attempt_and_mover_of_every_move(ledger: Ledger, clock: Clock) -> None:
    ledger.create(BATCH, State.EXTRACTED, Mover.ON_SCHEDULE)
    clock.pass_seconds(5)
    with ledger.lease(BATCH, "a") as held:
        moved = ledger.move(held, State.SUBMITTED, Mover.ON_RAW_MANIFEST, attempt=1, step_id="s-1")
    clock.pass_seconds(90)
    with ledger.lease(BATCH, "b") as held:
        assert (held.attempt, held.step_id) == (1, "s-1")
        moved = ledger.move(held, State.FAILED, Mover.ON_STEP_FAILED, error="बहुत " * MAX_ERROR_CHARACTERS)
    story = [(move.state, move.attempt, move.by, (move.at - moved.created_at).seconds) for move in moved.history]
    assert story == [
        (State.EXTRACTED, 0, Mover.ON_SCHEDULE, 0),
        (State.SUBMITTED, 1, Mover.ON_RAW_MANIFEST, 5),
        (State.FAILED, 1, Mover.ON_STEP_FAILED, 95),
    ]
    assert moved.moved_at == clock()
    assert len(moved.error) == MAX_ERROR_CHARACTERS


def test_batches_in_a_state_come_oldest_first_and_nothing_else_with_them(aws: Aws, ledger: Ledger) -> None:
    for seq in (12, 3, 100):
        ledger.create(BatchId("gem", seq), State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    ledger.create(BatchId("gem", 4), State.FAILED, Mover.ON_RAW_MANIFEST, error="no JSON")
    Lease(aws.table, "warehouse", 60).claim("a")
    ledger.mark_reconciled("gem", 2)
    assert [record.batch_seq for record in ledger.in_state(State.EXTRACTED)] == [3, 12, 100]
    assert [record.batch_seq for record in ledger.in_state(State.FAILED)] == [4]


def test_a_listing_follows_every_page(ledger: Ledger) -> None:
    text = "x" * MAX_ERROR_CHARACTERS
    for seq in range(300):  # more than the megabyte of one page
        ledger.create(BatchId("gem", seq), State.FAILED, Mover.ON_RAW_MANIFEST, error=text)
    assert [record.batch_seq for record in ledger.in_state(State.FAILED)] == list(range(300))


def test_the_reconcilers_position_is_kept_per_source(ledger: Ledger) -> None:
    assert ledger.reconciled_seq("gem") == -1
    ledger.mark_reconciled("gem", 41)
    assert (ledger.reconciled_seq("gem"), ledger.reconciled_seq("other")) == (41, -1)
