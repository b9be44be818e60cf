"""While a hold is in force no load begins, and a reader of many transactions sees one warehouse."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from gem.contracts.errors import PublishHeldError, TerminalError
from gem.warehouse.connection import Connection, execute
from gem.warehouse.hold import holds, lift_hold, place_hold
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import write_batch
from tests.model.history import FIRST, SECOND, Batch
from tests.model.lab import Lab, prepared_lab

T = TypeVar("T")


@pytest.fixture(scope="module")
def lab(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront, s3: Any) -> Lab:
    return prepared_lab(embedded_postgres, redshift_front, s3)


@pytest.fixture
def database(lab: Lab) -> Iterator[str]:
    name = lab.copy()
    yield name
    lab.drop(name)


def on(lab: Lab, database: str, act: Callable[[Connection], T]) -> T:
    connection = lab.connect(database)
    try:
        return act(connection)
    finally:
        connection.rollback()
        connection.close()


def load(lab: Lab, database: str, batch: Batch) -> str:
    (report,) = lab.load(database, write(lab, batch))
    return report.outcome


def write(lab: Lab, batch: Batch) -> Any:
    return write_batch(lab.s3, batch.seq, batch.tables, attempt=batch.attempt)


def test_nothing_is_loaded_while_a_hold_is_in_force_and_everything_after(lab: Lab, database: str) -> None:
    load(lab, database, FIRST)
    before = lab.digests(database)
    on(lab, database, lambda c: place_hold(c, "power-bi", "refresh of the sales model", 30))
    with pytest.raises(
        PublishHeldError, match=r"power-bi holds publishing until .* UTC \(refresh of the sales model\)"
    ):
        load(lab, database, SECOND)
    assert lab.digests(database) == before
    assert on(lab, database, lambda c: lift_hold(c, "power-bi"))
    assert load(lab, database, SECOND) == "loaded"


def test_two_holders_do_not_lift_each_other(lab: Lab, database: str) -> None:
    for holder in ("power-bi", "auditor"):
        on(lab, database, lambda c, holder=holder: place_hold(c, holder, "reading", 30))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    on(lab, database, lambda c: lift_hold(c, "auditor"))
    with pytest.raises(PublishHeldError, match="power-bi"):
        load(lab, database, FIRST)
    assert on(lab, database, lambda c: lift_hold(c, "nobody")) is False


@pytest.mark.parametrize(
    ("held_from", "held_until"),
    [
        ("dateadd(minute, -31, getdate())", "dateadd(minute, -1, getdate())"),
        ("dateadd(minute, -241, getdate())", "dateadd(day, 300, getdate())"),
    ],
    ids=["its time is over", "longer than any hold may be"],
)
def test_a_hold_is_bounded(lab: Lab, database: str, held_from: str, held_until: str) -> None:
    def write_by_hand(connection: Connection) -> None:
        execute(connection, f"insert into ops.publish_hold values ('dead refresh', '', {held_from}, {held_until})")
        connection.commit()

    on(lab, database, write_by_hand)
    assert on(lab, database, holds) == []
    assert load(lab, database, FIRST) == "loaded"


@pytest.mark.parametrize(("holder", "minutes"), [("power-bi", 0), ("power-bi", 241), (" ", 30)])
def test_a_hold_without_bounds_or_name_is_refused(lab: Lab, database: str, holder: str, minutes: int) -> None:
    with pytest.raises(TerminalError, match="a hold needs a holder and 1 to 240 minutes"):
        on(lab, database, lambda c: place_hold(c, holder, "reading", minutes))


def test_a_hold_is_placed_only_when_the_running_load_is_over(lab: Lab, database: str) -> None:
    loading = lab.connect(database)
    execute(loading, "lock table ops.load_mutex")
    placed = threading.Thread(target=on, args=(lab, database, lambda c: place_hold(c, "power-bi", "reading", 30)))
    placed.start()
    placed.join(0.5)
    assert placed.is_alive(), "the hold was placed beside a running load"
    loading.commit()
    placed.join(10)
    assert not placed.is_alive()
    loading.close()
    assert [hold.holder for hold in on(lab, database, holds)] == ["power-bi"]
