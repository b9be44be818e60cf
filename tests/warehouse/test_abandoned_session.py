"""A loader that froze with its transaction open is ended by the one who takes its lease over, and nobody else is."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from gem.lease import Backend
from gem.settings import WarehouseSettings
from gem.warehouse.connection import execute
from lambdas.warehouse import ANSWER_SECONDS, IS_LATER, OWN_SESSION, Redshift
from local_aws.redshift import RedshiftFront

NOTHING = "select 1 as session_id, 'active' as status, getdate() as start_time where 1 = 0"
REFUSED = "select only_a_superuser_may_end(%s)"
"""What the database says no to; the front's log-in may end every session."""


class Secrets:
    """Secrets Manager with one secret."""

    def __init__(self, secret: dict[str, Any]) -> None:
        self._secret = secret

    def get_secret_value(self, **_request: str) -> dict[str, str]:
        return {"SecretString": json.dumps(self._secret)}


@pytest.fixture
def warehouse(redshift_front: RedshiftFront, redshift_database: str) -> Redshift:
    secret = {
        "host": redshift_front.host,
        "port": redshift_front.port,
        "dbname": redshift_database,
        "username": redshift_front.user,
        "password": redshift_front.password,
    }
    settings = WarehouseSettings(
        lake_bucket="lake",
        warehouse_secret_id="gem/warehouse",
        warehouse_ssl=False,
        copy_role_arn="arn:aws:iam::1:role/r",
    )
    return Redshift(settings, None, Secrets(secret))  # type: ignore[arg-type]  # no S3 is reached


@pytest.fixture
def frozen(connect: Callable[[], Any]) -> Any:
    """A session that holds the mutex in an open transaction."""
    connection = connect()
    execute(connection, "create table load_mutex (id integer)")
    connection.commit()
    execute(connection, "lock table load_mutex")
    return connection


def session_of(connection: Any) -> Backend:
    [(pid, alive_at)] = execute(connection, OWN_SESSION)
    return Backend(int(pid), str(alive_at))


def lock_is_free(connection: Any) -> bool:
    [(count,)] = execute(connection, "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted")
    connection.rollback()
    return bool(count == 0)


def test_an_abandoned_session_is_ended_and_its_locks_are_free(
    warehouse: Redshift, frozen: Any, connect: Callable[[], Any]
) -> None:
    other = connect()
    assert not lock_is_free(other)
    warehouse.end(session_of(frozen))
    execute(other, "lock table load_mutex")
    with pytest.raises(Exception, match="warehouse"):
        execute(frozen, "select 1")


def test_one_that_the_history_does_not_show_yet_is_ended_too(
    warehouse: Redshift, frozen: Any, connect: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.warehouse.IS_LATER", IS_LATER.replace("sys_session_history", f"({NOTHING}) as shown"))
    warehouse.end(session_of(frozen))
    execute(connect(), "lock table load_mutex")


def test_a_process_id_that_is_somebody_elses_now_stops_no_load(
    warehouse: Redshift, frozen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.warehouse.END_SESSION", REFUSED)
    warehouse.end(session_of(frozen))
    assert execute(frozen, "select 1") == [(1,)]


def test_a_later_session_under_the_same_process_id_is_left_alone(
    warehouse: Redshift, frozen: Any, connect: Callable[[], Any]
) -> None:
    warehouse.end(session_of(frozen)._replace(alive_at="2026-01-01 00:00:00"))
    assert execute(frozen, "select 1") == [(1,)]
    assert not lock_is_free(connect())


def test_a_retry_ends_the_session_whose_wire_broke_before_it_waits_for_the_mutex(
    warehouse: Redshift, frozen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has not missed its client yet, so the first session still holds what it has locked."""
    frozen.rollback()

    def try_twice(session: Callable[[], Any], *_: Any, **__: Any) -> list[Any]:
        first = session()
        execute(first, "lock table load_mutex")
        execute(session(), "lock table load_mutex")
        return []

    monkeypatch.setattr("gem.warehouse.load.load_curated", try_twice)
    told: list[Backend] = []
    warehouse.load([], told.append, lambda: ANSWER_SECONDS + 3)
    assert len(set(told)) == 2


def test_a_session_has_what_is_left_of_the_time_and_no_try_begins_at_its_end(
    warehouse: Redshift, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def look(session: Callable[[], Any], *_: Any, may_retry: Callable[[], bool], **__: Any) -> list[Any]:
        nonlocal left
        for seconds in (100.0, 25.0):
            left = seconds
            seen.extend([execute(session(), "show statement_timeout")[0][0], may_retry()])
        return []

    monkeypatch.setattr("gem.warehouse.load.load_curated", look)
    left = 0.0
    warehouse.load([], lambda _: None, lambda: left)
    assert seen == ["90s", True, "15s", False]


def test_ending_a_session_that_is_gone_does_nothing(warehouse: Redshift) -> None:
    warehouse.end(Backend(999_999_999, "2026-01-01 00:00:00"))
