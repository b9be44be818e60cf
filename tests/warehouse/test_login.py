"""The user that loads: made of its secret, allowed what a load does, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from gem.contracts.errors import TerminalError
from gem.warehouse.connection import Connection, commit, execute
from gem.warehouse.login import make_loader, refused_to_loader
from gem.warehouse.migrate import pending
from gem.warehouse.security import secure
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.lab import Lab, prepared_lab
from tests.warehouse.portable import Portable
from tests.warehouse.test_load import a_bid_with_offers

USER, PASSWORD = "gem_pipeline", "Of32LettersAndDigits"


@pytest.fixture(scope="module")
def lab(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront, s3: Any) -> Lab:
    return prepared_lab(embedded_postgres, redshift_front, s3)


@pytest.fixture(scope="module")
def database(lab: Lab) -> Iterator[str]:
    """A warehouse with roles."""
    name = lab.copy()
    admin = lab.connect(name)
    secure(Portable(admin), portable=True)
    admin.close()
    yield name
    lab.drop(name)


@pytest.fixture
def admin(lab: Lab, database: str) -> Iterator[Any]:
    connection = Portable(lab.connect(database))
    yield connection
    connection.rollback()
    execute(connection, f"drop user if exists {USER}")
    commit(connection)
    connection.close()


def as_user(lab: Lab, database: str) -> Connection:
    connection = lab.connect(database)
    execute(connection, f"set session authorization '{USER}'")
    commit(connection)
    return connection


def test_the_user_is_made_once_and_its_password_is_that_of_the_secret(admin: Any) -> None:
    known = f"select rolpassword from pg_authid where rolname = '{USER}'"
    assert make_loader(admin, USER, PASSWORD) == f"create user {USER}, grant role gem_loader"
    before = execute(admin, known)
    assert make_loader(admin, USER, PASSWORD + "1") == f"alter user {USER}, grant role gem_loader"
    assert execute(admin, known) != before
    assert execute(admin, f"select pg_has_role('{USER}', 'gem_loader', 'member')") == [(True,)]


def test_it_may_do_all_that_a_load_does(lab: Lab, database: str, admin: Any) -> None:
    make_loader(admin, USER, PASSWORD)
    (report,) = lab.load(database, a_bid_with_offers(lab), connect=lambda: as_user(lab, database))
    assert (report.outcome, report.error) == ("loaded", "")
    connection = as_user(lab, database)
    assert refused_to_loader(connection) == ""
    assert pending(connection) == []
    # What operators' commands read: reports and exports the views, measures both.
    assert execute(connection, "select count(*) from bi.v_participations") == [(3,)]
    assert execute(connection, "select total from bi.v_measure_totals where measure = 'Participations'") == [(3,)]
    with pytest.raises(TerminalError, match="permission denied"):
        execute(connection, "create table mart.own (n integer)")
    connection.close()


def test_a_user_without_the_role_is_told_what_it_may_not(lab: Lab, database: str, admin: Any) -> None:
    make_loader(admin, USER, PASSWORD)
    execute(admin, f"revoke role gem_loader from {USER}")
    commit(admin)
    connection = as_user(lab, database)
    assert "permission denied" in refused_to_loader(connection)
    connection.close()


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("gem_loader", PASSWORD),
        ("Robert'); drop table", PASSWORD),
        ("", PASSWORD),
        (USER, "short1A"),
        (USER, "with'aQuote1"),
        (USER, "पासवर्ड12Ab"),
        (USER, "x" * 65),
    ],
)
def test_what_redshift_could_not_take_is_refused_without_the_password(admin: Any, user: str, password: str) -> None:
    with pytest.raises(TerminalError) as refused:
        make_loader(admin, user, password)
    assert password not in str(refused.value)
