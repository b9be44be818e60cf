"""The ledger against a model: several writers who freeze, come back late and race, in any order."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gem.contracts.errors import IllegalMoveError, LeaseHeldError, LostRaceError
from gem.contracts.keys import BatchId
from gem.contracts.states import MOVES, Mover, State
from gem.ledger import BatchRecord, Ledger
from tests.aws.conftest import Aws

LEASE_SECONDS = 60
WRITERS = st.sampled_from(["a", "b", "c"])
ALLOWED = {(move.before, move.after, mover) for move in MOVES for mover in move.movers}


class LedgerMachine(RuleBasedStateMachine):
    """What each writer believes of one batch, and what must be so."""

    seq = 0

    @initialize()
    def one_batch(self) -> None:
        # Every run has a batch of its own on the one table.
        type(self).seq += 1
        self.batch_id = BatchId("gem", self.seq)
        self.now = datetime(2026, 4, 1, tzinfo=UTC)
        self.ledger = Ledger(boto3.resource("dynamodb").Table("gem-ledger"), LEASE_SECONDS, clock=lambda: self.now)
        self.ledger.create(self.batch_id, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
        self.state = State.EXTRACTED
        self.token = 0
        self.held_until: datetime | None = None
        self.holder = ""
        self.moves = 1
        self.believed: dict[str, BatchRecord] = {}

    @rule(seconds=st.sampled_from([1, LEASE_SECONDS - 1, LEASE_SECONDS]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(writer=WRITERS)
    def claim(self, writer: str) -> None:
        if self.held_until and self.now < self.held_until and writer != self.holder:
            with pytest.raises(LeaseHeldError):
                self.ledger.claim(self.batch_id, writer)
            return
        self.believed[writer] = self.ledger.claim(self.batch_id, writer)
        self.token += 1
        self.held_until, self.holder = self.now + timedelta(seconds=LEASE_SECONDS), writer

    @rule(writer=WRITERS)
    def release(self, writer: str) -> None:
        if record := self.believed.get(writer):
            self.ledger.release(record)
            if record.token == self.token:
                self.held_until = None

    @rule(writer=WRITERS, after=st.sampled_from(State), by=st.sampled_from(Mover))
    def move(self, writer: str, after: State, by: Mover) -> None:
        record = self.believed.get(writer)
        if record is None:
            return
        if (record.state, after, by) not in ALLOWED:
            with pytest.raises(IllegalMoveError):
                self.ledger.move(record, after, by)
        elif (record.token, record.state) != (self.token, self.state):
            with pytest.raises(LostRaceError):
                self.ledger.move(record, after, by)
        else:
            self.believed[writer] = self.ledger.move(record, after, by)
            self.state = after
            self.moves += 1

    @invariant()
    def the_ledger_is_as_the_model(self) -> None:
        record = self.ledger.get(self.batch_id)
        assert record is not None
        assert (record.state, record.token, len(record.history)) == (self.state, self.token, self.moves)
        assert record.history[-1].state is record.state
        steps = zip(record.history, record.history[1:], strict=False)
        assert all((before.state, after.state, after.by) in ALLOWED for before, after in steps)


def test_no_order_of_writers_breaks_the_ledger(aws: Aws) -> None:
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
