"""The pipeline without its events: extractor, curate job and load called one after the other, with one warm Spark."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg2

from gem.contracts.keys import Attempt, BatchId, RawManifestKey
from gem.contracts.manifest import CuratedManifest, parse_manifest
from local_aws.aws_server import AwsServer
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from local_aws.source import generator, schema
from local_aws.spark import spark_environment, spark_submit
from tests.model.curated import BUCKET
from tests.model.lab import Lab, prepared_lab
from tests.story.mistakes import Mistake

ROOT = Path(__file__).parents[2]
# Runs the job's own main for each request, in one Spark session, and answers with its exit code.
CURATE_SERVER = """
import contextlib, json, sys
from emr_jobs.curate import main
from tests.story.mistakes import Mistake, planted
for line in sys.stdin:
    arguments, mistake = json.loads(line)
    with planted(Mistake(*mistake)) if mistake else contextlib.nullcontext():
        print("exit", main(arguments), flush=True)
"""
# A few hundred rows in one partition, the generated code of every plan kept, and no bar drawn into the log.
WARM = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.cache.maxEntries": "2000",
    "spark.ui.showConsoleProgress": "false",
}
# With one compiler only, the JVM reserves 48 MB for what it compiles: a session of many batches needs more.
CODE_CACHE = "-XX:ReservedCodeCacheSize=240m"


class WarmSpark:
    """The curate job in a process that keeps its Spark session between batches."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self._process = process
        self._log = log

    def curate(self, batch_id: BatchId, attempt: int, mistake: Mistake | None = None) -> None:
        """Runs one attempt, which must succeed; with a mistake in its code, where one is named."""
        arguments = ["--manifest", f"s3://{BUCKET}/{RawManifestKey(batch_id)}", "--attempt", str(attempt)]
        print(json.dumps([arguments, mistake]), file=_pipe(self._process.stdin), flush=True)
        for line in _pipe(self._process.stdout):
            if line.startswith("exit "):
                assert line.split()[1] == "0", self._log.read_text()
                return
        raise AssertionError(self._log.read_text())


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


@contextmanager
def warm_spark(aws: AwsServer, work_dir: Path) -> Iterator[WarmSpark]:
    """A session with the settings of a local step."""
    work_dir.mkdir()
    settings = [word for name, value in WARM.items() for word in ("--conf", f"{name}={value}")]
    submit = spark_submit(aws.endpoint_url, [*settings, "pyspark-shell"])[1:]
    environment = spark_environment(aws.environment, work_dir)
    environment |= {
        "JDK_JAVA_OPTIONS": f"{environment['JDK_JAVA_OPTIONS']} {CODE_CACHE}",
        "PYSPARK_SUBMIT_ARGS": shlex.join(submit),
        "PYTHONPATH": str(ROOT),
    }
    log = work_dir / "stderr"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", CURATE_SERVER],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield WarmSpark(process, log)
        finally:
            _pipe(process.stdin).close()
            process.wait(timeout=60)
            _pipe(process.stdout).close()


@dataclass(frozen=True)
class Site:
    """A source database and what comes of it in the lake."""

    source_id: str
    dsn: str
    aws: AwsServer
    spark: WarmSpark

    def execute(self, *statements: str) -> None:
        """Runs the statements at the source in one transaction."""
        connection = psycopg2.connect(self.dsn)
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query at the source, times in UTC."""
        connection = psycopg2.connect(self.dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute("set time zone 'UTC'")
            cursor.execute(query)
            rows = cursor.fetchall()
        connection.close()
        return rows

    def extract(self, *arguments: str) -> dict[str, Any]:
        """What the extractor's command printed; it must succeed."""
        environment = {
            "PATH": os.defpath,
            **self.aws.environment,
            "GEM_SOURCE_ID": self.source_id,
            "GEM_SOURCE_DSN": self.dsn,
            "GEM_LAKE_BUCKET": BUCKET,
        }
        command = [sys.executable, "-m", "extractor_ec2", *(arguments or ("extract",))]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        summary: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return summary

    def batch(self) -> CuratedManifest | None:
        """The next batch, extracted and curated without a reject; None where nothing has changed."""
        batches = self.batches()
        assert len(batches) <= 1, "the changes were cut into several batches"
        return batches[0] if batches else None

    def batches(self, *arguments: str) -> list[CuratedManifest]:
        """What has changed, in one batch or cut into several, curated without a reject."""
        return [self.curated(BatchId.parse(each), 1) for each in self.extract("extract", *arguments)["batches"]]

    def curated(self, batch_id: BatchId, attempt: int, mistake: Mistake | None = None) -> CuratedManifest:
        """One attempt of a batch, curated without a reject."""
        manifest = self.judged(batch_id, attempt, mistake)
        assert manifest.rejects == (), "the source breaks rules of the domain"
        return manifest

    def judged(self, batch_id: BatchId, attempt: int, mistake: Mistake | None = None) -> CuratedManifest:
        """One attempt of a batch, curated whatever is rejected of it."""
        self.spark.curate(batch_id, attempt, mistake)
        key = Attempt(batch_id, attempt).curated_manifest_key
        body = self.aws.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return parse_manifest(CuratedManifest, body, key)


@dataclass(frozen=True)
class ShortLine:
    """All servers: a PostgreSQL with the sources and the warehouses, AWS, and a Spark session."""

    postgres: EmbeddedPostgres
    aws: AwsServer
    spark: WarmSpark
    lab: Lab

    def site(self, source_id: str, contracts: int, seed: int = 1) -> Site:
        """A new source with that many generated contracts, whose changes are logged; without any, an empty one."""
        self.postgres.create_database(source_id)
        site = Site(source_id, self.postgres.dsn(source_id), self.aws, self.spark)
        connection = psycopg2.connect(site.dsn)
        with connection:
            schema.install(connection)
            if contracts:
                generator.generate(connection, seed, contracts, lambda _: None)
        connection.close()
        site.extract("changelog", "install")
        return site


@contextmanager
def open_short_line(directory: Path) -> Iterator[ShortLine]:
    """Starts everything and stops it again."""
    with (
        AwsServer() as aws,
        EmbeddedPostgres(directory / "postgres", durable=False, settings={"jit": False}) as postgres,
        RedshiftFront(postgres.dsn(), aws.endpoint_url) as front,
        warm_spark(aws, directory / "spark") as spark,
    ):
        yield ShortLine(postgres, aws, spark, prepared_lab(postgres, front, aws.client("s3")))
