"""Random histories, orders, doubles and cut wires: the warehouse is the oracle's, and no reader sees half a batch."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, note, settings

from gem.contracts.manifest import CuratedManifest
from gem.warehouse.digest import table_digests
from tests.model.curated import write_batch
from tests.model.fragile import FragileConnection
from tests.model.history import Batch
from tests.model.lab import Lab
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


def load(lab: Lab, database: str, wanted: Load, manifests: list[CuratedManifest]) -> None:
    """One load that must succeed; its first connection breaks where the plan says so, and the load tries again."""
    first = FragileConnection(lab.connect(database), cut_before=wanted.cut_before)
    connections = iter([first])
    reports = lab.load(database, *manifests, connect=lambda: next(connections, None) or lab.connect(database))
    assert not [report.error for report in reports if report.error]


def follow(lab: Lab, plan: Plan) -> None:
    """Carries the plan out under a reader's eyes; every state between two loads is the oracle's."""
    database = lab.copy()
    reader = Reader(lab, database)
    manifests = [write_batch(lab.s3, b.seq, b.tables, attempt=b.attempt) for b in plan.batches]
    allowed = {reader.look()}
    loaded: set[Batch] = set()
    with reader.reading():
        for wanted in plan.loads:
            load(lab, database, wanted, [manifests[number] for number in wanted.batches])
            loaded |= {plan.batches[number] for number in wanted.batches}
            allowed.add(reader.look())
            assert mart(lab.contents(database)) == in_order(expected_mart(loaded)), wanted
    assert reader.seen <= allowed, "a reader saw a state between two loads"
    lab.drop(database)


COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


@pytest.mark.slow
@given(plan=plans())
@settings(max_examples=40, **COMMON)
def test_any_history_in_any_order_gives_the_warehouse_of_the_oracle(lab: Lab, plan: Plan) -> None:
    note(repr(plan))
    follow(lab, plan)
