"""What Spark did: the rows that its scans gave, and the steps of a plan."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pyspark.sql import DataFrame, SparkSession

LISTENER_SECONDS = 60
_SCANNED = re.compile(r"/raw/\w+/[\w-]+/(?P<folder>(?:_roots/)?\w+)/part-\d+\.parquet")


def executions(spark: SparkSession) -> set[int]:
    """The numbers of all queries that the session has run."""
    return {one.executionId() for one in _each(_status(spark).executionsList())}


def raw_rows_scanned(spark: SparkSession, before: set[int]) -> Counter[str]:
    """Folder of a raw part → rows that scans of its files gave, in all queries but those of `before`."""
    status, scanned = _status(spark), Counter[str]()
    for execution in executions(spark) - before:
        metrics = status.executionMetrics(execution)
        for accumulator, folder in _scans(status.planGraph(execution)).items():
            rows = metrics.get(accumulator)
            scanned[folder] += int(rows.get().replace(",", "")) if rows.isDefined() else 0
    return +scanned


def steps(frame: DataFrame) -> list[str]:
    """The names of the steps of a frame's plan; what is persisted is one step, however it was made."""
    return list(_steps(frame._jdf.queryExecution().executedPlan()))


def _steps(plan: Any) -> Iterator[str]:
    yield plan.nodeName()
    for child in _each(plan.children()):
        yield from _steps(child)


def _status(spark: SparkSession) -> Any:
    context = spark.sparkContext._jsc.sc()
    context.listenerBus().waitUntilEmpty(LISTENER_SECONDS * 1000)
    return spark._jsparkSession.sharedState().statusStore()


def _scans(graph: Any) -> dict[int, str]:
    """What counts the rows of each scan of a query, and its folder; a persisted one is shown wherever it is used."""
    found = {}
    for node in _each(graph.allNodes()):
        scanned = _SCANNED.search(node.desc()) if node.name().startswith("Scan parquet") else None
        if scanned:
            counters = [one for one in _each(node.metrics()) if one.name() == "number of output rows"]
            found |= {one.accumulatorId(): scanned["folder"] for one in counters}
    return found


def _each(sequence: Any) -> Iterator[Any]:
    iterator = sequence.iterator()
    while iterator.hasNext():
        yield iterator.next()
