"""One PostgreSQL server for the session, a fresh source database for each test, and a lake where one is wanted."""

import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

import psycopg2
import pyarrow.parquet as pq
import pytest
from psycopg2 import sql

from extractor_ec2 import changelog
from extractor_ec2.extract import Extractor
from extractor_ec2.lake import Lake
from extractor_ec2.postgres import Source
from gem.contracts.keys import BatchId, RawManifestKey, state_key
from gem.contracts.manifest import PartKind, RawManifest, parse_manifest
from gem.contracts.source.aggregates import AGGREGATES
from gem.settings import ExtractorSettings
from local_aws.aws_endpoint import REGION
from local_aws.aws_server import AwsServer
from local_aws.postgres import EmbeddedPostgres
from local_aws.source import schema

TEMPLATE = "source_template"
LAKE = "lake"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def source_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server whose database `source_template` holds the empty source schema."""
    crowded = {"max_prepared_transactions": 2, "max_connections": 300}
    with EmbeddedPostgres(tmp_path_factory.mktemp("source"), durable=False, settings=crowded) as server:
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


class Site:
    """A source with its change log, an empty lake, and an extractor between them; what it published, as Python rows."""

    def __init__(self, dsn: str, s3: Any) -> None:
        self.dsn = self.owner_dsn = dsn
        self.s3 = s3

    def extractor(self, s3: Any = None, **changes: Any) -> Extractor:
        """The extractor of `python -m extractor_ec2 extract`, with another S3 client or other attributes."""
        settings = ExtractorSettings(source_dsn=self.dsn, lake_bucket=LAKE)
        lake = Lake(s3 or self.s3, LAKE)
        return Extractor(
            **{"source": Source(settings), "lake": lake, "aggregates": AGGREGATES, "part_rows": 1000} | changes
        )

    def extract(self, **changes: Any) -> RawManifest | None:
        """Runs the extractor; the manifest it published, if anything changed. Fails where an aggregate failed."""
        summary = self.extractor(**changes).extract()
        assert summary.failed == {}
        return self.manifest(summary.batch_id) if summary.batch_id else None

    def install_changelog(self) -> None:
        """Creates what is missing of the change log."""
        connection = psycopg2.connect(self.dsn)
        try:
            changelog.install(connection, AGGREGATES)
        finally:
            connection.close()

    def execute(self, *statements: str) -> None:
        """Runs the statements at the source in one transaction."""
        connection = psycopg2.connect(self.dsn)
        try:
            with connection, connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query at the source."""
        connection = psycopg2.connect(self.dsn)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        finally:
            connection.close()

    def stored_keys(self, prefix: str = "") -> list[str]:
        """The keys of every object in the lake."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=LAKE, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def body(self, key: str) -> bytes:
        """The bytes of an object."""
        return self.s3.get_object(Bucket=LAKE, Key=key)["Body"].read()

    def state(self) -> dict[str, Any]:
        """The extractor's state object."""
        return json.loads(self.body(state_key("gem")))

    def manifest(self, batch_id: str) -> RawManifest:
        """The manifest of a batch."""
        key = str(RawManifestKey(BatchId.parse(batch_id)))
        return parse_manifest(RawManifest, self.body(key), key)

    def manifests(self) -> list[RawManifest]:
        """Every published batch, by batch_seq."""
        found = [key for key in self.stored_keys("raw/") if key.endswith("/_manifest.json")]
        return [parse_manifest(RawManifest, self.body(key), key) for key in sorted(found)]

    def table(self, manifest: RawManifest, name: str, kind: PartKind = PartKind.ROWS) -> list[dict[str, Any]]:
        """The rows of one table in a batch."""
        parts = manifest.parts_of(kind, name)
        return [row for part in parts for row in pq.read_table(io.BytesIO(self.body(part.key))).to_pylist()]

    def roots(self, manifest: RawManifest, aggregate: str) -> list[int]:
        """The changed roots of one aggregate in a batch."""
        return [row["root_id"] for row in self.table(manifest, aggregate, PartKind.ROOTS)]


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    """A moto server; of the module and not the session, for a process holds only one and other folders have theirs."""
    with AwsServer() as server:
        yield server


@pytest.fixture
def site(source_db: str, aws: AwsServer) -> Site:
    """An empty source whose changes are logged, and an empty lake."""
    aws.reset()
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=LAKE, CreateBucketConfiguration={"LocationConstraint": REGION})
    site = Site(source_db, s3)
    site.install_changelog()
    return site
