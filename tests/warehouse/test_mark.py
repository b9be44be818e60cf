"""What the load log says of the mark, and that a mark once moved stays."""

from collections.abc import Iterator
from typing import Any

import pytest

from gem.warehouse.connection import Connection, abandon, commit, execute
from gem.warehouse.mark import NO_MARK, Progress, marks, progress
from gem.warehouse.prune import prune, remembered
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import write_batch
from tests.model.history import FIRST, SECOND, THIRD
from tests.model.lab import Lab, prepared_lab


@pytest.fixture(scope="module")
def lab(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront, s3: Any) -> Lab:
    return prepared_lab(embedded_postgres, redshift_front, s3)


@pytest.fixture
def warehouse(lab: Lab) -> Iterator[Connection]:
    """The first three batches of a source, and one of another, loaded."""
    database = lab.copy()
    lab.load(database, *(write_batch(lab.s3, b.seq, b.tables) for b in (FIRST, SECOND, THIRD)))
    lab.load(database, write_batch(lab.s3, 1, SECOND.tables, source_id="other"))
    connection = lab.connect(database)
    yield connection
    abandon(connection)
    lab.drop(database)


def test_batches_may_be_replayed_for_some_days_after_their_newest_load(warehouse: Connection) -> None:
    execute(warehouse, "update ops.load_log set loaded_at = dateadd(day, -31, getdate()) where batch_seq < 3")
    execute(
        warehouse,
        "insert into ops.load_log select batch_id, 2, source_id, batch_seq, snapshot_at, getdate() from ops.load_log"
        " where source_id = 'gem' and batch_seq = 2",
    )
    assert progress(warehouse, 30) == [
        Progress("gem", NO_MARK, {1: True, 2: False, 3: False}),
        Progress("other", NO_MARK, {1: True}),
    ]
    assert progress(warehouse, 0)[0].loaded == {1: True, 2: True, 3: True}


def test_each_source_has_a_mark_of_its_own_that_never_goes_back(warehouse: Connection) -> None:
    before = remembered(warehouse)
    assert prune(warehouse, {"gem": 2}) == {"gem": 2}
    assert prune(warehouse, {"gem": 1, "other": NO_MARK}) == {}
    assert marks(warehouse) == {"gem": 2}
    assert [one.loaded.keys() for one in progress(warehouse, 0)] == [{3}, {1}]
    left = "select source_id, min(batch_seq) from ops.root_version group by source_id order by source_id"
    assert execute(warehouse, left) == [("gem", 3), ("other", 1)]
    after = remembered(warehouse)
    assert after.keys() == before.keys()
    assert after["root_version"] < before["root_version"]
    commit(warehouse)


def test_two_sources_are_pruned_in_one_session_again_and_again(warehouse: Connection) -> None:
    assert prune(warehouse, {"gem": 1, "other": 1}) == {"gem": 1, "other": 1}
    assert prune(warehouse, {"gem": 3, "other": 1}) == {"gem": 3}
    assert remembered(warehouse)["root_version"] == 0
