"""A warehouse to try loads on: databases copied from a migrated one, behind the Redshift front, with moto's S3."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Any

import boto3
import psycopg2
import redshift_connector
from moto.server import ThreadedMotoServer

from gem.contracts.manifest import CuratedManifest
from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import TableKind
from gem.settings import WarehouseSettings
from gem.warehouse.checks import check_queries
from gem.warehouse.connection import Connection, abandon, execute
from gem.warehouse.digest import table_digests
from gem.warehouse.load import LoadReport, load_curated
from gem.warehouse.migrate import migrate
from gem.warehouse.prune import prune
from gem.warehouse.templates.digests import keeps_digests
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import BUCKET

MIGRATED = "migrated"
SOURCE = "gem"
REGION = "ap-south-1"
CLOCKS = {"dw_inserted_at", "dw_updated_at", "loaded_at", "applied_at", "moved_at"}
SETTINGS = WarehouseSettings(
    lake_bucket=BUCKET,
    warehouse_secret_id="none",
    warehouse_ssl=False,
    copy_role_arn="arn:aws:iam::123456789012:role/copy",
)
NOT_LOADED = {TableKind.STATIC, TableKind.PERIODIC}
DIMENSIONS = tuple(t.name for t in MART_TABLES if t.kind in (TableKind.SCD1, TableKind.SCD2))
DIGESTS = tuple(f"{t.name}_digest" for t in MART_TABLES if keeps_digests(t))
MEMORY = ("root_version", *(f"{name}_version" for name in DIMENSIONS), "low_water_mark")

Contents = dict[str, list[dict[str, Any]]]


class Lab:
    """Databases, loads and what stands in them."""

    def __init__(self, postgres: EmbeddedPostgres, front: RedshiftFront, s3: Any) -> None:
        self.postgres = postgres
        self.front = front
        self.s3 = s3
        self._databases = 0

    def copy(self, template: str = MIGRATED) -> str:
        """A new database with the contents of another that nobody is connected to."""
        self._databases += 1
        name = f"case_{self._databases}"
        self._admin(f"create database {name} template {template} strategy wal_log")
        return name

    def drop(self, name: str) -> None:
        self._admin(f"drop database {name} with (force)")

    def connect(self, database: str) -> Connection:
        return redshift_connector.connect(
            host=self.front.host,
            port=self.front.port,
            database=database,
            user=self.front.user,
            password=self.front.password,
            ssl=False,
        )

    def load(
        self,
        database: str,
        *manifests: CuratedManifest,
        connect: Callable[[], Connection] | None = None,
        settings: WarehouseSettings = SETTINGS,
        remaining_seconds: Callable[[], float] = lambda: inf,
    ) -> list[LoadReport]:
        factory = connect or (lambda: self.connect(database))
        return load_curated(
            factory, self.s3, settings, manifests, sleep=lambda _: None, remaining_seconds=remaining_seconds
        )

    def prune(self, database: str, mark: int, *, connect: Callable[[], Connection] | None = None) -> None:
        """Moves the mark of the one source that the model has."""
        connection = connect() if connect else self.connect(database)
        try:
            prune(connection, {SOURCE: mark})
        finally:
            abandon(connection)

    def query(self, database: str, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        connection = self.connect(database)
        try:
            return execute(connection, sql, parameters)
        finally:
            connection.rollback()
            connection.close()

    def digests(self, database: str) -> dict[str, str]:
        connection = self.connect(database)
        try:
            return table_digests(connection)
        finally:
            connection.rollback()
            connection.close()

    def wrong_digests(self, database: str) -> list[str]:
        """The buckets of facts whose digest is not that of their rows, as the audit counts them."""
        asked = [query for query in check_queries() if query.name.endswith(".digests_are_those_of_its_rows")]
        return [f"{one.name}: {example}" for one in asked for (example,) in self.query(database, one.sql)]

    def contents(self, database: str) -> Contents:
        """All rows that loads decide, without the columns of the clock: the mart, and what the load remembers."""
        names = [f"mart.{t.name}" for t in MART_TABLES if t.kind not in NOT_LOADED]
        names += [f"ops.{name}" for name in (*MEMORY, *DIGESTS)]
        with psycopg2.connect(self.postgres.dsn(database)) as connection, connection.cursor() as cursor:
            found = {name: _rows(cursor, name) for name in names}
        connection.close()
        return found

    def _admin(self, sql: str) -> None:
        connection = psycopg2.connect(self.postgres.dsn())
        connection.autocommit = True
        connection.cursor().execute(sql)
        connection.close()


def _rows(cursor: Any, table: str) -> list[dict[str, Any]]:
    cursor.execute(f"select * from {table}")
    columns = [column.name for column in cursor.description]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    kept = [{name: value for name, value in row.items() if name not in CLOCKS} for row in rows]
    return sorted(kept, key=lambda row: repr(tuple(row.values())))


def prepared_lab(postgres: EmbeddedPostgres, front: RedshiftFront, s3: Any) -> Lab:
    """A laboratory on servers that run already, with its migrated database and its bucket."""
    # All moto servers of a process share their buckets.
    if BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    postgres.create_database(MIGRATED)
    lab = Lab(postgres, front, s3)
    connection = lab.connect(MIGRATED)
    migrate(connection)
    connection.close()
    return lab


@contextmanager
def open_lab(directory: Path) -> Iterator[Lab]:
    """The whole laboratory, started and stopped; one migrated database stands in it."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    endpoint = "http://{}:{}".format(*moto.get_host_and_port())
    s3 = boto3.client(
        "s3", endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )
    try:
        with (
            EmbeddedPostgres(directory, durable=False, settings={"jit": False}) as postgres,
            RedshiftFront(postgres.dsn(), endpoint) as front,
        ):
            yield prepared_lab(postgres, front, s3)
    finally:
        moto.stop()
