"""### Service levels: every ten minutes, by the ledger

Freshness per table and latency per hop against the targets that the declarations state. Absence counts as lateness:
where no batch comes, tables grow stale as well. One alert when a promise is broken, one when it is kept again; the
ledger's table keeps each breach with its times, for `gem sla --month`.
"""

from datetime import timedelta

import pendulum
from airflow.providers.common.compat.sdk import dag, task

from dags.provider.defaults import DEFAULT_ARGS, IST, TAGS
from dags.provider.errors import task_errors
from dags.provider.hooks import GemHook
from dags.provider.settings import ScheduleSettings


@task
def look() -> dict[str, list[str]]:
    """Hold the promises against the ledger, and tell of what began or ended; the subjects that are broken, and told."""
    from gem.sla import Promises, Service, SlaBook  # noqa: PLC0415

    hook = GemHook()
    settings = hook.settings(ScheduleSettings)
    now = pendulum.now("UTC")
    promises = Promises.declared()
    with task_errors():
        service = Service(hook.ledger, hook.client("s3"), settings.lake_bucket, settings.source_id, promises)
        book, broken = SlaBook(hook.ledger_table), service.breaches(now)
        told = book.note(broken, now)
        for entry in told:
            word = "recovered" if entry.ended_at else "breach"
            hook.alert(f"SLA {word}: {entry.subject}", entry.message, kind=f"sla_{word}", about=entry.subject)
            book.told(entry)
    return {"broken": [breach.subject for breach in broken], "told": [entry.subject for entry in told]}


@dag(
    schedule="*/10 * * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz=IST),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args=DEFAULT_ARGS | {"retry_delay": timedelta(minutes=1)},
    tags=TAGS,
    doc_md=__doc__,
)
def gem_sla() -> None:
    """One writer of the book at a time."""
    look()


gem_sla()
