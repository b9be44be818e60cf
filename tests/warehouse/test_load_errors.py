"""What the driver says becomes TransientError or TerminalError, and a load retries only the former."""

import json
import struct
from collections.abc import Iterator
from typing import Any

import pytest
import redshift_connector
from botocore.exceptions import ClientError

from gem.contracts.errors import TerminalError, TransientError
from gem.warehouse.connection import connect, execute, warehouse_error
from gem.warehouse.limit import TOLERANCE_SECONDS, TimeLimited
from gem.warehouse.load import LONGEST_PAUSE_SECONDS, TRIES, load_curated
from local_aws.redshift import RedshiftFront
from tests.model.curated import SNAPSHOT, CuratedManifest
from tests.model.lab import SETTINGS


def server_error(code: str, message: str) -> redshift_connector.ProgrammingError:
    return redshift_connector.ProgrammingError({"S": "ERROR", "C": code, "M": message, "D": "the detail"})


TRANSIENT = (
    server_error("XX000", "1023 DETAIL: Serializable isolation violation on table - 100342"),
    server_error("XX000", "could not complete because of conflict with concurrent transaction"),
    server_error("XX000", "S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown,Rid 7A"),
    server_error("XX000", "S3CurlException: transfer closed with outstanding read data remaining, CurlError 18"),
    server_error("XX000", "S3ServiceException:We encountered an internal error.,Status 500,Error InternalError"),
    server_error("XX000", "S3Query Exception Connection failed, retries exceeded. code: 15005"),
    server_error("XX000", "Spectrum Scan Error: Access throttled"),
    server_error(
        "XX000",
        "S3 Query Exception (Fetch) code: 15001 context: thread_resource_error: Resource temporarily unavailable",
    ),
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
    # Spectrum gives the same code to what may pass and to what will not.
    server_error("XX000", "Spectrum Scan Error code: 15001 context: The length of the data column x is longer than"),
    server_error("22001", "value too long for type character varying(2)"),
    server_error("22003", "Numeric data overflow: 10234.50"),
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


MANIFEST = CuratedManifest(
    batch_id="gem-0000000001",
    attempt=1,
    source_id="gem",
    batch_seq=1,
    snapshot_at=SNAPSHOT,
    created_at=SNAPSHOT,
    verdict="passed",
)


def test_tries_end_and_pauses_are_bounded() -> None:
    pauses: list[float] = []
    tries = 0

    def unreachable() -> Any:
        nonlocal tries
        tries += 1
        raise TransientError("the warehouse is away")

    with pytest.raises(TransientError, match="is away"):
        load_curated(unreachable, None, SETTINGS, [MANIFEST], sleep=pauses.append)
    assert tries == TRIES
    assert len(pauses) == TRIES - 1
    assert all(0 <= pause <= LONGEST_PAUSE_SECONDS for pause in pauses)


def test_no_further_try_is_begun_when_there_is_no_time_for_it() -> None:
    tries = 0

    def unreachable() -> Any:
        nonlocal tries
        tries += 1
        raise TransientError("the warehouse is away")

    with pytest.raises(TransientError, match="is away"):
        load_curated(unreachable, None, SETTINGS, [MANIFEST], sleep=pytest.fail, may_retry=lambda: tries < 1)
    assert tries == 1


class Secrets:
    """Secrets Manager with one secret."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        return {"SecretString": self.text}


def test_a_secret_without_a_password_is_named(redshift_front: RedshiftFront) -> None:
    with pytest.raises(TerminalError, match=r"secret 'none' lacks \['dbname', 'password', 'username'\]"):
        connect(SETTINGS, Secrets(f'{{"host": "127.0.0.1", "port": {redshift_front.port}}}'))


@pytest.mark.parametrize("text", ["no JSON", "[1]"])
def test_a_secret_that_is_no_json_object_is_named_and_not_shown(text: str) -> None:
    with pytest.raises(TerminalError, match="secret 'none' must be a JSON object") as caught:
        connect(SETTINGS, Secrets(text))
    assert text not in str(caught.value)


def test_a_secret_that_cannot_be_read_is_worth_another_try() -> None:
    class Throttled(Secrets):
        def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "GetSecretValue")

    with pytest.raises(TransientError, match="secret none: reading"):
        connect(SETTINGS, Throttled(""))


@pytest.fixture
def opened(redshift_front: RedshiftFront) -> Iterator[Any]:
    secret = {
        "host": redshift_front.host,
        "port": redshift_front.port,
        "dbname": "postgres",
        "username": redshift_front.user,
        "password": redshift_front.password,
    }
    connection = connect(SETTINGS, Secrets(json.dumps(secret)))
    yield connection
    connection.close()


def test_no_statement_outlasts_the_time_that_is_left_when_it_begins(opened: Any) -> None:
    left = 100.0
    limited = TimeLimited(opened, lambda: left)

    def timeout() -> Any:
        return execute(limited, "show statement_timeout")[0][0]

    assert timeout() == "100s"
    left -= TOLERANCE_SECONDS
    assert timeout() == "100s"  # not worth a round trip
    left = 50.0
    assert timeout() == "50s"
    limited.rollback()
    assert timeout() == "50s"  # ROLLBACK has undone the SET
    left = 0.1
    with pytest.raises(TransientError, match="statement timeout"):
        execute(limited, "select pg_sleep(20)")


def test_an_update_with_two_matches_for_a_row_is_an_error_of_the_session(opened: Any) -> None:
    assert execute(opened, "show error_on_nondeterministic_update") == [("true",)]


def test_no_statement_is_prepared_under_a_name_that_outlives_its_tables(opened: Any) -> None:
    assert execute(opened, "select count(*) from pg_prepared_statements where name <> ''") == [(0,)]
