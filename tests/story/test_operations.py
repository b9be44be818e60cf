"""A person moves batches: replay changes nothing, a mended cause is redriven, a release brings what passed."""

import pytest

from gem.contracts.states import State
from gem.ledger import BatchRecord
from tests.story.conftest import Gem
from tests.story.stage import TIMEOUT_SECONDS, Stage
from tests.story.truth import SAME

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

SELLERS = 20
BAD_PINS = 15
NEW_NAME = "नया नाम"


@pytest.fixture(scope="module")
def batch(stage: Stage) -> BatchRecord:
    return stage.extract_and_load()


def arrived(stage: Stage, batch_id: str, state: State = State.LOADED) -> BatchRecord:
    return stage.cloud.wait_for(batch_id, state, TIMEOUT_SECONDS)


def test_status_and_batch_show_where_it_stands(gem: Gem, batch: BatchRecord) -> None:
    status = gem("status")
    [line] = status["batches"]
    assert (line["batch_id"], line["state"], line["attempt"]) == (batch.batch_id, "LOADED", 1)
    assert line["hop_seconds"].keys() == {"SUBMITTED", "CURATED", "LOADED"}
    assert {fresh["table"] for fresh in status["freshness"]} >= {"fact_bid", "fact_order_line", "dim_seller"}
    report = gem("batch", batch.batch_id)
    rows = {each["table"]: (each["curated"], each["loaded"]) for each in report["rows"]}
    assert rows["fact_order_line"][0] == rows["fact_order_line"][1] > 0


def test_loading_an_attempt_again_writes_no_row(stage: Stage, gem: Gem, batch: BatchRecord) -> None:
    digests, marks = stage.digests(), stage.write_loaded_marks()
    [done] = gem("replay", batch.batch_id)
    assert (done["before"], done["after"]) == ("LOADED", "CURATED")
    record = arrived(stage, batch.batch_id)
    assert record.attempt == 1
    assert stage.digests() == digests
    assert stage.write_loaded_marks() == marks


def test_a_batch_that_is_curated_again_leaves_the_same_warehouse(stage: Stage, gem: Gem, batch: BatchRecord) -> None:
    digests = stage.digests()
    gem("replay", batch.batch_id, "--recurate")
    record = arrived(stage, batch.batch_id)
    assert record.attempt == 2
    assert stage.warehouse("select distinct attempt from ops.root_version") == [(2,)], "the old attempt still stands"
    assert stage.digests() == digests


def test_a_batch_that_failed_by_a_bad_release_is_redriven_once_that_is_mended(
    stage: Stage, gem: Gem, batch: BatchRecord
) -> None:
    outputs = stage.cloud.deployment.outputs
    artifact = {"Bucket": outputs["ArtifactBucketName"], "Key": f"{outputs['ArtifactFolder']}/curate.py"}
    good = stage.cloud.s3.get_object(**artifact)["Body"].read()
    stage.cloud.s3.put_object(**artifact, Body=b"raise SystemExit('a bad release')")
    stage.change_source(f"update gem.seller set legal_name = '{NEW_NAME}' where seller_id = 1")
    digests = stage.digests()
    batch_id = stage.extract()["batch_id"]
    assert arrived(stage, batch_id, State.FAILED).error
    assert stage.digests() == digests

    stage.cloud.s3.put_object(**artifact, Body=good)
    [done] = gem("redrive", batch_id)
    assert (done["before"], done["after"]) == ("FAILED", "EXTRACTED")
    assert arrived(stage, batch_id).attempt == 2
    for on_source, in_warehouse in SAME.values():
        assert stage.warehouse(in_warehouse) == stage.source(on_source)
    assert stage.warehouse("select distinct seller_name from mart.dim_seller where seller_id = 1 and is_current") == [
        (NEW_NAME,)
    ]


def test_a_released_batch_brings_what_passed_and_keeps_the_old_version_of_the_rest(
    stage: Stage, gem: Gem, batch: BatchRecord
) -> None:
    before = dict(stage.warehouse("select seller_id, seller_name from mart.dim_seller where is_current"))
    chosen = [row[0] for row in stage.source(f"select seller_id from gem.seller order by 1 offset 1 limit {SELLERS}")]
    bad, good = chosen[:BAD_PINS], chosen[BAD_PINS:]
    stage.change_source(
        f"update gem.seller set legal_name = 'Renamed' where seller_id between {chosen[0]} and {chosen[-1]}",
        f"update gem.seller set pincode = '012345' where seller_id between {bad[0]} and {bad[-1]}",
    )
    batch_id = stage.extract()["batch_id"]
    arrived(stage, batch_id, State.QUARANTINED)
    rejects = gem("batch", batch_id)["rejects"]
    assert [(reject["table"], reject["reason"], reject["roots"]) for reject in rejects] == [
        ("seller", "pin_invalid", BAD_PINS)
    ]
    gem("release", batch_id, "--reason", "PIN codes are mended at the source next week")
    arrived(stage, batch_id)
    now = dict(stage.warehouse("select seller_id, seller_name from mart.dim_seller where is_current"))
    assert {now[seller] for seller in good} == {"Renamed"}
    assert {seller: now[seller] for seller in bad} == {seller: before[seller] for seller in bad}


def test_a_replay_below_the_mark_is_refused_and_changes_nothing(stage: Stage, gem: Gem, batch: BatchRecord) -> None:
    assert gem("warehouse", "prune", "--dry-run")["marks"][0]["reaches"] == -1, "it may be replayed for 30 days"
    pruned = gem("warehouse", "prune", GEM_REPLAY_DAYS="0")
    [mark] = pruned["marks"]
    assert (mark["held_by"], pruned["rows"]["root_version"]) == ("", 0)
    assert mark["reaches"] >= batch.batch_seq
    digests = stage.digests()
    gem("replay", batch.batch_id, "--recurate")
    refused = arrived(stage, batch.batch_id, State.QUARANTINED)
    assert "comes too late" in refused.error
    assert stage.digests() == digests
