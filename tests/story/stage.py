"""What the stories do over and over: fill the source, extract, wait, and read both ends."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg2

from gem.contracts.states import State
from gem.ledger import BatchRecord
from gem.warehouse.connection import Connection, connect, execute
from gem.warehouse.digest import table_digests
from local_aws.cloud import LocalCloud
from local_aws.source import generator, schema

CONTRACTS = 300
TIMEOUT_SECONDS = 300
T = TypeVar("T")
Rows = list[tuple[Any, ...]]


def fill_with_generated_contracts(cloud: LocalCloud, contracts: int = CONTRACTS) -> None:
    with psycopg2.connect(cloud.source_dsn) as connection:
        schema.install(connection)
        generator.generate(connection, 1, contracts, lambda _: None)
    connection.close()
    run_extractor(cloud, "changelog", "install")


def run_extractor(cloud: LocalCloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "extractor_ec2", *arguments]
    return subprocess.run(command, env=cloud.extractor_env, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Stage:
    """A running cloud with the moves of a story."""

    cloud: LocalCloud

    def extract(self) -> dict[str, Any]:
        """The summary of one extraction that must succeed."""
        finished = run_extractor(self.cloud, "extract")
        assert finished.returncode == 0, finished.stderr
        summary: dict[str, Any] = json.loads(finished.stdout.strip().splitlines()[-1])
        return summary

    def extract_and_load(self) -> BatchRecord:
        batch_id = self.extract()["batch_id"]
        assert batch_id is not None
        return self.cloud.wait_for(batch_id, State.LOADED, TIMEOUT_SECONDS)

    def change_source(self, *statements: str) -> None:
        connection = psycopg2.connect(self.cloud.source_dsn)
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def source(self, query: str) -> Rows:
        connection = psycopg2.connect(self.cloud.source_dsn)
        connection.set_session(readonly=True)
        with connection, connection.cursor() as cursor:
            cursor.execute("set time zone 'UTC'")
            cursor.execute(query)
            rows = [tuple(row) for row in cursor.fetchall()]
        connection.close()
        return rows

    def warehouse(self, query: str) -> Rows:
        return self._ask(lambda connection: [tuple(row) for row in execute(connection, query)])

    def digests(self) -> dict[str, str]:
        return self._ask(table_digests)

    def write_loaded_marks(self) -> Rows:
        """Which rows a load wrote when: differs as soon as a load touches a row."""
        return self.warehouse(
            "select 'order line', contract_item_id, dw_updated_at from mart.fact_order_line "
            "union all select 'seller', seller_key, dw_updated_at from mart.dim_seller order by 1, 2"
        )

    def redeliver(self, rule_source: str, detail_type: str, detail: dict[str, Any]) -> None:
        """Put an event on the bus again, as AWS may at any time."""
        entry = {"Source": rule_source, "DetailType": detail_type, "Detail": json.dumps(detail), "Resources": []}
        self.cloud.aws.client("events").put_events(Entries=[entry])

    def _ask(self, question: Callable[[Connection], T]) -> T:
        with self._warehouse_connection() as connection:
            return question(connection)

    @contextmanager
    def _warehouse_connection(self) -> Iterator[Connection]:
        connection = connect(self.cloud.warehouse_settings, self.cloud.aws.client("secretsmanager"))
        try:
            yield connection
        finally:
            connection.close()
