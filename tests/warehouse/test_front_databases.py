"""CREATE DATABASE and DROP DATABASE through the front: alone, whole, and with Redshift's own functions inside."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest
import redshift_connector

from local_aws.postgres import postgres_bin
from local_aws.redshift import RedshiftFront

NAME = "scratch of_today"
LISTED = "select count(*) from pg_database where datname = %s"


@pytest.fixture
def alone(connect: Callable[[], Any], redshift_front: RedshiftFront) -> Iterator[Any]:
    """A cursor in autocommit; what a test creates is dropped."""
    connection = connect()
    connection.autocommit = True
    cursor = connection.cursor()
    yield cursor
    cursor.execute(LISTED, (NAME,))
    if cursor.fetchone()[0]:
        cursor.execute(f'drop database "{NAME}" force')


def getdate_in(front: RedshiftFront, database: str) -> list[Any]:
    connection = psycopg2.connect(front.dsn(database))
    try:
        cursor = connection.cursor()
        cursor.execute("select count(getdate())")
        return cursor.fetchall()
    finally:
        connection.close()


def failure(cursor: Any, sql: str) -> str:
    with pytest.raises(redshift_connector.Error) as caught:
        cursor.execute(sql)
    return str(caught.value)


def test_a_database_made_again_under_its_name_is_a_redshift_too(alone: Any, redshift_front: RedshiftFront) -> None:
    for options in ("", " with owner = postgres connection limit unlimited collate case_sensitive"):
        alone.execute(f'create database "{NAME}"{options}')
        assert getdate_in(redshift_front, NAME) == [(1,)]
        alone.execute(f'drop database "{NAME}"')
    with pytest.raises(psycopg2.OperationalError, match=f'"{NAME}" does not exist'):
        getdate_in(redshift_front, NAME)


def test_neither_runs_in_a_transaction(connect: Callable[[], Any], redshift_database: str) -> None:
    connection = connect()
    for statement in (f'create database "{NAME}"', f"drop database {redshift_database}"):
        words = failure(connection.cursor(), statement)
        assert "DATABASE cannot run inside a transaction block" in words
        connection.rollback()


def test_a_database_that_somebody_is_in_is_dropped_by_force_only(alone: Any, redshift_front: RedshiftFront) -> None:
    alone.execute(f'create database "{NAME}"')
    inside = psycopg2.connect(redshift_front.dsn(NAME))
    assert "being accessed by other users" in failure(alone, f'drop database "{NAME}"')
    alone.execute(f'drop database "{NAME}" force')
    with pytest.raises(psycopg2.Error):
        inside.cursor().execute("select 1")


def test_psql_runs_alone_what_must_be_alone(alone: Any, redshift_dsn: str) -> None:
    psql = [str(postgres_bin() / "psql"), redshift_dsn, "-X", "-v", "ON_ERROR_STOP=1"]
    script = [
        f'create database "{NAME}"',
        "create table t (name varchar(5))",
        "alter table t alter column name type varchar(9)",
        "insert into t values ('123456789')",
        f'drop database "{NAME}"',
    ]
    words = [word for statement in script for word in ("-c", statement)]
    subprocess.run([*psql, *words], check=True, capture_output=True)
    refused = subprocess.run(
        [*psql, "-c", f'select 1; create database "{NAME}"'], capture_output=True, text=True, check=False
    )
    assert "CREATE DATABASE cannot run inside a transaction block" in refused.stderr


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("create database d isolation level snapshot", "ALTER DATABASE … ISOLATION LEVEL after it"),
        ("create database d collate case_insensitive", "COLLATE CASE_INSENSITIVE"),
        ("create database d template template0", 'syntax error at or near "template"'),
        ("create database d from datashare s of namespace 'n'", "DATASHARE"),
        ("drop database if exists d", 'syntax error at or near "if"'),
    ],
)
def test_what_redshift_or_the_stand_in_has_not_is_refused(alone: Any, statement: str, word: str) -> None:
    assert word in failure(alone, statement)
