"""### Redrive: push on what stands still

Does what `gem redrive` does: an EXTRACTED batch is submitted, a CURATED one loaded, and the reconciler looks at the
rest, also at manifests of which no event came. A FAILED batch is curated anew where it is named; mend the cause first.
Then it waits until the warehouse has them.
"""

from datetime import timedelta

import pendulum
from airflow.providers.common.compat.sdk import Param, dag, get_current_context, task

from dags.provider.defaults import DEFAULT_ARGS, IST, TAGS
from dags.provider.errors import task_errors
from dags.provider.hooks import GemHook
from dags.provider.sensors import BatchesLoadedSensor

HOUR = 3600
BATCH_ID = {"type": ["null", "string"], "pattern": r"^[a-z][a-z0-9_]{0,31}-\d{10}$"}


@task(retries=0)
def push() -> list[str]:
    """The batches that were pushed on, in the name of this run."""
    context = get_current_context()
    operator = GemHook().operator(context["run_id"])
    batch_id = context["params"]["batch_id"]
    with task_errors():
        done = [operator.redrive(batch_id)] if batch_id else operator.redrive_all()
        operator.messages.wake_reconciler()
    return [each.batch_id for each in done]


@dag(
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz=IST),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    default_args=DEFAULT_ARGS,
    params={"batch_id": Param(None, description="One batch; without, every batch on its way.", **BATCH_ID)},
    tags=TAGS,
    doc_md=__doc__,
)
def gem_redrive() -> None:
    """By hand."""
    BatchesLoadedSensor(task_id="loaded", batch_ids=push(), poke_interval=10, timeout=8 * HOUR)


gem_redrive()
