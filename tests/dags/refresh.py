"""Run by the Python of an Airflow: the tasks of power_bi() as a worker and a triggerer run them, once for each world.

A world is the connections of a run, and whether the provider of Microsoft Azure `is_installed`. Writes of each run the
state of each task, what it said, which methods it was to go on with, and the alerts.
"""

import asyncio
import importlib
import json
import logging
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pendulum
from airflow.providers.common.compat.sdk import DAG, AirflowException, AirflowSkipException, TaskDeferred
from airflow.providers.microsoft.azure.hooks.msgraph import KiotaRequestAdapterHook
from airflow.sdk.execution_time.context import ConnectionAccessor

from dags.provider.defaults import DEFAULT_ARGS

STOCK = "airflow.providers.microsoft.azure.operators.powerbi"
LOOP = asyncio.new_event_loop()
"""One for all triggers, as a triggerer has."""


class Alerts(logging.Handler):
    """What the hook says where there is no topic."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def fired(trigger: Any) -> tuple[str | None, dict[str, Any]]:
    """What a triggerer makes of a trigger that it got over the database: the event, or the failure and its trace."""
    path, kwargs = trigger.serialize()
    module, name = path.rsplit(".", 1)
    made = getattr(importlib.import_module(module), name)(**json.loads(json.dumps(kwargs)))
    try:
        return None, {"event": LOOP.run_until_complete(anext(aiter(made.run()))).payload}
    except Exception as error:
        return "__fail__", {"error": "Trigger failure", "traceback": traceback.format_exception(error)}


def outcome(task: Any, alerts: Alerts) -> dict[str, Any]:
    xcom: dict[str, Any] = {}
    ti = SimpleNamespace(
        dag_id="refresh", task_id=task.task_id, try_number=1, xcom_push=lambda key, value: xcom.update({key: value})
    )
    context: Any = {"ti": ti, "task_instance": ti, "run_id": "once", "conn": ConnectionAccessor()}
    deferred: list[str] = []
    alerts.told.clear()
    found: dict[str, Any] = {"deferred": deferred, "xcom": xcom, "alerts": []}
    try:
        worked(task, context, deferred)
    except AirflowSkipException as skip:
        return found | {"state": "skipped", "said": str(skip)}
    except AirflowException as error:
        for callback in task.on_failure_callback:
            callback(context | {"exception": error})
        state = "failed" if type(error).__name__ == "AirflowFailException" else "up_for_retry"
        return found | {"state": state, "said": str(error), "alerts": list(alerts.told)}
    return found | {"state": "success", "said": ""}


def worked(task: Any, context: Any, deferred: list[str]) -> None:
    if task.task_type != "RefreshDatasetOperator":
        task.python_callable()
        return
    task.render_template_fields(context, task.dag.get_template_env())
    waited = paused(task.execute, context)
    while waited is not None:
        deferred.append(waited.method_name)
        # Not where it was caught: the trigger's own exceptions would be hung on to it.
        failed, kwargs = fired(waited.trigger)
        waited = paused(task.resume_execution, failed or waited.method_name, kwargs, context)


def paused(work: Callable[..., Any], *given: Any) -> TaskDeferred | None:
    try:
        work(*given)
    except TaskDeferred as wait:
        return wait
    return None


def tasks_of(world: dict[str, Any]) -> list[Any]:
    if not world["is_installed"]:
        # As importlib has it for what is not there.
        sys.modules[STOCK] = None  # type: ignore[assignment]
        del sys.modules["dags.provider.refresh"], sys.modules["dags.provider.power_bi"]
    power_bi = importlib.import_module("dags.provider.power_bi").power_bi
    with DAG("refresh", schedule=None, start_date=pendulum.datetime(2026, 1, 1), default_args=DEFAULT_ARGS) as dag:
        power_bi()
    return list(dag.tasks)


def main(worlds: list[dict[str, Any]], findings: Path) -> None:
    alerts = Alerts()
    logging.getLogger("airflow.task.hooks.dags.provider.hooks.GemHook").addHandler(alerts)
    found = []
    for world in worlds:
        for name in [name for name in os.environ if name.startswith("AIRFLOW_CONN_")]:
            del os.environ[name]
        os.environ.update(world["connections"])
        KiotaRequestAdapterHook.cached_request_adapters.clear()
        run: dict[str, Any] = {}
        for task in tasks_of(world):
            run[task.task_id.removeprefix("power_bi.")] = outcome(task, alerts)
            if run[task.task_id.removeprefix("power_bi.")]["state"] != "success":
                break
        found.append(run)
    findings.write_text(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
