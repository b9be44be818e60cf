"""### Backfill: read a range of roots again, as new batches

Asks the extractor first what batches it would make (`plan`), and stops there where `dry_run` is set. Live windows stay
where they are. Stopped and run again with the same parameters, it goes on where it was.
"""

from datetime import timedelta
from typing import Any

import pendulum
from airflow.providers.common.compat.sdk import Param, chain, dag, get_current_context, task

from dags.provider.backfill import words_of
from dags.provider.defaults import DEFAULT_ARGS, IST, SOURCE_POOL, TAGS
from dags.provider.errors import task_errors
from dags.provider.operators import RunExtractorOperator
from dags.provider.sensors import BatchesLoadedSensor
from dags.provider.tasks import announce, published_batches, reconcile

HOUR = 3600
ROOT_ID = {"type": ["null", "integer"], "minimum": 0}
PARAMS = {
    "aggregate": Param("contract", type="string", pattern="^[a-z][a-z0-9_]*$", description="A root with its members."),
    "first": Param(None, title="from", description="The lowest root id, included.", **ROOT_ID),
    "last": Param(None, title="to", description="The highest root id, included.", **ROOT_ID),
    "roots": Param([], type="array", items={"type": "integer", "minimum": 0}, maxItems=1000, description="Root ids."),
    "all": Param(False, type="boolean", description="Every root of the aggregate."),
    "max_rows": Param(None, type=["null", "integer"], minimum=1, description="Rows of one batch, at most."),
    "dry_run": Param(True, type="boolean", description="Only plan; nothing is read."),
}


@task(retries=0)
def words() -> str:
    """The extractor's words for the parameters; a mistake in them fails the run before anything is read."""
    with task_errors():
        return words_of(get_current_context()["params"])


@task.short_circuit
def is_meant() -> bool:
    """Whether more than a plan is wanted."""
    return not get_current_context()["params"]["dry_run"]


@dag(
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz=IST),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=48),
    default_args=DEFAULT_ARGS,
    params=PARAMS,
    tags=TAGS,
    doc_md=__doc__,
)
def gem_backfill() -> None:
    """By hand, with parameters."""
    given: Any = words()
    plan = RunExtractorOperator(task_id="plan", words=f"{given} --dry-run", command_seconds=HOUR, pool=SOURCE_POOL)
    read = RunExtractorOperator(task_id="read", words=given, command_seconds=24 * HOUR, pool=SOURCE_POOL)
    batches = published_batches([read.output])
    loaded = BatchesLoadedSensor(task_id="loaded", batch_ids=batches["batch_ids"], poke_interval=10, timeout=24 * HOUR)
    chain(
        given, plan, is_meant(), read, batches, loaded, announce(loaded.output), reconcile(quick=True, must_agree=True)
    )


gem_backfill()
