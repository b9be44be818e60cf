"""A warehouse to test on: the Redshift front on an embedded PostgreSQL, with a local S3 beside it."""

import io
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import redshift_connector
from moto.server import ThreadedMotoServer

from gem.warehouse.migrate import migrate
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront

ROLE = "arn:aws:iam::123456789012:role/gem-redshift-copy"
REGION = "ap-south-1"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def embedded_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("warehouse") / "postgres", durable=False) as postgres:
        yield postgres


@pytest.fixture(scope="session")
def s3_endpoint_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def s3(s3_endpoint_url: str) -> Any:
    client = boto3.client(
        "s3", endpoint_url=s3_endpoint_url, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})
    return client


@pytest.fixture(scope="session")
def redshift_front(embedded_postgres: EmbeddedPostgres, s3_endpoint_url: str) -> Iterator[RedshiftFront]:
    with RedshiftFront(embedded_postgres.dsn(), s3_endpoint_url) as front:
        yield front


@pytest.fixture(scope="module")
def migrated(
    request: pytest.FixtureRequest, embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront
) -> Iterator[Any]:
    """A connection to the empty warehouse of a module, in a database of the name that its DATABASE says."""
    name = request.module.DATABASE
    embedded_postgres.create_database(name)
    connection = redshift_connector.connect(
        host=redshift_front.host,
        port=redshift_front.port,
        database=name,
        user=redshift_front.user,
        password=redshift_front.password,
        ssl=False,
    )
    migrate(connection)
    yield connection
    connection.close()


@pytest.fixture
def redshift_database(embedded_postgres: EmbeddedPostgres) -> str:
    """A new, empty database of the warehouse, one per test."""
    name = f"test_{next(_numbers)}"
    embedded_postgres.create_database(name)
    return name


@pytest.fixture
def redshift_dsn(redshift_front: RedshiftFront, redshift_database: str) -> str:
    """The libpq URI of the test's own database, through the front."""
    return redshift_front.dsn(redshift_database)


@pytest.fixture
def connect(redshift_front: RedshiftFront, redshift_database: str) -> Iterator[Callable[[], Any]]:
    """Opens connections of redshift_connector to the test's own database; they are closed at its end."""
    opened: list[Any] = []

    def open_one() -> Any:
        connection = redshift_connector.connect(
            host=redshift_front.host,
            port=redshift_front.port,
            database=redshift_database,
            user=redshift_front.user,
            password=redshift_front.password,
            ssl=False,
        )
        opened.append(connection)
        return connection

    yield open_one
    for connection in opened:
        if connection._sock is not None:  # one that the test itself has closed raises when closed again
            connection.close()


@pytest.fixture
def cursor(connect: Callable[[], Any]) -> Any:
    """A cursor of redshift_connector, autocommit off, on the test's own database."""
    return connect().cursor()


@pytest.fixture
def put_parquet(s3: Any, redshift_database: str) -> Callable[..., tuple[str, int]]:
    """Writes a table as a Parquet object of the test's own prefix; gives its URL and size in bytes."""

    def put(name: str, table: pa.Table, **options: Any) -> tuple[str, int]:
        sink = io.BytesIO()
        pq.write_table(table, sink, **options)
        key = f"{redshift_database}/{name}"
        s3.put_object(Bucket="lake", Key=key, Body=sink.getvalue())
        return f"s3://lake/{key}", len(sink.getvalue())

    return put
