"""The load's sessions are killed in the middle: nothing of them stays, and redelivery completes the batch unaided."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from gem.contracts.states import State
from gem.warehouse.load import TRIES
from local_aws.cloud import WAREHOUSE_DATABASE
from tests.story.stage import TIMEOUT_SECONDS, Stage
from tests.story.truth import SAME

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

FIRST_FACT = "mart.fact_bid"
WAITING_LOAD = f"""
select pid from pg_stat_activity
where datname = '{WAREHOUSE_DATABASE}' and wait_event_type = 'Lock' and query ilike '%{FIRST_FACT}%'
"""


@pytest.fixture
def superuser(stage: Stage) -> Iterator[Any]:
    """A connection behind the front's back."""
    connection = psycopg2.connect(stage.cloud.postgres.dsn(WAREHOUSE_DATABASE))
    yield connection
    connection.close()


@pytest.fixture
def barrier(stage: Stage) -> Iterator[Any]:
    """Lets everybody read the first fact and stops who would write it: COPY and the dimensions are then done."""
    connection = psycopg2.connect(stage.cloud.postgres.dsn(WAREHOUSE_DATABASE))
    connection.cursor().execute(f"lock table {FIRST_FACT} in share mode")
    yield connection
    connection.close()


def kill_load(superuser: Any) -> int:
    """The process id of the session that was in the middle of a load."""
    superuser.autocommit = True
    cursor = superuser.cursor()
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        cursor.execute(WAITING_LOAD)
        for (pid,) in cursor.fetchall():
            cursor.execute("select pg_terminate_backend(%s, 5000)", (pid,))
            return int(pid)
        time.sleep(0.05)
    raise AssertionError("no load has come to the facts")


def test_killed_sessions_leave_the_warehouse_as_it_was_and_redelivery_loads_the_batch(
    stage: Stage, superuser: Any, barrier: Any
) -> None:
    before = stage.digests()
    batch_id = stage.extract()["batch_id"]
    # One more than a delivery tries: the last one belongs to the message's next delivery, or to the reconciler.
    killed = [kill_load(superuser) for _ in range(TRIES + 1)]
    assert len(set(killed)) == TRIES + 1
    assert stage.digests() == before
    assert stage.warehouse("select count(*) from ops.load_log") == [(0,)]
    barrier.rollback()
    record = stage.cloud.wait_for(batch_id, State.LOADED, TIMEOUT_SECONDS)
    assert [move.state for move in record.history][2:] == [State.CURATED, State.LOADED]
    for on_source, in_warehouse in SAME.values():
        assert stage.warehouse(in_warehouse) == stage.source(on_source)
    assert stage.cloud.dead_letters() == {}
