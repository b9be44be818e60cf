"""How clients come in, talk and leave."""

import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.errors
import pytest
import redshift_connector

from local_aws.postgres import EmbeddedPostgres, postgres_bin
from local_aws.redshift import RedshiftFront


def rows(connection: Any, sql: str, *args: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute(sql, args or None)
    return [tuple(row) for row in cursor.fetchall()]


def failure(connection: Any, sql: str) -> str:
    with pytest.raises(redshift_connector.Error) as caught:
        rows(connection, sql)
    return str(caught.value)


def eventually(condition: Callable[[], bool]) -> bool:
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def backends(postgres: EmbeddedPostgres, database: str) -> int:
    connection = psycopg2.connect(postgres.dsn())
    try:
        return int(rows(connection, "select count(*) from pg_stat_activity where datname = %s", database)[0][0])
    finally:
        connection.close()


def sleeping(postgres: EmbeddedPostgres, database: str) -> bool:
    connection = psycopg2.connect(postgres.dsn())
    try:
        sql = "select count(*) from pg_stat_activity where datname = %s and wait_event = 'PgSleep'"
        return bool(rows(connection, sql, database)[0][0])
    finally:
        connection.close()


def test_redshift_connector_gets_values_and_types_through_parameters(cursor: Any) -> None:
    cursor.execute("select %s::int + 1, %s::varchar, %s::decimal(18,2), %s::boolean", (41, "हिन्दी 'q'", "1.10", None))
    ((number, text, money, missing),) = cursor.fetchall()
    assert (number, text, str(money), missing) == (42, "हिन्दी 'q'", "1.10", None)


def test_executemany_and_a_statement_executed_again_insert_every_row(cursor: Any) -> None:
    cursor.execute("create table pair (a int, b varchar(10))")
    cursor.executemany("insert into pair values (%s, %s)", [(1, "x"), (2, None), (3, "")])
    cursor.execute("select a, b from pair order by a")
    assert [tuple(row) for row in cursor.fetchall()] == [(1, "x"), (2, None), (3, "")]


def test_the_server_says_that_it_is_redshift(redshift_dsn: str) -> None:
    with psycopg2.connect(redshift_dsn) as connection:
        assert connection.server_version == 80002
        assert "Redshift" in rows(connection, "select version()")[0][0]


def test_a_wrong_password_is_refused(redshift_front: RedshiftFront, redshift_database: str) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(redshift_front.dsn(redshift_database).replace(redshift_front.password, "wrong"))
    with pytest.raises(redshift_connector.Error, match="password authentication failed"):
        redshift_connector.connect(
            host="127.0.0.1", port=redshift_front.port, database="x", user="root", password="no", ssl=False
        )


def test_statements_that_the_front_accompanies_commit_by_themselves(connect: Callable[[], Any]) -> None:
    connection, other = connect(), connect()
    connection.autocommit = other.autocommit = True
    for number in range(3):
        connection.cursor().execute(f"create table auto_{number} (k int primary key) sortkey (k)")
        connection.cursor().execute(f"insert into auto_{number} values (1)")
        assert rows(other, f"select count(*) from auto_{number}") == [(1,)]
    assert "already exists" in failure(connection, "create table auto_1 (k int primary key)")
    assert rows(connection, "select count(*) from auto_1") == [(1,)]
    assert "indexes" in failure(connection, "create index i on auto_1 (k)")
    connection.cursor().execute("truncate auto_1")
    assert rows(other, "select count(*) from auto_1") == [(0,)]


def test_a_database_that_is_not_there_is_named(redshift_front: RedshiftFront) -> None:
    with pytest.raises(psycopg2.OperationalError, match='"nowhere" does not exist'):
        psycopg2.connect(redshift_front.dsn("nowhere"))


def test_psql_describes_tables_and_runs_several_statements_in_one_message(redshift_dsn: str) -> None:
    script = "create table dim_x (k bigint primary key, name varchar(20)); insert into dim_x values (1, 'a'), (1, 'b')"
    command = [str(postgres_bin() / "psql"), redshift_dsn, "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    result = subprocess.run(
        [*command, "-c", script, "-c", r"\d", "-c", r"\d dim_x", "-c", "select nvl(null, count(*)) from dim_x"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "public|dim_x|table" in result.stdout
    assert "name|character varying(20)" in result.stdout
    assert result.stdout.splitlines()[-1] == "2"


def test_a_failing_statement_of_a_message_undoes_those_before_it(redshift_dsn: str) -> None:
    connection = psycopg2.connect(redshift_dsn)
    connection.autocommit = True
    with pytest.raises(psycopg2.errors.UndefinedTable):
        connection.cursor().execute(
            "create table half (k int primary key); insert into half values (1); select * from x"
        )
    assert rows(connection, "select count(*) from pg_catalog.pg_class where relname = 'half'") == [(0,)]


def test_an_error_of_the_front_fails_the_transaction_like_any_other(redshift_dsn: str) -> None:
    connection = psycopg2.connect(redshift_dsn)
    with pytest.raises(psycopg2.errors.FeatureNotSupported):
        connection.cursor().execute("create index i on t (k)")
    with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
        connection.cursor().execute("select 1")
    connection.rollback()
    assert rows(connection, "select 1") == [(1,)]


def test_a_client_that_vanishes_in_its_transaction_leaves_nothing_behind(
    connect: Callable[[], Any], embedded_postgres: EmbeddedPostgres, redshift_database: str
) -> None:
    holder, waiter, later = connect(), connect(), connect()
    holder.cursor().execute("create table t (k int)")
    holder.commit()
    waiter.cursor().execute("insert into t values (1)")
    waiter._usock.close()
    waiter._sock.close()
    waiter._sock = None
    assert eventually(lambda: backends(embedded_postgres, redshift_database) == 2)
    later.cursor().execute("lock table t")
    assert rows(later, "select count(*) from t") == [(0,)]


def test_a_client_killed_in_the_middle_of_a_statement_is_rolled_back(
    redshift_dsn: str, embedded_postgres: EmbeddedPostgres, redshift_database: str
) -> None:
    psql = [str(postgres_bin() / "psql"), redshift_dsn, "-X", "-c", "select pg_sleep(30)"]
    process = subprocess.Popen(psql)
    assert eventually(lambda: sleeping(embedded_postgres, redshift_database))
    process.kill()
    process.wait()
    assert eventually(lambda: backends(embedded_postgres, redshift_database) == 0)


def test_a_cancel_request_stops_the_statement_and_not_the_session(
    connect: Callable[[], Any],
    redshift_front: RedshiftFront,
    embedded_postgres: EmbeddedPostgres,
    redshift_database: str,
) -> None:
    connection = connect()
    errors: list[str] = []
    thread = threading.Thread(target=lambda: errors.append(failure(connection, "select pg_sleep(30)")))
    thread.start()
    assert eventually(lambda: sleeping(embedded_postgres, redshift_database))
    with socket.create_connection((redshift_front.host, redshift_front.port)) as canceller:
        canceller.sendall(struct.pack("!ii", 16, 80877102) + connection._backend_key_data)
    thread.join()
    assert "canceling statement due to user request" in errors[0]
    connection.rollback()
    assert rows(connection, "select 7") == [(7,)]


def test_a_session_is_ended_by_its_process_id(connect: Callable[[], Any]) -> None:
    victim, killer = connect(), connect()
    ((pid,),) = rows(victim, "select pg_backend_pid()")
    assert rows(killer, "select pg_terminate_backend(%s)", pid) == [(True,)]
    with pytest.raises((redshift_connector.Error, OSError)):
        rows(victim, "select 1")


def test_the_front_runs_as_a_process_of_its_own(
    embedded_postgres: EmbeddedPostgres, redshift_database: str, s3_endpoint_url: str
) -> None:
    command = [sys.executable, "-m", "local_aws.redshift", "--backend-dsn", embedded_postgres.dsn()]
    process = subprocess.Popen(
        [*command, "--s3-endpoint", s3_endpoint_url], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    try:
        ready = json.loads(process.stdout.readline())
        connection = redshift_connector.connect(**ready, database=redshift_database, ssl=False)
        assert rows(connection, "select 1") == [(1,)]
        connection.close()
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0
