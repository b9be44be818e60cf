"""Whatever is wrong with an input ends in a clear error where people look, and the warehouse stays as it was."""

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from gem.contracts.keys import BatchId, RawManifestKey
from gem.contracts.states import State
from gem.ledger import BatchRecord
from tests.story.stage import TIMEOUT_SECONDS, Stage, run_extractor

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

RAW_DEAD_LETTERS = "gem-raw-manifest-dead-letter"
# Another source than the extractor's own, which refuses to go on where a batch of its own stands ahead of its state.
FORGED_SOURCE = "forged"
Part = dict[str, Any]


@pytest.fixture(scope="module")
def loaded(stage: Stage) -> BatchRecord:
    return stage.extract_and_load()


@pytest.fixture(scope="module")
def digests(stage: Stage, loaded: BatchRecord) -> dict[str, str]:
    return stage.digests()


class Forger:
    """Copies a loaded batch as one of another source, with one part spoiled."""

    def __init__(self, stage: Stage, original: BatchRecord) -> None:
        self._s3, self._bucket = stage.cloud.s3, stage.cloud.lake_bucket
        self._original = json.loads(self._get(str(RawManifestKey(original.id))))

    def publish(self, seq: int, table: str, spoil: Callable[[Part, bytes], tuple[Part, bytes]]) -> str:
        """Puts the parts, then the manifest; `spoil` changes the manifest's entry and the bytes of one table's part."""
        batch_id = BatchId(FORGED_SOURCE, seq)
        prefix = RawManifestKey(batch_id).prefix
        parts = []
        for part in self._original["parts"]:
            body = self._get(part["key"])
            entry = part | {"key": prefix + part["key"].split("/", 3)[3]}
            if part["table"] == table and part["kind"] == "rows":
                entry, body = spoil(entry, body)
            self._s3.put_object(Bucket=self._bucket, Key=entry["key"], Body=body)
            parts.append(entry)
        manifest = self._original | {
            "batch_id": str(batch_id),
            "source_id": FORGED_SOURCE,
            "batch_seq": seq,
            "parts": parts,
        }
        self.put(str(RawManifestKey(batch_id)), json.dumps(manifest).encode())
        return str(batch_id)

    def put(self, key: str, body: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)

    def _get(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()


@pytest.fixture(scope="module")
def forger(stage: Stage, loaded: BatchRecord) -> Forger:
    return Forger(stage, loaded)


def failed(stage: Stage, batch_id: str) -> str:
    """The error of a batch that must end FAILED."""
    return stage.cloud.wait_for(batch_id, State.FAILED, TIMEOUT_SECONDS).error


def restated(entry: Part, body: bytes) -> Part:
    """The entry with the size and the SHA-256 that the bytes really have."""
    return entry | {"size_bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def other_bytes(entry: Part, body: bytes) -> tuple[Part, bytes]:
    return entry, body[:-200] + bytes([body[-200] ^ 1]) + body[-199:]


def other_row_count(entry: Part, body: bytes) -> tuple[Part, bytes]:
    return entry | {"rows": entry["rows"] + 1}, body


def without_a_column(entry: Part, body: bytes) -> tuple[Part, bytes]:
    table = pq.read_table(io.BytesIO(body)).drop_columns(["total_value"])
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return restated(entry, sink.getvalue()), sink.getvalue()


def test_a_manifest_that_is_no_json_fails_its_batch_and_is_a_dead_letter(
    stage: Stage, forger: Forger, digests: dict[str, str]
) -> None:
    forger.put("raw/forged/forged-0000000900/_manifest.json", b'{"batch_id": ')
    error = failed(stage, "forged-0000000900")
    assert "raw/forged/forged-0000000900/_manifest.json" in error
    assert "JSON" in error
    stage.cloud.settle(TIMEOUT_SECONDS)
    assert any("forged-0000000900" in body for body in stage.cloud.dead_letters()[RAW_DEAD_LETTERS])
    assert stage.digests() == digests


def test_a_manifest_that_names_a_missing_part_fails_its_batch_and_is_a_dead_letter(
    stage: Stage, forger: Forger, digests: dict[str, str]
) -> None:
    def elsewhere(entry: Part, body: bytes) -> tuple[Part, bytes]:
        entry = entry | {"key": entry["key"].replace("part-00000", "part-00077")}
        forger.put(entry["key"].replace("part-00077", "part-00000"), body)
        return entry, b""

    batch_id = forger.publish(901, "contract", elsewhere)
    error = failed(stage, batch_id)
    assert "contract/part-00077.parquet" in error
    stage.cloud.settle(TIMEOUT_SECONDS)
    assert any(batch_id in body for body in stage.cloud.dead_letters()[RAW_DEAD_LETTERS])
    assert stage.digests() == digests


def test_a_spoiled_part_fails_its_batch_with_file_table_and_column(
    stage: Stage, forger: Forger, digests: dict[str, str]
) -> None:
    spoiled = {
        forger.publish(902, "contract", other_bytes): ("SHA-256", "contract/part-00000.parquet"),
        forger.publish(903, "bid", other_row_count): ("row", "bid/part-00000.parquet"),
        forger.publish(904, "contract", without_a_column): ("total_value", "contract/part-00000.parquet"),
    }
    for batch_id, words in spoiled.items():
        error = failed(stage, batch_id)
        assert batch_id in error
        for word in words:
            assert word in error, f"{word!r} is not in {error!r}"
    assert stage.digests() == digests


def test_a_declared_column_that_the_source_lost_stops_its_aggregate_only(
    stage: Stage, loaded: BatchRecord, digests: dict[str, str]
) -> None:
    stage.change_source(
        "alter table gem.bid rename column estimated_value to estimate",
        "update gem.bid set status = 'CLOSED' where bid_id = (select min(bid_id) from gem.bid)",
        "update gem.seller set status = 'SUSPENDED' where seller_id = (select min(seller_id) from gem.seller)",
    )
    finished = run_extractor(stage.cloud, "extract")
    assert finished.returncode == 1
    assert "bid" in finished.stderr
    assert "estimated_value" in finished.stderr
    summary = json.loads(finished.stdout.strip().splitlines()[-1])
    assert summary["failed"].keys() == {"bid"}
    assert summary["aggregates"] == {"seller": {"changed_roots": 1}}
    stage.cloud.wait_for(summary["batch_id"], State.LOADED, TIMEOUT_SECONDS)

    stage.change_source("alter table gem.bid rename column estimate to estimated_value")
    repaired = stage.extract_and_load()
    assert repaired.raw_rows["bid"] == 1, "the bid that changed meanwhile was lost, or more than it was read"
