"""From a hot standby, which cannot list running transactions, nothing is lost and nothing older is read."""

import os
import shutil
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from extractor_ec2 import changelog
from gem.contracts.errors import TransientError
from gem.contracts.source.aggregates import AGGREGATES
from local_aws.aws_endpoint import REGION
from local_aws.postgres import EmbeddedPostgres
from local_aws.source import schema

from .conftest import LAKE, Site


@pytest.fixture
def sites(tmp_path, aws):
    """The same source read from its primary and from a standby of it, into one empty lake."""
    aws.reset()
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=LAKE, CreateBucketConfiguration={"LocationConstraint": REGION})
    with EmbeddedPostgres(tmp_path / "primary") as primary:
        primary.create_database("source")
        with closing(psycopg2.connect(primary.dsn("source"))) as connection:
            schema.install(connection)
            connection.commit()
            changelog.install(connection, AGGREGATES)
        primary.stop()
        copy_cluster(tmp_path / "primary", tmp_path / "standby")
        primary.start()
        follows = {"primary_conninfo": primary.dsn()}
        with EmbeddedPostgres(tmp_path / "standby", settings=follows) as standby:
            yield Site(primary.dsn("source"), s3), Site(standby.dsn("source"), s3)


def copy_cluster(home: Path, copy: Path) -> None:
    """A standby's data folder; as root, the files belong to the server's own user, here as there."""
    shutil.copytree(home, copy, symlinks=True)
    (copy / "cluster" / "standby.signal").touch()
    for path in (copy, *copy.rglob("*")):
        original = home / path.relative_to(copy)
        owner = (original if original.exists() else home / "cluster").stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def replayed(primary: Site, standby: Site) -> None:
    """Waits until the standby shows all that the primary has committed."""
    ((position,),) = primary.fetch("select pg_current_wal_lsn()::text")
    while standby.fetch(f"select pg_last_wal_replay_lsn() >= '{position}'") != [(True,)]:
        standby.fetch("select pg_sleep(0.01)")


@pytest.mark.slow
def test_on_a_standby_an_open_transaction_delays_what_comes_after_it_and_loses_nothing(sites):
    primary, standby = sites
    primary.execute("insert into gem.contract (contract_id) values (1)")
    replayed(primary, standby)
    assert standby.roots(standby.extract(), "contract") == [1]
    with closing(psycopg2.connect(primary.dsn)) as late, late.cursor() as cursor:
        cursor.execute("insert into gem.contract (contract_id) values (2)")
        primary.execute("insert into gem.contract (contract_id) values (3)")
        replayed(primary, standby)
        assert standby.extract() is None
        late.commit()
    primary.execute("insert into gem.contract (contract_id) values (4)")
    replayed(primary, standby)
    assert standby.roots(standby.extract(), "contract") == [2, 3, 4]


@pytest.mark.slow
def test_a_standby_that_lags_behind_the_primary_that_was_read_is_not_read(sites):
    primary, standby = sites
    standby.fetch("select pg_wal_replay_pause()")
    primary.execute("insert into gem.contract (contract_id) values (1)")
    primary.extract()
    with pytest.raises(TransientError, match="this standby lags behind the server that was read then"):
        standby.extract()
    standby.fetch("select pg_wal_replay_resume()")
    primary.execute("insert into gem.contract (contract_id) values (2)")
    replayed(primary, standby)
    assert standby.roots(standby.extract(), "contract") == [2]
