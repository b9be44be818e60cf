"""A backlog that no single load has time for is loaded by several, and a batch that outlasts each stops no other."""

import logging

import pytest

from gem.contracts.errors import TransientError
from gem.contracts.keys import BatchId
from gem.contracts.states import Mover, State
from gem.lease import Backend, Lease
from lambdas import on_schedule, publish
from tests.aws.conftest import Aws, Functions, states, submitted
from tests.aws.warehouse_fake import FakeWarehouse

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
    tick(functions)
    assert warehouse.transactions == [[TEN, ELEVEN]]

    with caplog.at_level(logging.WARNING):
        tick(functions)
    assert warehouse.transactions == [[TEN, ELEVEN], [EIGHT, NINE]]
    assert states(aws, *BATCHES) == [State.CURATED] + [State.LOADED] * 4
    assert f"{SEVEN}: its load did not end" in caplog.text
    assert "Sink=redshift" in caplog.text

    warehouse.errors.clear()
    tick(functions)
    assert warehouse.transactions[2:] == [[SEVEN]]


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
