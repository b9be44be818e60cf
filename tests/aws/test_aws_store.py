"""The local AWS with a store: what was answered is there after the process was killed, byte for byte."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local_aws.aws_endpoint import AwsEndpoint
from local_aws.aws_server import AwsServer, AwsServerError
from local_aws.aws_store import AwsStore, AwsStoreError

SERVER = Path(__file__).with_name("durable_server.py")
PART_BYTES = 5 * 1024 * 1024
HINDI = "raw/भारत/सरकारी ई-बाज़ार +%2F&?#.parquet"
LONG = "curated/" + "k" * 1000


class Durable:
    """A server that can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.aws = AwsEndpoint(f"http://127.0.0.1:{self.port}")
        self._process: subprocess.Popen[str] | None = None

    @property
    def s3(self) -> Any:
        return self.aws.client("s3")

    def start(self) -> str:
        """What the server said of its restoration."""
        command = [sys.executable, str(SERVER), str(self.port), str(self.folder)]
        environment = {**os.environ, "PYTHONPATH": str(SERVER.parents[2])}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.startswith("Restored"), said
        return said

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.communicate()

    def restart(self) -> str:
        self.kill()
        return self.start()

    def body(self, key: str, bucket: str = "plain") -> bytes:
        body: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def described(self, key: str, bucket: str = "plain", **which: str) -> dict[str, Any]:
        """All that S3 says of an object."""
        found = self.s3.get_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED", **which)
        found["Body"] = found["Body"].read()
        return {name: value for name, value in found.items() if name != "ResponseMetadata"}

    def keys(self, bucket: str = "plain") -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Durable]:
    made = Durable(tmp_path_factory.mktemp("store"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def durable(server: Durable) -> Durable:
    for bucket in ("plain", "versioned"):
        found = server.s3.list_object_versions(Bucket=bucket)
        for each in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
            server.s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
    return server


def put(durable: Durable) -> str:
    durable.s3.put_object(Bucket="plain", Key=HINDI, Body=b"PAR1", ContentType="x/y", Metadata={"batch": "gem-1"})
    return HINDI


def put_empty(durable: Durable) -> str:
    durable.s3.put_object(Bucket="plain", Key=LONG, Body=b"")
    return LONG


def upload_in_parts(durable: Durable) -> str:
    body = random.Random(1).randbytes(2 * PART_BYTES + 17)
    Path(durable.folder, "body").write_bytes(body)
    config = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=2)
    durable.s3.upload_file(str(durable.folder / "body"), "plain", "large", Config=config)
    return "large"


def copy(durable: Durable) -> str:
    put(durable)
    durable.s3.copy_object(Bucket="plain", Key="copy", CopySource={"Bucket": "plain", "Key": HINDI})
    return "copy"


def with_checksum(durable: Durable) -> str:
    durable.s3.put_object(Bucket="plain", Key="checked", Body=b"x" * 99, ChecksumAlgorithm="SHA256")
    return "checked"


@pytest.mark.parametrize("written", [put, put_empty, upload_in_parts, copy, with_checksum])
def test_an_object_is_afterwards_what_it_was(durable: Durable, written: Callable[[Durable], str]) -> None:
    key = written(durable)
    before, listed = durable.described(key), durable.s3.list_objects_v2(Bucket="plain")["Contents"]
    durable.restart()
    assert durable.described(key) == before
    assert durable.s3.list_objects_v2(Bucket="plain")["Contents"] == listed


def test_the_etag_of_parts_is_kept(durable: Durable) -> None:
    key = upload_in_parts(durable)
    durable.restart()
    assert durable.described(key)["ETag"].endswith('-3"')


def test_what_was_deleted_stays_deleted(durable: Durable) -> None:
    for key in ("a", "b", "c", "d"):
        durable.s3.put_object(Bucket="plain", Key=key, Body=b"1")
    durable.s3.delete_object(Bucket="plain", Key="a")
    durable.s3.delete_objects(Bucket="plain", Delete={"Objects": [{"Key": "b"}, {"Key": "c"}]})
    durable.restart()
    assert durable.keys() == ["d"]


def test_an_object_written_again_is_the_new_one(durable: Durable) -> None:
    for body in (b"one", b"two"):
        durable.s3.put_object(Bucket="plain", Key="k", Body=body)
    durable.restart()
    assert durable.body("k") == b"two"
    durable.s3.put_object(Bucket="plain", Key="k", Body=b"three")
    durable.restart()
    assert durable.body("k") == b"three"


def test_every_version_and_marker_of_a_versioned_bucket_is_kept(durable: Durable) -> None:
    versions = [durable.s3.put_object(Bucket="versioned", Key="k", Body=body)["VersionId"] for body in (b"1", b"2")]
    durable.s3.put_object(Bucket="versioned", Key="gone", Body=b"0")
    durable.s3.delete_object(Bucket="versioned", Key="gone")
    wanted = ("Key", "VersionId", "IsLatest", "LastModified")

    def listed() -> list[list[dict[str, Any]]]:
        found = durable.s3.list_object_versions(Bucket="versioned")
        return [[{name: each[name] for name in wanted} for each in found[k]] for k in ("Versions", "DeleteMarkers")]

    before = listed()
    durable.restart()
    assert listed() == before
    assert [durable.described("k", "versioned", VersionId=each)["Body"] for each in versions] == [b"1", b"2"]
    assert durable.body("k", "versioned") == b"2"
    with pytest.raises(ClientError, match="NoSuchKey"):
        durable.body("gone", "versioned")


def test_conditional_writes_go_on_from_where_they_were(durable: Durable) -> None:
    etag = durable.s3.put_object(Bucket="versioned", Key="state", Body=b"1")["ETag"]
    durable.restart()
    with pytest.raises(ClientError, match="PreconditionFailed"):
        durable.s3.put_object(Bucket="versioned", Key="state", Body=b"x", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        durable.s3.put_object(Bucket="versioned", Key="state", Body=b"x", IfMatch='"0"')
    durable.s3.put_object(Bucket="versioned", Key="state", Body=b"2", IfMatch=etag)
    durable.restart()
    assert durable.body("state", "versioned") == b"2"


def test_items_are_afterwards_what_they_were(durable: Durable) -> None:
    ledger, ordered = durable.aws.table("ledger"), durable.aws.table("ordered")
    item = {
        "id": "gem-1",
        "n": 3,
        "at": None,
        "deep": {"list": [1, "हिन्दी", {"b": True}], "set": {"x", "y"}},
        "b": b"\0",
    }
    ledger.put_item(Item=item)
    ledger.put_item(Item={"id": "gone"})
    ledger.delete_item(Key={"id": "gone"})
    ledger.update_item(
        Key={"id": "updated"}, UpdateExpression="set a = :a", ExpressionAttributeValues={":a": [{"seq": 7}]}
    )
    with ordered.batch_writer() as writer:
        for at in ("1", "2", "3"):
            writer.put_item(Item={"id": "x", "at": at})
        writer.delete_item(Key={"id": "x", "at": "2"})
    put_ordered = {"TableName": "ordered", "Item": {"id": {"S": "y"}, "at": {"S": "1"}}}
    durable.aws.client("dynamodb").transact_write_items(TransactItems=[{"Put": put_ordered}])

    def everything() -> list[Any]:
        return [table.scan()["Items"] for table in (ledger, ordered)]

    before = everything()
    assert len(before[1]) == 3
    durable.restart()
    assert sorted(map(str, everything()[0])) == sorted(map(str, before[0]))
    assert everything()[1] == before[1]
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        ledger.put_item(Item={"id": "gem-1"}, ConditionExpression="attribute_not_exists(id)")


def test_partiql_is_refused_because_it_would_not_be_kept(durable: Durable) -> None:
    with pytest.raises(ClientError):
        durable.aws.client("dynamodb").execute_statement(Statement="insert into ledger value {'id': 'x'}")


class Writer(threading.Thread):
    """Writes objects and items until told to stop, and knows what was answered."""

    def __init__(self, durable: Durable, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self._prefix = f"writer-{seed}"
        once = Config(retries={"total_max_attempts": 1}, read_timeout=20)
        session = durable.aws.session
        self._s3 = session.client("s3", endpoint_url=durable.aws.endpoint_url, config=once)
        self._items = session.client("dynamodb", endpoint_url=durable.aws.endpoint_url, config=once)
        self.answered: dict[str, bytes | None] = {}
        self.asked: dict[str, bytes | None] = {}
        """What was sent and not answered: it may be there or not."""
        self.writes = 0

    def run(self) -> None:
        try:
            while True:
                self._write()
        except (ClientError, BotoCoreError):
            return

    def _write(self) -> None:
        write = self._random.choice((self._put, self._put, self._drop, self._put_item))
        write(f"{self._prefix}/{self._random.randrange(8)}", self._random.choice((0, 10, 3000, 2_000_000)))
        self.answered.update(self.asked)
        self.asked = {}
        self.writes += 1

    def _put(self, key: str, size: int) -> None:
        bucket, body = self._random.choice(("plain", "versioned")), self._random.randbytes(size)
        self.asked = {f"{bucket} {key}": body}
        self._s3.put_object(Bucket=bucket, Key=key, Body=body)

    def _drop(self, key: str, _: int) -> None:
        bucket = self._random.choice(("plain", "versioned"))
        self.asked = {f"{bucket} {key}": None}
        self._s3.delete_object(Bucket=bucket, Key=key)

    def _put_item(self, key: str, size: int) -> None:
        body = self._random.randbytes(min(size, 3000))
        self.asked = {f"item {key}": body}
        self._items.put_item(TableName="ledger", Item={"id": {"S": key}, "body": {"S": body.hex()}})


def found(durable: Durable, name: str) -> bytes | None:
    kind, key = name.split(" ")
    if kind == "item":
        item = durable.aws.table("ledger").get_item(Key={"id": key}).get("Item")
        return bytes.fromhex(item["body"]) if item else None
    try:
        return durable.body(key, kind)
    except durable.s3.exceptions.NoSuchKey:
        return None


@pytest.mark.slow
def test_everything_answered_survives_a_kill_at_any_moment_and_nothing_is_half_there(durable: Durable) -> None:
    random_ = random.Random(20)
    answered: dict[str, bytes | None] = {}
    writes = 0
    for round_ in range(5):
        writers = [Writer(durable, 10 * round_ + number) for number in range(3)]
        for writer in writers:
            writer.start()
        threading.Event().wait(random_.uniform(0.2, 0.9))
        durable.kill()
        for writer in writers:
            writer.join()
        durable.start()
        for writer in writers:
            answered.update(writer.answered)
            writes += writer.writes
            for key, body in writer.asked.items():
                there = found(durable, key)
                assert there in (body, answered.get(key)), key
                answered[key] = there
        assert {key: found(durable, key) for key in answered} == answered
    assert writes > 50
    durable.restart()
    kept = [
        version
        for bucket in ("plain", "versioned")
        for version in durable.s3.list_object_versions(Bucket=bucket).get("Versions", [])
    ]
    assert len(list((durable.folder / "objects").iterdir())) == len(kept)


def test_bytes_do_not_stay_in_memory(durable: Durable) -> None:
    assert durable._process is not None
    status = Path(f"/proc/{durable._process.pid}/status")

    def resident_mib() -> int:
        return int(status.read_text().split("VmRSS:")[1].split()[0]) // 1024

    # moto itself puts on disk what is larger than five megabytes.
    durable.s3.put_object(Bucket="plain", Key="warm", Body=b"x" * 4_000_000)
    before = resident_mib()
    for number in range(100):
        durable.s3.put_object(Bucket="plain", Key=f"{number}", Body=b"x" * 4_000_000)
    assert resident_mib() - before < 200


def test_a_store_is_of_one_process(durable: Durable) -> None:
    with pytest.raises(AwsStoreError, match="locked"):
        AwsStore(durable.folder)


def test_data_is_not_served_before_it_is_restored(tmp_path: Path) -> None:
    with AwsServer(store=tmp_path) as aws:
        aws.client("s3").create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
        answers: list[bool] = []
        reader = threading.Thread(
            target=lambda: answers.append("Contents" in aws.client("s3").list_objects_v2(Bucket="lake"))
        )
        reader.start()
        reader.join(0.3)
        assert reader.is_alive()
        aws.restore()
        reader.join()
        assert answers == [False]


def test_what_has_no_home_after_a_deployment_is_said_and_stays_in_the_store(tmp_path: Path) -> None:
    where = {"CreateBucketConfiguration": {"LocationConstraint": "ap-south-1"}}
    with AwsServer(store=tmp_path) as aws:
        aws.client("s3").create_bucket(Bucket="lake", **where)
        aws.restore()
        aws.client("s3").put_object(Bucket="lake", Key="k", Body=b"1")
    for bucket, restored, homeless in (("other", 0, ("bucket lake",)), ("lake", 1, ())):
        with AwsServer(store=tmp_path) as aws:
            aws.client("s3").create_bucket(Bucket=bucket, **where)
            found_again = aws.restore()
            assert (found_again.objects, found_again.homeless) == (restored, homeless)


def test_a_server_without_a_store_restores_nothing() -> None:
    with AwsServer() as aws, pytest.raises(AwsServerError, match="a folder as its store"):
        aws.restore()
