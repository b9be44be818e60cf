"""MERGE, TRUNCATE, locks and snapshots: what two clients see of each other."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import redshift_connector

BOTH = "when matched then update set v = s.v when not matched then insert values (s.k, s.v)"


def fetch(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


def run(connection: Any, *statements: str) -> None:
    for sql in statements:
        connection.cursor().execute(sql)


@pytest.fixture
def tables(connect: Callable[[], Any]) -> Any:
    connection = connect()
    run(connection, "create table t (k int, v varchar(10))", "create table s (k int, v varchar(10))")
    run(connection, "insert into t values (1, 'old')", "insert into s values (1, 'new'), (2, 'two')")
    connection.commit()
    return connection


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (f"merge into t using s on t.k = s.k {BOTH}", [(1, "new"), (2, "two")]),
        ("merge into t using s x on t.k = x.k " + BOTH.replace("s.", "x."), [(1, "new"), (2, "two")]),
        (
            "merge into t using s as x on t.k = x.k when matched then delete "
            "when not matched then insert (v, k) values (case when x.k = 2 then 'b' else 'c' end, x.k)",
            [(2, "b")],
        ),
        ("merge into t using s on t.k = s.k remove duplicates", [(1, "new"), (2, "two")]),
    ],
)
def test_merge_does_what_its_form_says(tables: Any, sql: str, expected: list[Any]) -> None:
    run(tables, "set error_on_nondeterministic_update to true", sql)
    assert fetch(tables, "select k, v from t order by k") == expected


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        (f"merge into t as target using s on target.k = s.k {BOTH}", "alias"),
        (f"merge into t using (select * from s) s on t.k = s.k {BOTH}", "subquery"),
        (f"merge into t using t on t.k = t.k {BOTH}", "same table"),
        ("merge into t using v on t.k = v.k " + BOTH.replace("s.", "v."), "must be a table"),
        (f"with x as (select 1) merge into t using s on t.k = s.k {BOTH}", "WITH"),
        ("merge into t using s on t.k = s.k when matched then update set v = s.v", "both"),
        ("merge into t using s on t.k = s.k when not matched then insert values (s.k, s.v)", "both"),
        (
            f"merge into t using s on t.k = s.k {BOTH.replace('matched then', 'matched and s.k > 1 then', 1)}",
            "condition",
        ),
        (f"merge into t using s on t.k = s.k {BOTH} when matched then delete", "both"),
        (f"merge into t using s on t.k = s.k {BOTH.replace('update set v = s.v', 'do nothing')}", "DO"),
    ],
)
def test_merge_that_redshift_does_not_take_is_refused(tables: Any, sql: str, word: str) -> None:
    run(tables, "create view v as select * from s")
    with pytest.raises(redshift_connector.Error, match=word):
        run(tables, sql)


def test_a_row_matched_twice_stops_the_merge(tables: Any) -> None:
    run(tables, "insert into s values (1, 'newer')")
    with pytest.raises(redshift_connector.Error, match="Found multiple matches to update the same tuple"):
        run(tables, f"merge into t using s on t.k = s.k {BOTH}")


def test_truncate_commits_the_transaction(tables: Any, connect: Callable[[], Any]) -> None:
    run(tables, "insert into s values (3, 'three')", "truncate t")
    tables.rollback()
    assert fetch(connect(), "select (select count(*) from t), (select count(*) from s)") == [(0, 3)]


def test_the_snapshot_is_taken_behind_the_lock(tables: Any, connect: Callable[[], Any]) -> None:
    waiting = connect()
    run(tables, "create table mutex (x int)")
    tables.commit()
    run(tables, "begin", "lock mutex", "insert into t values (9, 'late')")
    seen: list[Any] = []

    def load() -> None:
        run(waiting, "begin", "set statement_timeout to 60000", "lock table mutex")
        seen.extend(fetch(waiting, "select v from t where k = 9"))

    thread = threading.Thread(target=load)
    thread.start()
    watcher = connect()
    watcher.autocommit = True
    while not fetch(watcher, "select 1 from pg_catalog.pg_locks where not granted"):
        time.sleep(0.02)
    tables.commit()
    thread.join()
    assert seen == [("late",)]


def test_a_transaction_reads_one_snapshot_from_its_first_statement_on(tables: Any, connect: Callable[[], Any]) -> None:
    reader = connect()
    assert fetch(reader, "select count(*) from t") == [(1,)]
    run(tables, "insert into t values (5, 'x')", "delete from s")
    tables.commit()
    assert fetch(reader, "select (select count(*) from t), (select count(*) from s)") == [(1, 2)]
    reader.rollback()
    assert fetch(reader, "select (select count(*) from t), (select count(*) from s)") == [(2, 0)]


def test_a_conflict_between_writers_has_redshifts_number(tables: Any, connect: Callable[[], Any]) -> None:
    late = connect()
    fetch(late, "select * from t")
    run(tables, "update t set v = 'a'")
    tables.commit()
    with pytest.raises(redshift_connector.Error, match=r"1023.*conflict with concurrent transaction"):
        run(late, "update t set v = 'b'")


def test_readers_never_see_half_a_load(tables: Any, connect: Callable[[], Any]) -> None:
    done = threading.Event()
    seen: set[tuple[Any, ...]] = set()

    def read(connection: Any) -> None:
        connection.autocommit = True
        while not done.is_set():
            seen.update(fetch(connection, "select (select sum(k) from t) - (select sum(k) from s)"))

    readers = [threading.Thread(target=read, args=(connect(),)) for _ in range(3)]
    for thread in readers:
        thread.start()
    for _ in range(30):
        run(tables, "delete from t", "insert into t values (4, 'x')", "delete from s", "insert into s values (6, 'x')")
        tables.commit()
    done.set()
    for thread in readers:
        thread.join()
    assert seen == {(-2,)}


def isolate(connection: Any, database: str, level: str) -> None:
    connection.autocommit = True
    run(connection, f"alter database {database} isolation level {level}")


def write_skew(first: Any, second: Any) -> None:
    """Each reads what the other writes: no serial order of the two gives what both saw."""
    fetch(first, "select count(*) from t")
    fetch(second, "select count(*) from s")
    run(first, "insert into s values (7, 'x')")
    run(second, "insert into t values (7, 'x')")
    first.commit()
    second.commit()


def test_serializable_isolation_raises_1023_where_snapshot_isolation_allows_write_skew(
    tables: Any, connect: Callable[[], Any], redshift_database: str
) -> None:
    write_skew(connect(), connect())
    isolate(connect(), redshift_database, "serializable")
    level = f"select database_isolation_level from svv_redshift_databases where database_name = '{redshift_database}'"
    assert fetch(connect(), level) == [("Serializable",)]
    with pytest.raises(redshift_connector.Error, match="1023 Serializable isolation violation"):
        write_skew(connect(), connect())
    isolate(connect(), redshift_database, "snapshot")
    assert fetch(connect(), level) == [("Snapshot Isolation",)]
    write_skew(connect(), connect())


def test_a_lock_blocks_readers_until_its_transaction_ends(tables: Any, connect: Callable[[], Any]) -> None:
    run(tables, "lock t")
    reader = connect()
    run(reader, "set statement_timeout to 200")
    with pytest.raises(redshift_connector.Error, match="timeout"):
        fetch(reader, "select * from t")
    reader.rollback()
    tables.rollback()
    assert fetch(reader, "select count(*) from t") == [(1,)]


def test_rights_are_granted_to_groups_and_roles_and_a_session_takes_them(tables: Any, redshift_database: str) -> None:
    name = redshift_database
    grants = (
        f"create group analysts_{name}",
        f"create user asha_{name} password disable in group analysts_{name}",
        f"create role auditor_{name}",
        f"create role reader_{name}",
        f"grant role reader_{name} to role auditor_{name}",
        f"grant role auditor_{name} to asha_{name}",
        f"grant select on t to group analysts_{name}",
        f"grant select on s to role reader_{name}",
        f"revoke select on t from group analysts_{name}",
    )
    run(tables, *grants)
    run(tables, f"set session authorization 'asha_{name}'")
    assert fetch(tables, "select count(*) from s") == [(2,)]
    with pytest.raises(redshift_connector.Error, match="permission denied"):
        fetch(tables, "select count(*) from t")
    tables.rollback()
