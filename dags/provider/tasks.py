"""Tasks of several DAGs. Each may be cleared and run again: it is idempotent, and depends on nothing but its run."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from airflow.providers.common.compat.sdk import AirflowSkipException, get_current_context, task

from dags.provider.defaults import EXPORTED, IST, LOADED, WAREHOUSE_POOL
from dags.provider.errors import AirflowFailException, task_errors
from dags.provider.hooks import GemHook
from dags.provider.settings import ScheduleSettings

# Drivers and declarations take seconds that parsing a DAG must not take, so tasks import what they need.


def began_at() -> datetime:
    """When this run was due: the same however often its tasks are cleared, also without a logical date."""
    at: datetime = get_current_context()["dag_run"].run_after
    return at


def business_day() -> date:
    """The last day that was over in India when this run was due."""
    return began_at().astimezone(IST).date() - timedelta(days=1)


@task(multiple_outputs=True)
def published_batches(commands: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """`batch_ids` that the source published between when this run was due and the end of its `commands`.

    And the `manifests` that are their events. So an old run that is cleared means its own batches, not later ones.
    """
    from gem.contracts.keys import RawManifestKey, S3Uri  # noqa: PLC0415
    from gem.operations.published import published_within  # noqa: PLC0415

    hook = GemHook()
    settings = hook.settings(ScheduleSettings)
    since, over_at = began_at(), [datetime.fromisoformat(each["over_at"]) for each in commands]
    span = {"since": since, "until": max(over_at, default=since)}
    with task_errors():
        found = published_within(hook.ledger, hook.client("s3"), settings.lake_bucket, settings.source_id, **span)
    manifests = [str(S3Uri(settings.lake_bucket, str(RawManifestKey(batch_id)))) for batch_id in found]
    return {"batch_ids": [str(batch_id) for batch_id in found], "manifests": manifests}


@task(outlets=[LOADED])
def announce(batch_ids: list[str]) -> list[str]:
    """Tell other teams' DAGs which batches have arrived; skipped where there was nothing to load."""
    if not batch_ids:
        raise AirflowSkipException("nothing had changed at the source")
    get_current_context()["outlet_events"][LOADED].extra = {"batch_ids": batch_ids}
    return batch_ids


@task(pool=WAREHOUSE_POOL)
def check_warehouse() -> dict[str, int]:
    """Run every rule of sql/checks; a broken one fails the run, with the rows that break it."""
    from gem.warehouse.checks import run_checks  # noqa: PLC0415

    with GemHook().warehouse() as connection:
        results = run_checks(connection)
    failed = [result for result in results if result.faults]
    if failed:
        faults = "; ".join(f"{r.check}: {r.faults} faults, such as {', '.join(r.examples)}" for r in failed)
        raise AirflowFailException(f"{len(failed)} of {len(results)} checks do not hold: {faults}")
    return {"checks": len(results)}


@task(pool=WAREHOUSE_POOL)
def reconcile(*, quick: bool, must_agree: bool) -> dict[str, Any]:
    """Hold the source against the warehouse; what changed since the last batch is awaited, all else is drift.

    The result says which tables drift, and by aggregate the words with which the extractor reads it again; with
    `must_agree` drift fails the run.
    """
    from gem.drift import drift, newest_live  # noqa: PLC0415
    from gem.quick import quickly  # noqa: PLC0415
    from gem.reconcile import comparisons  # noqa: PLC0415
    from gem.repair import find  # noqa: PLC0415
    from gem.settings import ExtractorSettings, WarehouseSettings  # noqa: PLC0415
    from gem.sides import source_side, warehouse_side  # noqa: PLC0415

    hook = GemHook()
    settings, secrets = hook.settings(ExtractorSettings), hook.client("secretsmanager")
    with (
        task_errors(),
        source_side(settings, secrets) as source,
        warehouse_side(hook.settings(WarehouseSettings), secrets) as warehouse,
    ):
        known = comparisons(settings.source_id).values()
        chosen = [quickly(each, source, settings.source_id, None) for each in known] if quick else known
        findings = [find(each, source, warehouse, limit=1) for each in chosen]
        newest = newest_live(hook.ledger, hook.client("s3"), settings.lake_bucket, settings.source_id)
        found = drift(findings, source, newest.snapshot if newest else None)
    if found.tables and must_agree:
        commands = "; ".join(found.repairs.values())
        raise AirflowFailException(f"source and warehouse differ in {', '.join(found.tables)}; repair: {commands}")
    words = {name: command.removeprefix("gem ") for name, command in found.repairs.items()}
    return {"tables": len(findings), "drift": list(found.tables), "awaited": list(found.awaited), "repairs": words}


@task
def periodic_tables() -> list[str]:
    """The tables that jobs of the warehouse make of its own others, by their declarations."""
    from gem.warehouse.jobs import JOBS  # noqa: PLC0415

    return list(JOBS)


@task(pool=WAREHOUSE_POOL)
def run_job(table: str) -> dict[str, Any]:
    """Make one periodic table up to this run's business day; a load that waits for it waits a bounded time."""
    from gem.warehouse.jobs import job_named  # noqa: PLC0415
    from gem.warehouse.jobs import run_job as run  # noqa: PLC0415

    with GemHook().warehouse() as connection:
        report = run(connection, job_named(table), business_day())
    return {"table": table, "as_of": report.as_of.isoformat(), "rows": report.rows}


@task(pool=WAREHOUSE_POOL, outlets=[EXPORTED])
def export(format_: str = "parquet") -> str:
    """UNLOAD every BI view into the folder of this run's day, replacing what a former try left there."""
    from gem.contracts.keys import S3Uri  # noqa: PLC0415
    from gem.settings import WarehouseSettings  # noqa: PLC0415
    from gem.warehouse.export import Destination, export_to_s3  # noqa: PLC0415

    hook = GemHook()
    settings = hook.settings(WarehouseSettings)
    role = hook.settings(ScheduleSettings).export_role_arn or settings.copy_role_arn
    folder = S3Uri(settings.lake_bucket, f"exports/daily/{business_day().isoformat()}")
    destination = Destination(hook.client("s3"), folder, role, "csv" if format_ == "csv" else "parquet")
    with hook.warehouse() as connection:
        done = export_to_s3(connection, destination)
    get_current_context()["outlet_events"][EXPORTED].extra = {"folder": done.folder, "loaded": done.loaded}
    return done.folder


@task(pool=WAREHOUSE_POOL)
def prune_warehouse() -> dict[str, int]:
    """Move the low-water marks up, and forget what loads need not remember below them."""
    from gem.operations.marks import source_marks  # noqa: PLC0415
    from gem.settings import PruneSettings  # noqa: PLC0415
    from gem.warehouse.mark import progress  # noqa: PLC0415
    from gem.warehouse.prune import prune  # noqa: PLC0415

    hook = GemHook()
    settings = hook.settings(PruneSettings)
    with hook.warehouse() as connection:
        loaded = progress(connection, settings.replay_days)
        connection.rollback()
        found = source_marks(loaded, hook.ledger, hook.client("s3"), settings.lake_bucket)
        return prune(connection, {one.source_id: one.reaches for one in found})
