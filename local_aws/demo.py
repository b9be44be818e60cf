"""One batch through every hop on one machine: what `gem demo` does."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2

from gem.contracts.keys import BatchId
from gem.contracts.states import State
from gem.ledger import BatchRecord
from gem.warehouse.connection import connect
from local_aws.cloud import SOURCE_ID, LocalCloud
from local_aws.display import Display
from local_aws.errors import LocalCloudError
from local_aws.memory import PeakMemory
from local_aws.questions import Answer, Answers, ask
from local_aws.source import generator, schema, tenders

EVENT_HOPS = {
    State.EXTRACTED: ("event", "S3 event → on_raw_manifest: manifest checked"),
    State.SUBMITTED: ("submit", "Spark step added to the EMR cluster"),
    State.CURATED: ("curate", "spark-submit; its event → on_step_completed"),
    State.LOADED: ("load", "COPY and MERGE into the star schema, one transaction"),
}
BATCH_ID = str(BatchId(SOURCE_ID, 1))
BATCH_TIMEOUT_SECONDS = 1_800
"""How long the demo waits for its one batch; a million contracts take minutes in Spark."""


@dataclass(frozen=True)
class Seed:
    """What to fill the source with: public tenders, or generated contracts."""

    tenders: Path | None
    contracts: int
    seed: int

    def __str__(self) -> str:
        if self.tenders:
            return f"public tenders of {self.tenders.name}"
        return f"{self.contracts:,} generated contracts, seed {self.seed}"


@dataclass(frozen=True)
class Hop:
    """One stage of the run as the final table shows it."""

    name: str
    description: str
    rows: int | None
    seconds: float


@dataclass(frozen=True)
class DemoResult:
    """All that a run shows, for tables and for --json."""

    batch_id: str
    state: State
    hops: list[Hop]
    rows: dict[str, int]
    digests: dict[str, str]
    answers: list[Answer]
    top_buyers: list[tuple[str, Decimal]]
    unresolved: dict[str, int]
    seconds: float
    peak_memory_bytes: int | None
    """The source, the warehouse, Spark, the functions and this process together; None where it cannot be known."""
    work_dir: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; figures are strings, so that no paisa is lost."""
        return json.loads(json.dumps(asdict(self), default=str, ensure_ascii=False))  # type: ignore[no-any-return]


def run(work_dir: Path, seed: Seed, display: Display) -> DemoResult:
    """Runs the whole pipeline once; TerminalError where a part does not start or the batch does not arrive."""
    started, clock = time.monotonic(), _Stopwatch()
    with ExitStack() as running:
        running.enter_context(display)
        with display.stage("Local cloud: PostgreSQL, Redshift's front, AWS from template.yaml"):
            cloud = running.enter_context(LocalCloud(work_dir, on_progress=display.watch))
        memory = running.enter_context(PeakMemory([os.getpid(), cloud.postgres.pid]))
        hops = [Hop("start", "servers up, template deployed, warehouse migrated", None, clock.lap())]
        hops += _publish(cloud, seed, display, clock)
        batch = cloud.wait_for(BATCH_ID, State.LOADED, BATCH_TIMEOUT_SECONDS)
        hops += _event_hops(cloud, batch, clock.last_at)
        with display.stage("Questions to the star schema"):
            answers = _ask(cloud)
        hops.append(Hop("ask", "measures and digests over Redshift's protocol", None, clock.lap_since(batch.moved_at)))
    return DemoResult(
        batch_id=batch.batch_id,
        state=batch.state,
        hops=hops,
        seconds=time.monotonic() - started,
        peak_memory_bytes=memory.peak_bytes,
        work_dir=str(work_dir),
        **answers,
    )


class _Stopwatch:
    """Seconds between the laps of a run."""

    def __init__(self) -> None:
        self.last_at = datetime.now(UTC)

    def lap(self) -> float:
        """Seconds since the last lap."""
        return self.lap_since(self.last_at)

    def lap_since(self, moment: datetime) -> float:
        """Seconds since `moment`; the next lap starts now."""
        self.last_at = datetime.now(UTC)
        return (self.last_at - moment).total_seconds()


def _publish(cloud: LocalCloud, seed: Seed, display: Display, clock: _Stopwatch) -> list[Hop]:
    """Fills the source and extracts it once; from its manifest on, events carry the batch BATCH_ID."""
    with display.stage(f"Source: {seed}") as detail:
        seeded = _fill_source(cloud, seed, detail)
    hops = [Hop("seed", str(seed), sum(seeded.values()), clock.lap())]
    with display.stage("Extractor: one snapshot → raw parts on S3, the manifest last"):
        summary = json.loads(_run_extractor(cloud, "extract").strip().splitlines()[-1])
    if summary["batch_id"] != BATCH_ID:
        raise LocalCloudError(f"the extractor published {summary['batch_id']}, where {BATCH_ID} was to come")
    return [
        *hops,
        Hop("extract", "one snapshot → raw parts and a manifest", sum(summary["rows"].values()), clock.lap()),
    ]


def _fill_source(cloud: LocalCloud, seed: Seed, detail: Callable[[str], None]) -> dict[str, int]:
    """Creates the schema and its rows, then installs the change log as on a source that has lived before us."""
    connection = psycopg2.connect(cloud.source_dsn)
    try:
        with connection:
            schema.install(connection)
            if seed.tenders:
                rows = tenders.load_tenders(connection, seed.tenders, detail)
            else:
                rows = generator.generate(connection, seed.seed, seed.contracts, detail)
    finally:
        connection.close()
    _run_extractor(cloud, "changelog", "install")
    return rows


def _run_extractor(cloud: LocalCloud, *arguments: str) -> str:
    """The extractor's standard output, run as a process of its own as on EC2."""
    command = [sys.executable, "-m", "extractor_ec2", *arguments]
    finished = subprocess.run(command, env=cloud.extractor_env, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise LocalCloudError(
            f"extractor {' '.join(arguments)} ended with {finished.returncode}: {finished.stderr[-2000:]}"
        )
    return finished.stdout


def _event_hops(cloud: LocalCloud, batch: BatchRecord, published_at: datetime) -> list[Hop]:
    """The hops that events carried, by the ledger's own history; the first begins when the manifest was there."""
    waited = (batch.created_at - published_at).total_seconds()
    return [
        Hop(*EVENT_HOPS[move.state], move.rows or None, move.seconds or max(waited, 0.0))
        for move in cloud.hops(batch.batch_id)
    ]


def _ask(cloud: LocalCloud) -> Answers:
    connection = connect(cloud.warehouse_settings, cloud.aws.client("secretsmanager"))
    try:
        return ask(connection)
    finally:
        connection.close()
