"""Fills the empty source of a local cloud, and runs the extractor on it as on EC2."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import extensions, sql

from gem.contracts.source_spec import SOURCE_SCHEMA
from local_aws.errors import LocalCloudError
from local_aws.source import generator, schema, tenders
from local_aws.source.tender_files import refuse_incomplete

MADE_UP = "Made up by a local cloud: may be changed at will."
"""The comment of a source schema that holds nobody's data."""


GENERATED = "Demonstration: generated data. No figure describes a real ministry or seller."
TENDERS = "Demonstration: public tenders, with changes that are made up. No figure is official."


@dataclass(frozen=True)
class Seed:
    """What to fill the source with: public tenders, or generated contracts; 0 contracts for no row at all."""

    tenders: Path | None
    contracts: int
    seed: int

    def refuse_incomplete(self) -> None:
        """Raises TenderFileError where files are missing, before a cloud is brought up for them."""
        if self.tenders:
            refuse_incomplete(self.tenders)

    @property
    def notice(self) -> str:
        """What a report on such data has to say of them."""
        return TENDERS if self.tenders else GENERATED

    def __str__(self) -> str:
        if self.tenders:
            return f"public tenders of {self.tenders.name}"
        return f"{self.contracts:,} generated contracts, seed {self.seed}" if self.contracts else "no rows"


def fill_source(dsn: str, seed: Seed, progress: Callable[[str], None]) -> dict[str, int]:
    """Create the schema and its rows, all or nothing; the rows of each table.

    The change log is installed afterwards with the extractor's own command, as on a source that has lived before us.
    """
    connection = psycopg2.connect(dsn)
    try:
        with connection:
            schema.install(connection)
            with connection.cursor() as cursor:
                name = sql.Identifier(SOURCE_SCHEMA)
                cursor.execute(sql.SQL("comment on schema {} is %s").format(name), (MADE_UP,))
            if seed.tenders:
                return tenders.load_tenders(connection, seed.tenders, progress)
            if seed.contracts:
                return generator.generate(connection, seed.seed, seed.contracts, progress)
            return {}
    finally:
        connection.close()


def is_made_up(connection: extensions.connection) -> bool | None:
    """Whether `fill_source` made the source schema; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", (SOURCE_SCHEMA,)
        )
        row = cursor.fetchone()
    return None if row is None else bool(row[0] == MADE_UP)


def run_extractor(environment: Mapping[str, str], *arguments: str) -> str:
    """The extractor's standard output, run as a process of its own. LocalCloudError with what it said if it fails."""
    command = [sys.executable, "-m", "extractor_ec2", *arguments]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise LocalCloudError(
            f"extractor {' '.join(arguments)} ended with {finished.returncode}: {finished.stderr[-2000:]}"
        )
    return finished.stdout
