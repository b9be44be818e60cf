"""One batch through every hop on one machine: what `gem demo` does."""

import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypedDict

import psycopg2

from gem.contracts.errors import TerminalError
from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.measures.orders import NET_GMV
from gem.contracts.measures.registry import MEASURES
from gem.contracts.measures.spec import Unit
from gem.contracts.states import State
from gem.ledger import BatchRecord
from gem.warehouse.connection import Connection, connect, execute
from gem.warehouse.digest import table_digests
from local_aws.cloud import LocalCloud
from local_aws.display import Display
from local_aws.source import generator, schema, tenders

BUYER_NAMES = tuple(f"buyer_org.{level}_name" for level in ("ministry", "department", "organisation", "org"))
EVENT_HOPS = {
    State.EXTRACTED: "S3 event to on_raw_manifest: manifest checked",
    State.SUBMITTED: "Spark step added to the cluster",
    State.CURATED: "spark-submit, then its event to on_step_completed",
    State.LOADED: "COPY and MERGE into the star schema, one transaction",
}
BATCH_TIMEOUT_SECONDS = 1_800
"""How long the demo waits for its one batch; a million contracts take minutes in Spark."""


@dataclass(frozen=True)
class Seed:
    """What to fill the source with: public tenders, or generated contracts."""

    tenders: Path | None
    contracts: int
    seed: int


@dataclass(frozen=True)
class Hop:
    """One stage of the run as the final table shows it."""

    name: str
    description: str
    rows: int | None
    seconds: float


@dataclass(frozen=True)
class Answer:
    """One measure answered by the warehouse."""

    name: str
    description: str
    unit: Unit
    value: Decimal | None


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
    seconds: float
    work_dir: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; figures are strings, so that no paisa is lost."""
        return json.loads(json.dumps(asdict(self), default=str, ensure_ascii=False))  # type: ignore[no-any-return]


def run(work_dir: Path, seed: Seed, display: Display) -> DemoResult:
    """Runs the whole pipeline once; TerminalError or LocalCloudError where the batch does not arrive."""
    started = time.monotonic()
    display.heading("Local cloud: PostgreSQL, warehouse, and AWS from template.yaml")
    clock = _Stopwatch()
    with LocalCloud(work_dir, on_event=display.step) as cloud:
        hops = [Hop("start", "servers up, template deployed, warehouse migrated", None, clock.lap())]
        display.heading("Source")
        seeded = _fill_source(cloud, seed, display)
        hops.append(Hop("seed", _seed_description(seed), sum(seeded.values()), clock.lap()))
        display.heading("Extract, and the events do the rest")
        extracted = extract(cloud)
        hops.append(Hop("extract", "one snapshot to raw parts and a manifest", _rows(extracted), clock.lap()))
        batch = cloud.wait_for(extracted["batch_id"], State.LOADED, BATCH_TIMEOUT_SECONDS)
        hops += _event_hops(cloud, batch, clock.last_at)
        display.heading("Questions")
        answers = _ask(cloud)
        hops.append(
            Hop("answers", "measures and digests over the Redshift protocol", None, clock.lap_since(batch.moved_at))
        )
        return DemoResult(
            batch_id=batch.batch_id,
            state=batch.state,
            hops=hops,
            seconds=time.monotonic() - started,
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


def _fill_source(cloud: LocalCloud, seed: Seed, display: Display) -> dict[str, int]:
    """Creates the schema and its rows, then installs the change log as on a source that has lived before us."""
    with psycopg2.connect(cloud.source_dsn) as connection:
        schema.install(connection)
        if seed.tenders:
            rows = tenders.load_tenders(connection, seed.tenders, display.step)
        else:
            rows = generator.generate(connection, seed.seed, seed.contracts, display.step)
    connection.close()
    run_extractor(cloud, "changelog", "install")
    return rows


def _seed_description(seed: Seed) -> str:
    return "public tenders" if seed.tenders else f"{seed.contracts:,} generated contracts, seed {seed.seed}"


def extract(cloud: LocalCloud) -> dict[str, Any]:
    """Runs the real extractor once and gives its summary; TerminalError where it found nothing to extract."""
    summary: dict[str, Any] = json.loads(run_extractor(cloud, "extract").strip().splitlines()[-1])
    if summary["batch_id"] is None:
        raise TerminalError("the extractor found no change at the source")
    return summary


def run_extractor(cloud: LocalCloud, *arguments: str) -> str:
    """The extractor's standard output, run as a process of its own as on EC2."""
    command = [sys.executable, "-m", "extractor_ec2", *arguments]
    finished = subprocess.run(command, env=cloud.extractor_env, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise TerminalError(
            f"extractor {' '.join(arguments)} ended with {finished.returncode}: {finished.stderr[-2000:]}"
        )
    return finished.stdout


def _rows(summary: dict[str, Any]) -> int:
    return sum(summary["rows"].values())


def _event_hops(cloud: LocalCloud, batch: BatchRecord, published_at: datetime) -> list[Hop]:
    """The hops that events carried, by the ledger's own history; the first begins when the manifest was there."""
    moves = cloud.hops(batch.batch_id)
    waited = (batch.created_at - published_at).total_seconds()
    return [
        Hop(move.state.lower(), EVENT_HOPS[move.state], move.rows or None, move.seconds or max(waited, 0.0))
        for move in moves
    ]


class Answers(TypedDict):
    """What the demo asks of the warehouse."""

    rows: dict[str, int]
    digests: dict[str, str]
    answers: list[Answer]
    top_buyers: list[tuple[str, Decimal]]


def _ask(cloud: LocalCloud) -> Answers:
    """Row counts, digests and figures, all in one transaction: one consistent set of batches."""
    connection = connect(cloud.warehouse_settings, cloud.aws.client("secretsmanager"))
    try:
        return Answers(
            rows={table.name: _count(connection, table.name) for table in MART_TABLES},
            digests={name: short_digest(digest) for name, digest in table_digests(connection).items()},
            answers=[
                Answer(m.name, m.description, m.unit, _figure(execute(connection, m.sql())[0][0])) for m in MEASURES
            ],
            top_buyers=[(name, _figure(value) or Decimal(0)) for name, value in _top_buyers(connection)],
        )
    finally:
        connection.close()


def _top_buyers(connection: Connection, limit: int = 5) -> list[tuple[str, Any]]:
    """Names with their net GMV: a ministry, or where there is none the highest body known."""
    by_names = execute(connection, NET_GMV.sql(*BUYER_NAMES, through=("buyer_org_key",)))
    totals: Counter[str] = Counter()
    for *names, value in by_names:
        totals[next((name for name in names if name), "Unknown")] += value
    return sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:limit]


def _count(connection: Connection, table: str) -> int:
    return int(execute(connection, f"select count(*) from mart.{table}")[0][0])  # noqa: S608  (a declared name)


def _figure(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def short_digest(digest: str) -> str:
    """A digest for people: twelve hexadecimal digits of its SHA-256."""
    return hashlib.sha256(digest.encode()).hexdigest()[:12]
