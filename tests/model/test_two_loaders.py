"""Two loaders at once, fifty times: each batch is logged once, the content is the oracle's, and no session stays."""

import threading

import psycopg2
import pytest

from gem.warehouse.load import LoadReport
from tests.model.history import FIRST, HISTORY, SECOND, THIRD, Batch
from tests.model.states import Model

pytestmark = pytest.mark.slow

ROUNDS = 50
PAIRS = ((THIRD, SECOND), (SECOND, FIRST), (FIRST, THIRD))


def race(model: Model, database: str, *batches: Batch) -> list[LoadReport]:
    """One loader a batch, let go at one moment."""
    together = threading.Barrier(len(batches))
    reports: list[LoadReport] = []

    def load(batch: Batch) -> None:
        together.wait()
        reports.extend(model.lab.load(database, model.manifest[batch]))

    loaders = [threading.Thread(target=load, args=(batch,)) for batch in batches]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join(60)
    assert not [loader for loader in loaders if loader.is_alive()], "a loader waits for ever"
    assert not [report.error for report in reports if report.error]
    return reports


def waiting_locks(model: Model, database: str) -> int:
    connection = psycopg2.connect(model.lab.postgres.dsn(database))
    with connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where not granted")
        ((count,),) = cursor.fetchall()
    connection.close()
    return int(count)


def check(model: Model, database: str, *batches: Batch) -> None:
    logged = model.lab.query(database, "select batch_id, attempt from ops.load_log order by 1, 2")
    assert logged == sorted({(f"gem-{batch.seq:010d}", batch.attempt) for batch in batches})
    assert model.lab.contents(database) == model.contents(frozenset(batches))
    assert waiting_locks(model, database) == 0
    model.lab.drop(database)


@pytest.mark.parametrize("batch", HISTORY, ids=lambda batch: batch.name)
def test_two_loaders_of_one_batch_load_it_once(model: Model, batch: Batch) -> None:
    for _ in range(ROUNDS // len(HISTORY)):
        database = model.lab.copy()
        outcomes = sorted(report.outcome for report in race(model, database, batch, batch))
        assert outcomes == ["already_loaded", "loaded"]
        check(model, database, batch)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: " and ".join(batch.name for batch in pair))
def test_two_loaders_of_two_batches_leave_what_one_would(model: Model, pair: tuple[Batch, Batch]) -> None:
    for _ in range(-(-ROUNDS // len(PAIRS))):
        database = model.lab.copy()
        assert [report.outcome for report in race(model, database, *pair)] == ["loaded", "loaded"]
        check(model, database, *pair)
