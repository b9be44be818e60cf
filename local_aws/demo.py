"""Two batches through every hop on one machine, held against the source in the end: what `gem demo` does."""

import itertools
import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import psycopg2
from pydantic import PostgresDsn

from gem.contracts.keys import S3Uri
from gem.contracts.states import State
from gem.ledger import BatchRecord
from gem.reconcile import TableReport, compare, comparisons
from gem.report.ledger_view import ledger_view
from gem.report.making import newest_month_end, write_report
from gem.settings import ExtractorSettings, Sink
from gem.sides import source_side, warehouse_side
from gem.warehouse.connection import Connection, connect
from gem.warehouse.export import Destination, download, export_to_s3, remove
from local_aws.cloud import SOURCE_ID, LocalCloud
from local_aws.demo_result import EXPORT, REPORT, Arrival, DemoResult, Hop
from local_aws.display import Display
from local_aws.errors import LocalCloudError
from local_aws.filling import Seed, fill_source, run_extractor
from local_aws.memory import PeakMemory
from local_aws.questions import ask, grown_seller
from local_aws.source.evolve import Change, changes, is_quiet

EVENT_HOPS = {
    State.EXTRACTED: ("event", "S3 event → Lambda"),
    State.SUBMITTED: ("submit", "Lambda → EMR step"),
    State.CURATED: ("curate", "Spark → star schema"),
    State.LOADED: ("load", "COPY and MERGE"),
}
OF_THE_DRIVER = {State.CURATED: ("curate", "Spark, COPY, MERGE"), State.LOADED: ("load", "found in load log")}
"""Where the step's driver loads, curating ends when the batch is in the warehouse, and the Lambda finds it there."""
SHARE = 0.02
"""How much of the source changes between the two batches."""
BATCH_TIMEOUT_SECONDS = 1_800
"""How long the demo waits for a batch; a million contracts take minutes in Spark."""
T = TypeVar("T")


class _Stopwatch:
    """Seconds between the laps of a run."""

    def __init__(self) -> None:
        self.last_at = datetime.now(UTC)

    def lap(self, since: datetime | None = None) -> float:
        """Seconds since the last lap, or since `since`; the next lap starts now."""
        before, self.last_at = since or self.last_at, datetime.now(UTC)
        return (self.last_at - before).total_seconds()


@dataclass(frozen=True)
class _Run:
    """The parts that every stage of a run needs."""

    cloud: LocalCloud
    seed: Seed
    display: Display
    clock: _Stopwatch
    sink: Sink


def run(work_dir: Path, seed: Seed, display: Display, sink: Sink = Sink.S3) -> DemoResult:
    """Runs the whole pipeline twice; TerminalError where a part does not start or a batch does not arrive."""
    seed.refuse_incomplete()
    started, clock = time.monotonic(), _Stopwatch()
    with ExitStack() as running:
        running.enter_context(display)
        with display.stage("Local cloud: PostgreSQL, Redshift's front, AWS from template.yaml"):
            parameters = {"Sink": str(sink)}
            cloud = running.enter_context(LocalCloud(work_dir, parameters=parameters, on_progress=display.watch))
        memory = running.enter_context(PeakMemory([os.getpid(), cloud.postgres.pid]))
        stages = _Run(cloud, seed, display, clock, sink)
        start = Hop("start", "servers, template", None, clock.lap())
        first = _arrival(stages, "first load", [start, _filled(stages)])
        made, change = _changed(stages)
        second = _arrival(stages, "changes", [change])
        reports, reconcile = _reconciled(stages)
        history = _asked(cloud, lambda connection: grown_seller(connection, second.batch_ids))
        report = _reported(stages, work_dir / REPORT)
        export = _exported(stages, work_dir / EXPORT)
    return DemoResult(
        arrivals=[first, replace(second, hops=[*second.hops, reconcile, report, export])],
        changes=made,
        reconciled=reports,
        grown_seller=history,
        seconds=time.monotonic() - started,
        peak_memory_bytes=memory.peak_bytes,
        work_dir=str(work_dir),
        sink=sink,
    )


def _filled(run: _Run) -> Hop:
    """The schema and its rows, then the change log, installed as on a source that has lived before us."""
    with run.display.stage(f"Source: {run.seed}") as detail:
        rows = fill_source(run.cloud.source_dsn, run.seed, detail)
        run_extractor(run.cloud.extractor_env, "changelog", "install")
    return Hop("source", "rows written", sum(rows.values()), run.clock.lap())


def _changed(run: _Run) -> tuple[list[Change], Hop]:
    """One round of change at the source, by the first seed from the demo's own on that is not a quiet one."""
    seed = next(each for each in itertools.count(run.seed.seed % 2**32) if not is_quiet(each))
    with (
        run.display.stage(f"Source: some days pass, {SHARE:.0%} of everything changes, moves or goes") as detail,
        closing(psycopg2.connect(run.cloud.source_dsn)) as connection,
        connection,
    ):
        made = changes(connection, seed, SHARE, detail)
    rows = sum(change.inserted + change.updated + change.deleted for change in made)
    return made, Hop("source", "rows written", rows, run.clock.lap())


def _arrival(run: _Run, title: str, hops: list[Hop]) -> Arrival:
    """Extracts once; from the manifest on, events carry the batch. Then the warehouse is asked."""
    with run.display.stage("Extractor: one snapshot → raw parts on S3, the manifest last"):
        summary = json.loads(run_extractor(run.cloud.extractor_env, "extract").strip().splitlines()[-1])
    published = _published(summary)
    rows = sum(summary["rows"].values())
    hops = [*hops, Hop("extract", "snapshot → manifest", rows, run.clock.lap())]
    batches = [run.cloud.wait_for(each, State.LOADED, BATCH_TIMEOUT_SECONDS) for each in published]
    hops += _event_hops(run, batches, run.clock.last_at)
    with run.display.stage("Questions to the star schema"):
        answers = _asked(run.cloud, ask)
    asked = Hop("ask", "every measure", None, run.clock.lap(batches[-1].moved_at))
    return Arrival(title, published, batches[-1].state, [*hops, asked], answers)


def _published(summary: dict[str, Any]) -> list[str]:
    batches: list[str] = summary["batches"]
    if not batches:
        raise LocalCloudError(f"the extractor published no batch, where something had changed: {summary}")
    return batches


def _event_hops(run: _Run, batches: list[BatchRecord], published_at: datetime) -> list[Hop]:
    """The hops that events carried, by the ledger's own history, of several batches one after the other.

    The first hop begins when the manifest was there.
    """
    waited = max((batches[0].created_at - published_at).total_seconds(), 0.0)
    moves = [move for batch in batches for move in run.cloud.hops(batch.batch_id)]
    described = EVENT_HOPS | (OF_THE_DRIVER if run.sink is Sink.REDSHIFT else {})
    found = []
    for state, words in described.items():
        own = [move for move in moves if move.state is state]
        seconds = sum(move.seconds for move in own) + (waited if state is State.EXTRACTED else 0.0)
        found.append(Hop(*words, sum(move.rows for move in own) or None, seconds))
    return found


def _reconciled(run: _Run) -> tuple[list[TableReport], Hop]:
    """Source and warehouse, table by table."""
    cloud, secrets = run.cloud, run.cloud.aws.client("secretsmanager")
    source = ExtractorSettings(
        source_id=SOURCE_ID, source_dsn=PostgresDsn(cloud.source_dsn), lake_bucket=cloud.lake_bucket
    )
    with (
        run.display.stage("Reconciliation: counts, money and row hashes of both sides"),
        source_side(source, secrets) as left,
        warehouse_side(cloud.warehouse_settings, secrets) as right,
    ):
        reports = [compare(comparison, left, right) for comparison in comparisons(SOURCE_ID).values()]
    compared = sum(report.source_rows for report in reports)
    return reports, Hop("reconcile", "source = warehouse?", compared, run.clock.lap())


def _reported(run: _Run, out: Path) -> Hop:
    """The pages of the report, computed by the warehouse as of the last month that the data have whole."""
    with run.display.stage("Report: every measure by year and ministry, one HTML file"):
        ledger = ledger_view(run.cloud.ledger)
        _asked(
            run.cloud,
            lambda connection: write_report(
                connection, out, newest_month_end(connection), ledger=ledger, notice=run.seed.notice
            ),
        )
    return Hop("report", "one HTML file", None, run.clock.lap())


def _exported(run: _Run, folder: Path) -> Hop:
    """The BI views as Parquet files, by way of S3."""
    settings = run.cloud.warehouse_settings
    passing = S3Uri(run.cloud.lake_bucket, "exports/demo/")
    destination = Destination(run.cloud.s3, passing, settings.copy_role_arn, "parquet")
    with run.display.stage("Export: every BI view as Parquet files"):
        done = _asked(run.cloud, lambda connection: export_to_s3(connection, destination))
        shutil.rmtree(folder, ignore_errors=True)
        download(run.cloud.s3, done, folder)
        remove(run.cloud.s3, done)
    return Hop("export", "Parquet files", sum(table.rows for table in done.tables), run.clock.lap())


def _asked(cloud: LocalCloud, question: Callable[[Connection], T]) -> T:
    with closing(connect(cloud.warehouse_settings, cloud.aws.client("secretsmanager"))) as connection:
        return question(connection)
