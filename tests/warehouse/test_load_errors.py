"""What the driver says becomes TransientError or TerminalError, and a load retries only the former."""

import struct
from typing import Any

import pytest
import redshift_connector

from gem.contracts.errors import TerminalError, TransientError
from gem.warehouse.connection import connect, warehouse_error
from gem.warehouse.load import LONGEST_PAUSE_SECONDS, TRIES, load_curated
from local_aws.redshift import RedshiftFront
from tests.model.curated import SNAPSHOT, CuratedManifest
from tests.model.lab import SETTINGS


def server_error(code: str, message: str) -> redshift_connector.ProgrammingError:
    return redshift_connector.ProgrammingError({"S": "ERROR", "C": code, "M": message, "D": "the detail"})


TRANSIENT = (
    server_error("XX000", "1023 DETAIL: Serializable isolation violation on table - 100342"),
    server_error("XX000", "could not complete because of conflict with concurrent transaction"),
    server_error("40P01", "deadlock detected"),
    server_error("57P01", "terminating connection due to administrator command"),
    server_error("57014", "canceling statement due to statement timeout"),
    server_error("53300", "too many connections"),
    redshift_connector.InterfaceError("BrokenPipe: server socket closed"),
    ConnectionResetError("Connection reset by peer"),
    TimeoutError("timed out"),
    struct.error("unpack requires a buffer of 5 bytes"),
)
TERMINAL = (
    server_error("42P01", 'relation "mart.fact_bid" does not exist'),
    server_error("42501", "permission denied for schema mart"),
    server_error("28P01", "password authentication failed"),
    server_error("22001", "value too long for type character varying(2)"),
    redshift_connector.ProgrammingError("Only %s and %% are supported in the query."),
)


@pytest.mark.parametrize("error", TRANSIENT, ids=str)
def test_what_may_pass_is_transient(error: Exception) -> None:
    assert isinstance(warehouse_error(error, "commit"), TransientError)


@pytest.mark.parametrize("error", TERMINAL, ids=str)
def test_what_a_retry_cannot_help_is_terminal(error: Exception) -> None:
    assert isinstance(warehouse_error(error, "select"), TerminalError)


def test_the_message_names_the_statement_and_keeps_the_servers_detail() -> None:
    text = str(warehouse_error(server_error("42P01", "no such table"), "copy stage_root"))
    assert text == "warehouse, copy stage_root: no such table the detail"


def test_tries_end_and_pauses_are_bounded() -> None:
    manifest = CuratedManifest(
        batch_id="gem-0000000001",
        attempt=1,
        source_id="gem",
        batch_seq=1,
        snapshot_at=SNAPSHOT,
        created_at=SNAPSHOT,
        verdict="passed",
    )
    pauses: list[float] = []
    tries = 0

    def unreachable() -> Any:
        nonlocal tries
        tries += 1
        raise TransientError("the warehouse is away")

    with pytest.raises(TransientError, match="is away"):
        load_curated(unreachable, None, SETTINGS, [manifest], sleep=pauses.append)
    assert tries == TRIES
    assert len(pauses) == TRIES - 1
    assert all(0 <= pause <= LONGEST_PAUSE_SECONDS for pause in pauses)


class Secrets:
    """Secrets Manager with one secret."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        return {"SecretString": self.text}


def test_a_secret_without_a_password_is_named(redshift_front: RedshiftFront) -> None:
    with pytest.raises(TerminalError, match=r"secret 'none' lacks \['dbname', 'password', 'username'\]"):
        connect(SETTINGS, Secrets(f'{{"host": "127.0.0.1", "port": {redshift_front.port}}}'))


def test_a_connection_is_open_to_the_database_of_the_secret_within_its_time(redshift_front: RedshiftFront) -> None:
    secret = (
        f'{{"host": "127.0.0.1", "port": {redshift_front.port}, "dbname": "postgres",'
        f' "username": "{redshift_front.user}", "password": "{redshift_front.password}"}}'
    )
    connection = connect(SETTINGS, Secrets(secret), statement_timeout_seconds=1.5)
    cursor = connection.cursor()
    cursor.execute("show statement_timeout")
    assert cursor.fetchone()[0] == "1500ms"
    connection.close()
