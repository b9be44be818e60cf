"""### The daily run: extract, wait for the warehouse, prove it, hand it on

Events carry each batch from the lake to the warehouse; this DAG starts the extraction, waits for what it published, and
then does what belongs after a load. Every task may be cleared and run again, alone or with all that follow. A run that
finds nothing changed goes through all the same. Where a batch stops, `loaded` says which, and what to type.
"""

from datetime import timedelta

import pendulum
from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
from airflow.providers.common.compat.sdk import chain, dag

from dags.provider.deadlines import deadline
from dags.provider.defaults import DEFAULT_ARGS, IST, SOURCE_POOL, TAGS
from dags.provider.operators import RunExtractorOperator
from dags.provider.power_bi import power_bi
from dags.provider.sensors import BatchesLoadedSensor
from dags.provider.summary import summary
from dags.provider.tasks import (
    announce,
    check_warehouse,
    export,
    periodic_tables,
    prune_warehouse,
    published_batches,
    reconcile,
    run_job,
)

HOUR = 3600


@dag(
    schedule="30 1 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz=IST),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    **deadline(timedelta(hours=6)),
    default_args=DEFAULT_ARGS,
    tags=TAGS,
    doc_md=__doc__,
)
def gem_daily() -> None:
    """At 01:30 in India. A day that was missed is not made up for: the next run brings what it would have brought."""
    extract = RunExtractorOperator(task_id="extract", words="extract", command_seconds=6 * HOUR, pool=SOURCE_POOL)
    batches = published_batches([extract.output])
    manifests = S3KeySensor(
        task_id="raw_manifests", bucket_key=batches["manifests"], deferrable=True, poke_interval=10, timeout=HOUR
    )
    loaded = BatchesLoadedSensor(task_id="loaded", batch_ids=batches["batch_ids"], poke_interval=10, timeout=8 * HOUR)
    announced = announce(loaded.output)
    jobs = run_job.expand(table=periodic_tables())
    checked = check_warehouse()
    reconciled = reconcile(quick=True, must_agree=True)
    exported = export()
    pruned = prune_warehouse()
    told = summary(batches["batch_ids"], checked, reconciled, jobs, exported)
    # Jobs come before the checks: a load may resolve a key anew that rows of their tables hold.
    chain(extract, batches, manifests, loaded, [announced, jobs])
    chain(jobs, checked, reconciled, exported, [power_bi(), told])
    chain(checked, pruned, told)


gem_daily()
