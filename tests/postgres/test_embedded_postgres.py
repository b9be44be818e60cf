"""The PostgreSQL server that tests and the demo start for themselves."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from local_aws.postgres import EmbeddedPostgres, PostgresError, free_port

OWNER = """
import sys, time
from pathlib import Path
from local_aws.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False).start()
print(server.dsn(), flush=True)
time.sleep(600)
"""


def value(dsn: str, sql: str) -> Any:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def eventually(condition: Callable[[], bool]) -> bool:
    for _ in range(400):
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def server_pid(home: Path) -> int:
    return int((home / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def test_data_password_and_settings_survive_a_restart(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", durable=False, settings={"wal_level": "logical", "work_mem": "5MB"})
    with server:
        server.create_database('gem\'s "own"')
        server.create_database("gem")
        server.create_database("gem")
        value(server.dsn("gem"), "create table t as select 'हिन्दी' as v; select 1")
        password, pid = server.password, server_pid(tmp_path / "pg")
    assert not is_alive(pid)
    with server:
        assert server.password == password
        assert value(server.dsn("gem"), "select v from t") == "हिन्दी"
        shown = "select concat_ws(' ', current_setting('wal_level'), current_setting('work_mem'))"
        assert value(server.dsn("gem"), shown) == "logical 5MB"


def test_nobody_comes_in_without_the_password(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "pg", durable=False) as server:
        assert (tmp_path / "pg" / "password").stat().st_mode & 0o077 == 0
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(server.dsn().replace(server.password, "wrong"))


def test_it_works_below_a_private_folder_and_leaves_it_private(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with EmbeddedPostgres(private / "pg", durable=False) as server:
        assert value(server.dsn(), "select 1") == 1
    assert private.stat().st_mode & 0o777 == 0o700


def test_a_directory_has_one_owner_at_a_time(tmp_path: Path) -> None:
    with (
        EmbeddedPostgres(tmp_path / "pg", durable=False) as server,
        pytest.raises(PostgresError, match="in use by another"),
    ):
        EmbeddedPostgres(tmp_path / "pg").start()
    with pytest.raises(PostgresError, match="not running"):
        server.dsn()


def test_a_cluster_whose_making_was_killed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """initdb writes the mark of a cluster first of all, and cannot clean up when it is killed."""

    def killed(_: EmbeddedPostgres, program: str, arguments: Sequence[str]) -> None:
        assert program == "initdb"
        (Path(arguments[1]) / "PG_VERSION").write_text("18\n")
        raise KeyboardInterrupt

    with monkeypatch.context() as first:
        first.setattr(EmbeddedPostgres, "_run", killed)
        with pytest.raises(KeyboardInterrupt):
            EmbeddedPostgres(tmp_path / "pg", durable=False).start()
    with EmbeddedPostgres(tmp_path / "pg", durable=False) as server:
        assert value(server.dsn(), "select 1") == 1


def test_what_hinders_the_start_is_in_the_error_and_nothing_keeps_running(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", settings={"shared_buffers": "a lot"})
    with pytest.raises(PostgresError, match="shared_buffers"):
        server.start()
    assert not (tmp_path / "pg" / "cluster" / "postmaster.pid").exists()


def test_the_server_ends_when_its_owner_is_killed_and_starts_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path / "pg")]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert owner.stdout is not None
    dsn = owner.stdout.readline().strip()
    assert value(dsn, "select 1") == 1
    pid = server_pid(tmp_path / "pg")
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    assert eventually(lambda: not is_alive(pid))
    with EmbeddedPostgres(tmp_path / "pg", durable=False) as server:
        assert value(server.dsn(), "select 1") == 1


def test_a_server_that_outlived_owner_and_guard_is_taken_over(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", durable=False).start()
    orphan = server_pid(tmp_path / "pg")
    assert server._guard is not None
    server._guard.kill()
    server._guard.wait()
    assert server._lock is not None
    server._lock.close()
    with EmbeddedPostgres(tmp_path / "pg", durable=False) as successor:
        assert value(successor.dsn(), "select 1") == 1
        assert not is_alive(orphan)


def guard_of(owner_pid: int) -> int:
    children = Path(f"/proc/{owner_pid}/task/{owner_pid}/children").read_text().split()
    return next(int(pid) for pid in children if b"read _" in Path(f"/proc/{pid}/cmdline").read_bytes())


def test_the_guard_of_a_killed_owner_never_stops_the_next_owners_server(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path / "pg")]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert owner.stdout is not None
    value(owner.stdout.readline().strip(), "create table kept as select 1 as v; select 1")
    guard = guard_of(owner.pid)
    os.kill(guard, signal.SIGSTOP)
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    successor = EmbeddedPostgres(tmp_path / "pg", durable=False)
    try:
        with ThreadPoolExecutor(1) as pool:
            started = pool.submit(successor.start)
            wait([started], timeout=3)
            os.kill(guard, signal.SIGCONT)
        started.result()
        assert eventually(lambda: not is_alive(guard))
        assert value(successor.dsn(), "select v from kept") == 1
    finally:
        successor.stop()


def test_a_killed_server_is_noticed_and_started_again_with_its_data(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", free_port()).start()
    value(server.dsn(), "create table kept as select 1 as v; select 1")
    dsn = server.dsn()
    assert server.is_alive
    os.kill(server.pid, signal.SIGKILL)
    assert eventually(lambda: not server.is_alive)
    with contextlib.suppress(PostgresError):
        server.stop()
    with server:
        assert server.dsn() == dsn
        assert value(server.dsn(), "select v from kept") == 1
    assert not server.is_alive
