"""One batch of a million contracts, with all that stands around them, through the Spark job on two cores.

`python -m benchmarks.curate_million --contracts 1000000`: generated in PostgreSQL, read by the real extractor into one
batch of the local S3, curated by spark-submit. What is printed of the job: its seconds and the peak of its memory, JVM
and Python together, which must stay below the limit; bytes shuffled and spilled; rows a second of every table, by the
clock and by the tasks' own time. An environment that is made anew while it runs takes its jars away.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gem.contracts.keys import Attempt, BatchId, RawManifestKey, S3Uri
from gem.contracts.manifest import PartKind, RawManifest
from gem.lake import curated_manifest, raw_manifest
from local_aws.aws_endpoint import REGION
from local_aws.aws_server import AwsServer
from local_aws.filling import Seed, fill_source, run_extractor
from local_aws.memory import PeakMemory
from local_aws.postgres import EmbeddedPostgres
from local_aws.spark import spark_environment, spark_submit

BUCKET = "benchmark"
DATABASE = "source"
CORES = 2
LIMIT_BYTES = 6 * 1024**3
HEAP = "4500m"
"""The rest of the limit is for what a JVM needs beside its heap, and for the driver's Python."""
JVM_OPTIONS = "-XX:+UseParallelGC"
"""A large batch runs long enough to be compiled well; the local cloud's own options are for small ones."""
ALL_ROWS = "100000000"
PART_ROWS = "500000"
POSTGRES = {"shared_buffers": "512MB", "work_mem": "64MB", "maintenance_work_mem": "256MB", "max_wal_size": "8GB"}
_WRITTEN = re.compile(r"/curated/(?P<table>[a-z]\w*)/")


def main() -> int:
    """Prints one JSON document; 1 where the job took more memory than the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--contracts", type=int, default=1_000_000)
    parser.add_argument("--heap", default=HEAP, help="of the driver's JVM, which is the executor too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, AwsServer() as aws:
        found = measure(aws, Path(folder), arguments.contracts, arguments.heap)
    print(json.dumps(found, indent=2))
    return int(found["peak_memory_bytes"] > LIMIT_BYTES)


def measure(aws: AwsServer, folder: Path, contracts: int, heap: str) -> dict[str, Any]:
    """What is printed."""
    began = time.monotonic()
    manifest = extracted(aws, folder / "postgres", contracts)
    ready = time.monotonic()
    say(f"{contracts:,} contracts are raw after {ready - began:.0f} s; curating")
    peak_bytes = curated(aws, folder / "spark", manifest, heap)
    seconds = time.monotonic() - ready
    closed = curated_manifest(aws.client("s3"), BUCKET, Attempt(manifest.key.batch_id, 1))
    assert closed is not None, "the step ended well, and closed no attempt"
    events = read_events(folder / "spark" / "events")
    rows = sum(part.rows for part in manifest.parts if part.kind is PartKind.ROWS)
    return {
        "contracts": contracts,
        "raw_rows": rows,
        "raw_bytes": sum(part.size_bytes for part in manifest.parts),
        "verdict": closed.verdict,
        "seconds": round(seconds, 1),
        "rows_per_second": round(rows / seconds),
        "peak_memory_bytes": peak_bytes,
        "heap": heap,
        **{name: round(total) for name, total in events.totals.items()},
        "tables": {one.name: events.rates(one.name, one.rows) for one in closed.tables},
    }


def extracted(aws: AwsServer, folder: Path, contracts: int) -> RawManifest:
    """The only batch of a generated source, by the extractor as it runs on EC2; the source is gone afterwards."""
    with EmbeddedPostgres(folder, durable=False, settings=POSTGRES) as postgres:
        postgres.create_database(DATABASE)
        fill_source(postgres.dsn(DATABASE), Seed(None, contracts, seed=1), say)
        say("extracting")
        aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        environment = {
            **aws.environment,
            "PATH": os.environ["PATH"],
            "GEM_SOURCE_DSN": postgres.dsn(DATABASE),
            "GEM_LAKE_BUCKET": BUCKET,
            "GEM_PART_ROWS": PART_ROWS,
        }
        run_extractor(environment, "changelog", "install")
        summary = json.loads(run_extractor(environment, "extract", "--max-rows", ALL_ROWS))
    [batch_id] = summary["batches"]
    return raw_manifest(aws.client("s3"), BUCKET, RawManifestKey(BatchId.parse(batch_id)))


def curated(aws: AwsServer, folder: Path, manifest: RawManifest, heap: str) -> int:
    """Runs the step, and returns the peak of its memory in bytes."""
    (folder / "events").mkdir(parents=True)
    script = Path(__file__).parents[1] / "emr_jobs" / "curate.py"
    words = [
        *("--driver-memory", heap),
        *("--conf", "spark.eventLog.enabled=true", "--conf", f"spark.eventLog.dir={(folder / 'events').as_uri()}"),
        *(str(script), "--manifest", str(S3Uri(BUCKET, str(manifest.key))), "--attempt", "1"),
    ]
    command = [f"local[{CORES}]" if word == "local[*]" else word for word in spark_submit(aws.endpoint_url, words)]
    environment = spark_environment(aws.environment, folder)
    environment["JDK_JAVA_OPTIONS"] = f"-Djava.io.tmpdir={folder} {JVM_OPTIONS}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        with PeakMemory([process.pid]) as memory:
            code = process.wait()
    assert code == 0, (folder / "log").read_text()[-3000:]
    assert memory.peak_bytes is not None, "memory can be measured only where there is /proc"
    return memory.peak_bytes


@dataclass
class Events:
    """What the job's own event log says, by query where tasks work for one."""

    totals: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    query_of_stage: dict[int, str] = field(default_factory=dict)
    cpu_seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    began: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    query_of_table: dict[str, str] = field(default_factory=dict)
    """The query that makes and writes a table."""

    def read(self, event: dict[str, Any]) -> None:
        """Takes in one event, in the order of the log."""
        match event["Event"].rpartition(".")[2]:
            case "SparkListenerJobStart":
                query = event["Properties"].get("spark.sql.execution.id", "")
                self.query_of_stage |= dict.fromkeys(event["Stage IDs"], query)
            case "SparkListenerTaskEnd":
                self._read_task(event["Stage ID"], event["Task Metrics"])
            case "SparkListenerSQLExecutionStart":
                query, plan = str(event["executionId"]), event["physicalPlanDescription"]
                self.began[query] = event["time"] / 1000
                if "InsertIntoHadoopFsRelationCommand" in plan and (written := _WRITTEN.search(plan)):
                    self.query_of_table[written["table"]] = query
            case "SparkListenerSQLExecutionEnd":
                query = str(event["executionId"])
                self.seconds[query] = event["time"] / 1000 - self.began[query]

    def rates(self, table: str, rows: int) -> dict[str, float]:
        """A table's rows by the seconds in which it was made and written, beside others, and by those of a core."""
        query = self.query_of_table[table]
        seconds, cpu_seconds = self.seconds[query], self.cpu_seconds[query]
        return {
            "rows": rows,
            "seconds": round(seconds, 1),
            "rows_per_second": round(rows / seconds),
            "rows_per_cpu_second": round(rows / cpu_seconds),
        }

    def _read_task(self, stage: int, metrics: dict[str, Any]) -> None:
        cpu_seconds = metrics["Executor CPU Time"] / 1e9
        self.cpu_seconds[self.query_of_stage[stage]] += cpu_seconds
        self.totals["task_cpu_seconds"] += cpu_seconds
        self.totals["shuffled_bytes"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
        self.totals["spilled_bytes"] += metrics["Disk Bytes Spilled"]


def read_events(folder: Path) -> Events:
    """What the one log in a folder says."""
    events = Events()
    for event in _events(folder):
        events.read(event)
    return events


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    for log in folder.iterdir():
        with log.open() as lines:
            yield from map(json.loads, lines)


def say(what: str) -> None:
    """Progress, which is not part of the document."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
