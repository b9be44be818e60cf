"""A backlog that no single load has time for is loaded by several, and a batch that outlasts each stops no other."""

import logging
from collections.abc import Callable, Sequence

import pytest

from gem.contracts.errors import PublishHeldError, TransientError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedManifest
from gem.contracts.states import Mover, State
from gem.lease import Backend, Lease
from lambdas import clients, on_schedule, publish
from lambdas.standing import Standing
from lambdas.warehouse import ANSWER_SECONDS
from tests.aws.conftest import Aws, Context, Functions, states, submitted
from tests.aws.warehouse_fake import FakeReport, FakeWarehouse

BATCHES = [BatchId("gem", seq) for seq in (7, 8, 9, 10, 11)]
SEVEN, EIGHT, NINE, TEN, ELEVEN = map(str, BATCHES)
TIMEOUT = TransientError("warehouse, copy: canceling statement due to statement timeout")


def tick(functions: Functions) -> None:
    functions.deliver(on_schedule.handler, "gem-schedule", {"time": "2026-04-01T03:30:00Z"})


def curated(aws: Aws, *batches: BatchId) -> None:
    for batch in batches:
        aws.put_curated(submitted(aws, batch))
        with aws.ledger.lease(batch, "test") as held:
            aws.ledger.move(held, State.CURATED, Mover.ON_STEP_COMPLETED)


class TimeRunsOut:
    """What fails takes all the time that it is given, as a statement does that its timeout ends."""

    def __init__(self, warehouse: FakeWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
        self.failed: list[str] = []
        self.begin()
        self._load = warehouse.load
        monkeypatch.setattr(warehouse, "load", self.load)
        monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _context: int(self._seconds * 1000))

    def begin(self, seconds: float = 600.0) -> None:
        self._seconds = seconds

    def left(self) -> float:
        return self._seconds

    def load(
        self,
        manifests: Sequence[CuratedManifest],
        on_session: Callable[[Backend], None],
        remaining_seconds: Callable[[], float],
    ) -> list[FakeReport]:
        try:
            reports = self._load(manifests, on_session, remaining_seconds)
        except TransientError:
            self.failed.append(manifests[0].batch_id)
            self._seconds -= remaining_seconds() - ANSWER_SECONDS
            raise
        self._seconds -= 1
        return reports


def test_a_transaction_takes_so_many_copies_and_no_more(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEM_LOAD_COPY_BUDGET", "2")
    curated(aws, *BATCHES)
    tick(functions)
    assert warehouse.transactions == [[SEVEN, EIGHT], [NINE, TEN], [ELEVEN]]
    assert states(aws, *BATCHES) == [State.LOADED] * 5


def test_what_a_transaction_had_no_time_for_waits_for_the_next_tick(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    warehouse.time_for = 2
    curated(aws, *BATCHES)
    tick(functions)
    assert states(aws, *BATCHES) == [State.LOADED] * 2 + [State.CURATED] * 3
    tick(functions)
    tick(functions)
    assert warehouse.transactions == [[SEVEN, EIGHT], [NINE, TEN], [ELEVEN]]
    assert states(aws, *BATCHES) == [State.LOADED] * 5


def test_no_further_transaction_is_begun_at_the_end_of_the_functions_time(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEM_LOAD_COPY_BUDGET", "1")
    monkeypatch.setattr(publish, "MIN_SECONDS_FOR_LOAD", 601)
    curated(aws, *BATCHES[:2])
    tick(functions)
    assert warehouse.transactions == [[SEVEN]]


def test_a_batch_that_outlasts_every_load_is_loaded_last_and_told_and_all_others_are_loaded(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse.errors[SEVEN] = TIMEOUT
    curated(aws, *BATCHES[:3])
    tick(functions)
    assert warehouse.transactions == []

    curated(aws, *BATCHES[3:])
    with caplog.at_level(logging.WARNING):
        tick(functions)
    assert warehouse.transactions == [[TEN, ELEVEN], [EIGHT], [NINE]]
    assert states(aws, *BATCHES) == [State.CURATED] + [State.LOADED] * 4
    assert f"{SEVEN}, {EIGHT}, {NINE}: a load of them did not end" in caplog.text

    warehouse.errors.clear()
    tick(functions)
    assert warehouse.transactions[3:] == [[SEVEN]]


def test_two_batches_that_outlast_every_load_take_turns_behind_the_others(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With time for one of them a tick, and no two batches in a transaction: what fails is never first again."""
    monkeypatch.setenv("GEM_LOAD_COPY_BUDGET", "1")
    time = TimeRunsOut(warehouse, monkeypatch)
    warehouse.errors |= {SEVEN: TIMEOUT, EIGHT: TIMEOUT}
    curated(aws, *BATCHES[:4])
    for _ in range(6):
        time.begin()
        tick(functions)
    assert warehouse.transactions == [[NINE], [TEN]]
    assert time.failed == [SEVEN, EIGHT, SEVEN, EIGHT, SEVEN, EIGHT]
    assert states(aws, *BATCHES[:4]) == [State.CURATED] * 2 + [State.LOADED] * 2


def test_a_suspect_is_remembered_while_new_batches_leave_no_time_for_it(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = TimeRunsOut(warehouse, monkeypatch)
    warehouse.errors[SEVEN] = TIMEOUT
    curated(aws, *BATCHES[:3])
    tick(functions)
    for newcomer in BATCHES[3:]:
        curated(aws, newcomer)
        time.begin(publish.MIN_SECONDS_FOR_LOAD)
        tick(functions)
    assert warehouse.transactions == [[TEN], [ELEVEN]]

    time.begin()
    tick(functions)  # SEVEN takes all of it
    time.begin()
    tick(functions)
    assert warehouse.transactions[2:] == [[EIGHT], [NINE]]
    assert time.failed == [SEVEN] * 3
    assert states(aws, *BATCHES) == [State.CURATED] + [State.LOADED] * 4


def test_a_load_that_takes_all_its_time_leaves_the_tick_enough_to_tell_how_batches_stand(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = TimeRunsOut(warehouse, monkeypatch)
    warehouse.errors[SEVEN] = TIMEOUT
    curated(aws, BATCHES[0])
    left: list[float] = []

    def standing() -> Standing:
        left.append(time.left())
        return clients.standing()

    monkeypatch.setattr(on_schedule, "standing", standing)
    tick(functions)
    assert time.failed == [SEVEN]
    assert left == [on_schedule.AFTERWARDS_SECONDS + ANSWER_SECONDS]


def test_a_publish_hold_makes_no_suspect_and_forgets_none(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    warehouse.errors[SEVEN] = TIMEOUT
    curated(aws, BATCHES[0])
    tick(functions)
    warehouse.errors |= {EIGHT: PublishHeldError("power-bi holds publishing")}
    curated(aws, *BATCHES[1:3])
    tick(functions)
    assert warehouse.transactions == []

    warehouse.errors.clear()
    tick(functions)
    assert warehouse.transactions == [[EIGHT, NINE], [SEVEN]]


def test_the_session_of_a_load_that_failed_is_ended_before_the_next_load(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    """It may live on, and keep the mutex."""
    warehouse.errors[SEVEN] = TransientError("warehouse: connection reset by peer")
    curated(aws, *BATCHES[:2])
    tick(functions)
    assert warehouse.ended == []
    tick(functions)
    assert len(warehouse.ended) == 2
    assert warehouse.transactions == [[EIGHT]]


def test_a_warehouse_without_sessions_is_asked_once_a_tick_and_makes_no_suspect(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEM_LOAD_COPY_BUDGET", "1")
    warehouse.unreachable = TransientError("warehouse: connection refused")
    curated(aws, *BATCHES[:2])
    tick(functions)
    assert warehouse.asked == 1
    warehouse.unreachable = None
    monkeypatch.setenv("GEM_LOAD_COPY_BUDGET", "9")
    clients.warehouse_settings.cache_clear()
    tick(functions)
    assert warehouse.transactions == [[SEVEN, EIGHT]]


def test_what_a_killed_load_held_is_loaded_alone_behind_the_others(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    """The runtime ends a function without asking it: only what stood in the lease tells of the load."""
    curated(aws, *BATCHES[:4])
    killed = Lease(aws.table, "warehouse", lease_seconds=0)
    killed.name_backend(killed.claim("killed"), Backend(815, "2026-04-01 02:00:00"), [SEVEN, EIGHT])
    tick(functions)
    assert warehouse.transactions == [[NINE, TEN], [SEVEN], [EIGHT]]
    assert states(aws, *BATCHES[:4]) == [State.LOADED] * 4
