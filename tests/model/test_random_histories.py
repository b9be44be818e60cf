"""Random histories, orders, doubles, cut wires and prunings give the oracle's warehouse, and nobody sees half a batch.

What comes at or below the mark for the first time is refused, and the oracle does not know it.
"""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, note, settings

from gem.contracts.manifest import CuratedManifest
from gem.warehouse.digest import table_digests
from gem.warehouse.mark import NO_MARK, Progress
from tests.model.curated import write_batch
from tests.model.fragile import FragileConnection
from tests.model.history import Batch
from tests.model.lab import SOURCE, Lab
from tests.model.oracle import expected_mart
from tests.model.random_history import Load, Plan, plans
from tests.model.states import in_order, mart

_sources = itertools.count(1)


class Reader:
    """Reads the whole mart, transaction after transaction, beside the loads; keeps each state that it saw."""

    def __init__(self, lab: Lab, database: str) -> None:
        self._lab = lab
        self._database = database
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self.seen: set[tuple[str, ...]] = set()

    def look(self) -> tuple[str, ...]:
        return tuple(self._lab.digests(self._database).values())

    def _read(self) -> None:
        connection = self._lab.connect(self._database)
        while not self._done.is_set():
            self.seen.add(tuple(table_digests(connection).values()))
            connection.rollback()
        connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._done.set()
            self._thread.join()


def load(lab: Lab, database: str, wanted: Load, manifests: list[CuratedManifest]) -> list[str]:
    """The outcomes of one load; its first connection breaks where the plan says so, and the load tries again."""
    first = FragileConnection(lab.connect(database), cut_before=wanted.cut_before)
    connections = iter([first])
    reports = lab.load(database, *manifests, connect=lambda: next(connections, None) or lab.connect(database))
    assert not [report.error for report in reports if report.error and "comes too late" not in report.error]
    return [report.outcome for report in reports]


def reachable(plan: Plan, loaded: set[Batch]) -> int:
    """How far the mark may go: what is not loaded yet by any attempt waits."""
    seqs = {batch.seq for batch in loaded}
    waiting = {batch.seq for batch in plan.batches} - seqs
    return Progress(SOURCE, NO_MARK, dict.fromkeys(seqs, True)).reaches(waiting)


def follow(lab: Lab, plan: Plan) -> None:
    """Carries the plan out under a reader's eyes; every state between two loads is the oracle's."""
    database = lab.copy()
    reader = Reader(lab, database)
    manifests = [write_batch(lab.s3, b.seq, b.tables, attempt=b.attempt) for b in plan.batches]
    allowed = {reader.look()}
    loaded: set[Batch] = set()
    mark = NO_MARK
    with reader.reading():
        for wanted in plan.loads:
            batches = [plan.batches[number] for number in wanted.batches]
            late = {batch for batch in batches if batch.seq <= mark} - loaded
            outcomes = load(lab, database, wanted, [manifests[number] for number in wanted.batches])
            assert outcomes.count("quarantined") == len(late), wanted
            loaded |= {*batches} - late
            allowed.add(reader.look())
            if wanted.prunes:
                mark = reachable(plan, loaded)
                lab.prune(database, mark)
            assert mart(lab.contents(database)) == in_order(expected_mart(loaded)), wanted
    assert reader.seen <= allowed, "a reader saw a state between two loads"
    lab.drop(database)


COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


@pytest.mark.slow
@given(plan=plans())
@settings(max_examples=20, **COMMON)
def test_any_history_in_any_order_gives_the_warehouse_of_the_oracle(lab: Lab, plan: Plan) -> None:
    note(repr(plan))
    follow(lab, plan)
