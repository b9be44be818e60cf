"""### Maintenance, weekly: what keeps source, lake and warehouse in order

Every row of both sides compared, and read again where they differ though nothing had changed; statistics and order of
the warehouse's tables; past months of the change log. What the lake keeps of raw, rejected and exported files is in
its lifecycle rules (template.yaml).
"""

from datetime import timedelta
from typing import Any

import pendulum
from airflow.providers.common.compat.sdk import chain, dag, task
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from dags.provider.defaults import DEFAULT_ARGS, IST, SOURCE_POOL, TAGS, WAREHOUSE_POOL
from dags.provider.hooks import GemHook
from dags.provider.operators import RunExtractorOperator
from dags.provider.sensors import BatchesLoadedSensor
from dags.provider.tasks import check_warehouse, periodic_tables, published_batches, reconcile, run_job

HOUR = 3600


@task
def words_of_repairs(compared: dict[str, Any]) -> list[str]:
    """The extractor's words that read again what differs, one per aggregate."""
    return [str(words) for words in compared["repairs"].values()]


@task(pool=WAREHOUSE_POOL)
def redigest(compared: dict[str, Any]) -> list[str]:
    """Count digests anew where rows had drifted: who changed them by hand left the digests as they were.

    After every row was proved to be the source's, so that it hides nothing; where nothing had drifted it does nothing.
    """
    from gem.warehouse.redigest import count_digests_anew  # noqa: PLC0415

    if not compared["drift"]:
        return []
    with GemHook().warehouse() as connection:
        return list(count_digests_anew(connection))


@task
def upkeep_statements() -> list[str]:
    """VACUUM and ANALYZE of every table that loads write."""
    from gem.contracts.mart.tables import CURATED_TABLES  # noqa: PLC0415

    names = [f"mart.{table.name}" for table in CURATED_TABLES]
    return [statement for name in names for statement in (f"vacuum {name}", f"analyze {name}")]


@dag(
    schedule="0 4 * * 0",
    start_date=pendulum.datetime(2026, 1, 1, tz=IST),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=48),
    default_args=DEFAULT_ARGS,
    tags=TAGS,
    doc_md=__doc__,
)
def gem_maintenance() -> None:
    """Sundays at 04:00 in India."""
    complete = RunExtractorOperator(
        task_id="complete_change_log", words="changelog install", command_seconds=HOUR, pool=SOURCE_POOL
    )
    prune = RunExtractorOperator(
        task_id="prune_change_log", words="changelog prune", command_seconds=HOUR, pool=SOURCE_POOL
    )
    chain(complete, prune)

    compared: Any = reconcile.override(task_id="compare")(quick=False, must_agree=False)
    read_again = RunExtractorOperator.partial(
        task_id="read_again", command_seconds=24 * HOUR, pool=SOURCE_POOL, trigger_rule="none_failed"
    ).expand(words=words_of_repairs(compared))
    batches = published_batches.override(trigger_rule="none_failed")(read_again.output)
    loaded = BatchesLoadedSensor(task_id="loaded", batch_ids=batches["batch_ids"], poke_interval=10, timeout=24 * HOUR)
    proved = reconcile.override(task_id="compare_again")(quick=False, must_agree=True)
    upkeep = SQLExecuteQueryOperator(
        task_id="vacuum_and_analyze",
        conn_id="redshift_default",
        sql=upkeep_statements(),
        autocommit=True,
        split_statements=False,
        pool=WAREHOUSE_POOL,
    )
    jobs = run_job.expand(table=periodic_tables())
    chain(compared, read_again, batches, loaded, proved, redigest(compared), upkeep, jobs, check_warehouse())


gem_maintenance()
