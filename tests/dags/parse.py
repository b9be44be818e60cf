"""Run by the Python of an Airflow: parses a folder, with sockets and databases cut off, and writes what it found."""

import importlib
import importlib.util
import json
import logging
import socket
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# What a parsing process of Airflow has imported before it opens a DAG that names it (parsing_pre_import_modules).
BEFOREHAND = (
    "airflow.sdk",
    "airflow.providers.amazon.aws.hooks.ssm",
    "airflow.providers.amazon.aws.sensors.s3",
    "airflow.providers.common.sql.operators.sql",
)
TRIVIAL = "from airflow.sdk import DAG\nwith DAG('trivial', schedule=None):\n    pass\n"


def forbidden(*given: Any, **named: Any) -> None:
    raise AssertionError(f"a DAG reached out while it was parsed: {given} {named}")


def dag_bag(file_or_folder: Path) -> Any:
    has_moved = importlib.util.find_spec("airflow.dag_processing.dagbag") is not None  # since Airflow 3.1
    module = importlib.import_module("airflow.dag_processing.dagbag" if has_moved else "airflow.models.dagbag")
    return module.DagBag(str(file_or_folder))


def main(folder: Path, findings: Path) -> None:
    logging.disable(logging.CRITICAL)
    for name in BEFOREHAND:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as trivial:
        (Path(trivial) / "trivial.py").write_text(TRIVIAL)
        dag_bag(Path(trivial))
    socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = forbidden  # type: ignore[method-assign, assignment]
    sqlite3.connect = forbidden  # type: ignore[assignment]
    found: dict[str, dict[str, Any]] = {"errors": {}, "seconds": {}, "dags": {}}
    for path in sorted(folder.glob("*.py")):
        # Of the processor: that others keep a machine busy is no fault of a DAG.
        began = time.process_time()
        bag = dag_bag(path)
        found["seconds"][path.name] = time.process_time() - began
        found["errors"] |= bag.import_errors
        found["dags"] |= {dag_id: about(dag) for dag_id, dag in bag.dags.items()}
    found["lineage"] = lineage()
    findings.write_text(json.dumps(found))


def about(dag: Any) -> dict[str, Any]:
    tasks = {
        task.task_id: {
            "pool": task.pool,
            "retries": task.retries,
            "downstream": sorted(task.downstream_task_ids),
            "tells": "TellsWhatItsTriggerMet" in {each.__name__ for each in type(task).__mro__},
            "is_bounded": task.execution_timeout is not None,
        }
        for task in dag.tasks
    }
    return {"catchup": dag.catchup, "active": dag.max_active_runs, "doc": bool(dag.doc_md), "tasks": tasks}


def lineage() -> list[str]:
    """What OpenLineage would be told of one loaded batch: tags of the run, inputs, outputs."""
    lineage_of = importlib.import_module("dags.provider.lineage").lineage_of
    loaded = SimpleNamespace(loaded_rows={"fact_order_line": 3})
    hook = SimpleNamespace(
        settings=lambda kind: SimpleNamespace(lake_bucket="lake"), ledger=SimpleNamespace(get=lambda batch_id: loaded)
    )
    told = lineage_of(hook, ["gem-0000000001"])
    datasets = [f"{each.namespace} {each.name}" for each in [*told.inputs, *told.outputs]]
    return [*(f"{tag.key} {tag.value}" for tag in told.run_facets["tags"].tags), *datasets]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
