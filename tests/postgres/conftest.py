"""One PostgreSQL server for the session, and a fresh source database for each test."""

import itertools
from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2 import sql

from local_aws.postgres import EmbeddedPostgres
from local_aws.source import schema

TEMPLATE = "source_template"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def source_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server whose database `source_template` holds the empty source schema."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("source"), durable=False) as server:
        server.create_database(TEMPLATE)
        connection = psycopg2.connect(server.dsn(TEMPLATE))
        schema.install(connection)
        connection.commit()
        connection.close()
        yield server


@pytest.fixture
def source_db(source_server: EmbeddedPostgres) -> Iterator[str]:
    """The DSN of a database of one's own with the empty source schema, dropped after the test."""
    name = f"source_{next(_numbers)}"
    execute_on_server(source_server, "create database {} template {}", name, TEMPLATE)
    yield source_server.dsn(name)
    execute_on_server(source_server, "drop database {} with (force)", name)


def execute_on_server(server: EmbeddedPostgres, statement: str, *names: str) -> None:
    """Run one statement outside a transaction, as creating and dropping databases needs."""
    connection = psycopg2.connect(server.dsn())
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    finally:
        connection.close()
