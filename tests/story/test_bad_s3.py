"""S3 refuses or breaks off, the source is down: what may pass is passed over, the rest says what to mend and waits."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from gem.contracts.keys import BatchId
from gem.contracts.states import State
from gem.ledger import BatchRecord
from tests.story.conftest import Gem
from tests.story.faults import Fault, TroubledS3, troubled
from tests.story.stage import TIMEOUT_SECONDS, Stage, run_extractor
from tests.story.truth import SAME

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

TRY_AGAIN_LATER = 75


@pytest.fixture(scope="module")
def s3(stage: Stage) -> Iterator[TroubledS3]:
    with troubled(stage.cloud.aws) as troubled_s3:
        yield troubled_s3


@pytest.fixture(scope="module")
def loaded(stage: Stage, s3: TroubledS3) -> BatchRecord:
    return stage.extract_and_load()


def change_a_bid(stage: Stage) -> None:
    stage.change_source(
        "update gem.bid set estimated_value = estimated_value + 1 where bid_id = (select min(bid_id) from gem.bid)"
    )


def assert_nothing_is_lost(stage: Stage) -> None:
    for on_source, in_warehouse in SAME.values():
        assert stage.warehouse(in_warehouse) == stage.source(on_source)


def arrived(stage: Stage, batch_id: str, state: State = State.LOADED) -> BatchRecord:
    return stage.cloud.wait_for(batch_id, state, TIMEOUT_SECONDS)


def next_batch_id(stage: Stage) -> str:
    state = json.loads(run_extractor(stage.cloud, "state", "show").stdout)
    return str(BatchId("gem", state["next_batch_seq"]))


def test_a_source_that_is_down_is_named_and_worth_another_try(stage: Stage, loaded: BatchRecord) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        dsn = f"postgresql://reader:secret@127.0.0.1:{nobody.getsockname()[1]}/source"
        environment = {**stage.cloud.extractor_env, "GEM_SOURCE_DSN": dsn}
        command = [sys.executable, "-m", "extractor_ec2", "extract"]
        finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == TRY_AGAIN_LATER
    assert "source 'gem' cannot be reached" in finished.stderr
    assert "secret" not in finished.stderr


@pytest.mark.parametrize(
    ("path", "status", "exit_code", "word"),
    [
        ("/raw/gem/.*parquet", 503, TRY_AGAIN_LATER, "SlowDown"),
        ("/raw/gem/.*parquet", 403, 1, "AccessDenied"),
        ("/raw/gem/.*_manifest.json", 503, TRY_AGAIN_LATER, "SlowDown"),
        ("/state/gem.json", 403, 1, "AccessDenied"),
    ],
)
def test_an_extractor_that_s3_refuses_publishes_nothing_and_the_next_run_everything(
    stage: Stage, s3: TroubledS3, loaded: BatchRecord, path: str, status: int, exit_code: int, word: str
) -> None:
    change_a_bid(stage)
    with s3.having(Fault("PUT|POST", path, status)) as fault:
        finished = run_extractor(stage.cloud, "extract")
    assert fault.met > 0
    assert finished.returncode == exit_code
    assert [json.loads(line)["batch_id"] for line in finished.stdout.splitlines()] in ([], [None])
    said = next(line for line in finished.stderr.splitlines() if word in line)
    assert path.rsplit(".*", maxsplit=1)[-1] in said
    assert stage.extract_and_load().raw_rows["bid"] == 1
    assert_nothing_is_lost(stage)


def test_a_read_that_breaks_off_or_is_slowed_down_is_read_again_by_spark_and_by_copy(
    stage: Stage, s3: TroubledS3, loaded: BatchRecord
) -> None:
    change_a_bid(stage)
    with (
        s3.having(Fault("GET", "/raw/gem/.*parquet", 200, times=2, spares="Boto3")) as spark_broken,
        s3.having(Fault("GET|HEAD", "/raw/gem/.*parquet", 503, times=3, spares="Boto3")) as spark_slowed,
        s3.having(Fault("GET", "/curated/fact.*parquet", 200, times=1, spares="Hadoop")) as copy_broken,
        s3.having(Fault("GET|HEAD", "/curated/root.*parquet", 503, times=8, spares="Hadoop")) as copy_slowed,
    ):
        record = stage.extract_and_load()
    assert record.attempt == 1
    assert all(fault.met for fault in (spark_broken, spark_slowed, copy_broken, copy_slowed))
    assert_nothing_is_lost(stage)


def test_a_batch_that_spark_may_not_read_fails_holds_up_no_other_and_is_replayed_once_it_may(
    stage: Stage, gem: Gem, s3: TroubledS3, loaded: BatchRecord
) -> None:
    change_a_bid(stage)
    refused = next_batch_id(stage)
    with s3.having(Fault("GET|HEAD", f"/raw/gem/{refused}/.*parquet", 403)):
        assert stage.extract()["batch_id"] == refused
        stage.change_source("update gem.seller set status = 'SUSPENDED' where seller_id = 1")
        stage.extract_and_load()
        failed = arrived(stage, refused, State.FAILED)
    assert f"gem/{refused}/1: step FAILED" in failed.error
    gem("redrive", refused)
    assert arrived(stage, refused).attempt == 2
    assert_nothing_is_lost(stage)


def test_a_batch_that_copy_may_not_read_stays_curated_holds_up_no_other_and_is_loaded_once_it_may(
    stage: Stage, s3: TroubledS3, loaded: BatchRecord
) -> None:
    change_a_bid(stage)
    refused = next_batch_id(stage)
    with s3.having(Fault("GET|HEAD", f"/curated/.*{refused}.*parquet", 403, spares="Hadoop")) as fault:
        assert stage.extract()["batch_id"] == refused
        arrived(stage, refused, State.CURATED)
        stage.change_source("update gem.seller set status = 'ACTIVE' where seller_id = 1")
        stage.extract_and_load()
        assert fault.met > 0
        assert arrived(stage, refused, State.CURATED).error == ""
    stage.cloud.tick()
    arrived(stage, refused)
    assert_nothing_is_lost(stage)
