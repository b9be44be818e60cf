"""The local cloud starts whole, says where everything is, and leaves nothing behind."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redshift_connector

from gem.contracts.keys import BatchId
from gem.contracts.states import Mover, State
from gem.doctor import access
from gem.doctor.findings import Verdict
from gem.doctor.stack import read_stack
from local_aws.cloud import LocalCloud
from local_aws.deployment import STACK
from local_aws.errors import LocalCloudError
from local_aws.template import TemplateError


def children() -> set[str]:
    """The command lines of this process' descendants."""
    found, waiting = set(), [threading.main_thread().native_id]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            for pid in task.read_text().split():
                waiting.append(int(pid))
                found.add(f"{pid} {Path(f'/proc/{pid}/cmdline').read_bytes()[:80]!r}")
    return found


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path_factory.mktemp("cloud"), parameters={"ReconcileSchedule": "rate(1 day)"}) as running:
        yield running


def test_the_source_and_the_migrated_warehouse_answer(cloud: LocalCloud) -> None:
    with psycopg2.connect(cloud.source_dsn) as source, source.cursor() as cursor:
        cursor.execute("select current_database()")
        assert cursor.fetchone() == ("source",)
    source.close()
    login = cloud.warehouse
    warehouse = redshift_connector.connect(
        host=login["host"],
        port=login["port"],
        database=login["dbname"],
        user=login["username"],
        password=login["password"],
        ssl=False,
    )
    with warehouse, warehouse.cursor() as rows:
        rows.execute("select count(*) from mart.dim_date")
        assert rows.fetchone()[0] > 10_000


def test_the_extractor_is_told_of_this_cloud_alone(cloud: LocalCloud) -> None:
    env = cloud.extractor_env
    assert env["GEM_LAKE_BUCKET"] == cloud.lake_bucket
    assert env["GEM_SOURCE_DSN"] == cloud.source_dsn
    assert env["AWS_ENDPOINT_URL"] == cloud.aws.endpoint_url


def test_everything_of_the_template_is_there_or_named(cloud: LocalCloud) -> None:
    assert cloud.deployment.not_connected == {}
    assert {"LakeBucketPolicy", "EmrLoadPolicy", "Vpc"} <= set(cloud.deployment.not_created)
    assert not set(cloud.deployment.not_created) & set(cloud.deployment.resources)
    assert len(cloud.deployment.mappings) == len(cloud.deployment.functions) == 4


def test_the_artifacts_are_where_the_steps_look_for_them(cloud: LocalCloud) -> None:
    bucket = cloud.deployment.outputs["ArtifactBucketName"]
    keys = {each["Key"] for each in cloud.s3.list_objects_v2(Bucket=bucket)["Contents"]}
    files = {"curate.py", "pyfiles.zip", "bootstrap.sh", "emr.txt", "manifest.json"}
    assert keys == {f"current/{name}" for name in files}


def test_the_doctor_logs_in_and_finds_the_schema_of_this_release(cloud: LocalCloud) -> None:
    stack = read_stack(STACK, cloud.aws.client)
    findings = [*access.secrets(stack), *access.source_login(stack), *access.warehouse(stack, ssl=False)]
    assert [(each.check, each.verdict) for each in findings] == [
        ("secrets", Verdict.OK),
        ("secrets", Verdict.OK),
        ("log-in", Verdict.OK),
        ("log-in", Verdict.OK),
        ("warehouse", Verdict.OK),
        ("warehouse", Verdict.OK),
    ]


def test_a_batch_that_ends_elsewhere_is_waited_for_no_longer(cloud: LocalCloud) -> None:
    batch_id = BatchId("elsewhere", 1)
    cloud.ledger.create(batch_id, State.FAILED, Mover.ON_RAW_MANIFEST, error="part 3 is missing")
    with pytest.raises(LocalCloudError, match="ended FAILED, not LOADED: part 3 is missing"):
        cloud.wait_for(str(batch_id), State.LOADED, timeout_seconds=60)


def test_a_batch_that_never_came_is_said_to_be_missing(cloud: LocalCloud) -> None:
    with pytest.raises(LocalCloudError, match="not in the ledger"):
        cloud.wait_for("gem-0000000404", State.LOADED, timeout_seconds=0)
    with pytest.raises(LocalCloudError, match="knows no batch"):
        cloud.hops("gem-0000000404")


def test_the_hops_of_a_batch_carry_its_rows_and_times(cloud: LocalCloud) -> None:
    batch_id = BatchId("hops", 1)
    cloud.ledger.create(batch_id, State.EXTRACTED, Mover.ON_RAW_MANIFEST, raw_rows={"bid": 2, "seller": 3})
    with cloud.ledger.lease(batch_id, "test") as record:
        cloud.ledger.move(record, State.SUBMITTED, Mover.ON_RAW_MANIFEST, attempt=1)
    hops = cloud.hops(str(batch_id))
    assert [(hop.state, hop.attempt, hop.rows) for hop in hops] == [(State.EXTRACTED, 0, 5), (State.SUBMITTED, 1, 0)]
    assert hops[0].seconds == 0 < hops[1].seconds


def test_its_folder_is_its_own(cloud: LocalCloud, tmp_path: Path) -> None:
    cloud.tick()
    cloud.settle(60)
    folder = next(path for path in tmp_path.parent.glob("cloud*") if (path / "functions").exists())
    assert "reconciled" in (folder / "functions" / "gem-on-schedule.log").read_text()
    with pytest.raises(LocalCloudError, match="in use by another local cloud"):
        LocalCloud(folder).start()


def test_a_started_and_stopped_cloud_leaves_no_thread_and_no_process(cloud: LocalCloud, tmp_path: Path) -> None:
    cloud.stop()
    threads, processes = set(threading.enumerate()), children()
    with LocalCloud(tmp_path) as running:
        running.tick()
        running.settle(60)
        assert children() > processes
    assert children() == processes
    assert set(threading.enumerate()) == threads


def test_a_cloud_that_cannot_start_leaves_no_thread_and_no_process(cloud: LocalCloud, tmp_path: Path) -> None:
    cloud.stop()
    threads, processes = set(threading.enumerate()), children()
    with pytest.raises(TemplateError, match="no such resource"):
        LocalCloud(tmp_path, drop=["NoSuchRule"]).start()
    assert children() == processes
    assert set(threading.enumerate()) == threads


def test_a_folder_with_other_peoples_files_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "thesis.txt").touch()
    with pytest.raises(LocalCloudError, match="holds steps, which are no local cloud's: name an empty or a new folder"):
        LocalCloud(tmp_path).start()
    assert (tmp_path / "steps" / "thesis.txt").exists()


def test_a_folder_that_keeps_its_data_is_not_emptied(tmp_path: Path) -> None:
    for name in ("lock", "up.json", "postgres"):
        (tmp_path / name).touch()
    with pytest.raises(LocalCloudError, match="keeps the data of `gem up`: name another folder"):
        LocalCloud(tmp_path).start()
    assert (tmp_path / "postgres").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalCloudError, match=f"cannot live in {tmp_path}/file/demo: .*Not a directory"):
        LocalCloud(tmp_path / "file" / "demo").start()
