"""One batch goes from PostgreSQL to the star schema by events alone, and doing any of it again changes nothing."""

import pytest

from gem.contracts.states import State
from gem.ledger import BatchRecord
from tests.story.stage import TIMEOUT_SECONDS, Stage
from tests.story.truth import SAME, WRONG_KEYS


@pytest.fixture(scope="module")
def batch(stage: Stage) -> BatchRecord:
    return stage.extract_and_load()


def test_the_batch_passed_every_state_in_order(batch: BatchRecord) -> None:
    assert [move.state for move in batch.history] == [
        State.EXTRACTED,
        State.SUBMITTED,
        State.CURATED,
        State.LOADED,
    ]


@pytest.mark.parametrize("table", SAME)
def test_source_and_warehouse_agree_row_for_row(stage: Stage, batch: BatchRecord, table: str) -> None:
    on_source, in_warehouse = SAME[table]
    truth = stage.source(on_source)
    assert truth
    assert stage.warehouse(in_warehouse) == truth


@pytest.mark.parametrize("key", WRONG_KEYS)
def test_every_fact_carries_the_version_of_its_event_time(stage: Stage, batch: BatchRecord, key: str) -> None:
    assert stage.warehouse(WRONG_KEYS[key]) == [(0,)]


def test_history_has_no_gap_and_one_current_version_per_seller(stage: Stage, batch: BatchRecord) -> None:
    broken = """
        select count(*) from (
            select
                valid_from, valid_to, is_current,
                lag(valid_to) over (partition by seller_id order by valid_from) as before,
                lead(valid_from) over (partition by seller_id order by valid_from) as after
            from mart.dim_seller where seller_key > 0
        ) v
        where valid_from <> coalesce(before, timestamp '1900-01-01')
           or valid_to <> coalesce(after, timestamp '9999-12-31')
           or is_current <> (after is null)
    """
    assert stage.warehouse(broken) == [(0,)]
    assert stage.warehouse("select count(*) > count(distinct seller_id) from mart.dim_seller where seller_key > 0") == [
        (True,)
    ], "no seller has two versions, so history was not tested"


def test_nothing_changed_means_no_batch(stage: Stage, batch: BatchRecord) -> None:
    assert stage.extract()["batch_id"] is None


def test_both_events_delivered_again_change_nothing(stage: Stage, batch: BatchRecord) -> None:
    digests, marks = stage.digests(), stage.write_loaded_marks()
    manifest_key = f"raw/gem/{batch.batch_id}/_manifest.json"
    bucket = stage.cloud.lake_bucket
    stage.redeliver(
        "aws.s3", "Object Created", {"bucket": {"name": bucket}, "object": {"key": manifest_key, "size": 1, "etag": ""}}
    )
    stage.redeliver(
        "aws.emr",
        "EMR Step Status Change",
        {"name": batch.step_name, "state": "COMPLETED", "stepId": batch.step_id, "clusterId": batch.cluster_id},
    )
    stage.cloud.settle(TIMEOUT_SECONDS)
    assert stage.digests() == digests
    assert stage.write_loaded_marks() == marks
    record = stage.cloud.ledger.get(batch.batch_id)
    assert record is not None
    assert record.history == batch.history
    assert stage.cloud.dead_letters() == {}


def test_a_change_brings_only_its_own_aggregate(stage: Stage, batch: BatchRecord) -> None:
    """A cancelled contract and a seller's new name: history and gross value stay, net value falls."""
    ((contract_id, seller_id),) = stage.source(
        "select contract_id, seller_id from gem.contract where cancelled_at is null and rejected_at is null "
        "and total_value > 0 order by 1 limit 1"
    )
    stage.change_source(
        "update gem.contract set cancelled_at = '2026-04-02T00:00:00Z', cancelled_by = 'BUYER', status = 'CANCELLED' "
        f"where contract_id = {contract_id}",
        f"update gem.seller set legal_name = 'नया नाम' where seller_id = {seller_id}",
    )
    before = stage.write_loaded_marks()
    second = stage.extract_and_load()
    assert second.raw_rows["contract"] == 1
    assert second.raw_rows["seller"] == 1
    for on_source, in_warehouse in SAME.values():
        assert stage.warehouse(in_warehouse) == stage.source(on_source)
    assert [stage.warehouse(query) for query in WRONG_KEYS.values()] == [[(0,)]] * len(WRONG_KEYS)
    names = stage.warehouse(
        f"select seller_name from mart.dim_seller where seller_id = {seller_id} order by valid_from"
    )
    assert names[-1] == ("नया नाम",)
    assert len(names) >= 2, "the old name's version is gone"
    touched = len(set(stage.write_loaded_marks()) - set(before))
    lines = stage.source(f"select count(*) from gem.contract_item where contract_id = {contract_id}")[0][0]
    versions = len(names)
    assert touched <= lines + versions
