"""on_raw_manifest: one step per batch whatever is delivered, and a clear end for what cannot be used."""

import json
from typing import Any

import pytest

from gem.contracts.errors import LeaseHeldError
from gem.contracts.keys import Attempt, BatchId, RawManifestKey, RawPartKey
from gem.contracts.manifest import manifest_body
from gem.contracts.states import Mover, State
from gem.ledger import BatchRecord, Ledger
from lambdas import clients, on_raw_manifest
from tests.aws.aws_events import LAKE, OF_THE_EVENTS, object_created
from tests.aws.conftest import Aws, Functions, raw_manifest

BATCH = BatchId("gem", 7)
KEY = str(RawManifestKey(BATCH))


def deliver(functions: Functions, *bodies: Any) -> list[int]:
    return functions.deliver(on_raw_manifest.handler, "gem-raw-manifest", *bodies)


def test_a_batch_becomes_one_step_that_names_its_manifest(aws: Aws, functions: Functions) -> None:
    aws.put_raw(BATCH)
    assert deliver(functions, object_created(KEY)) == []
    [step] = aws.steps()
    assert step["Name"] == "gem/gem-0000000007/1"
    assert step["ActionOnFailure"] == "CONTINUE"
    assert step["Config"]["Jar"] == "command-runner.jar"
    assert step["Config"]["Args"][-4:] == ["--manifest", f"s3://{LAKE}/{KEY}", "--attempt", "1"]
    record = aws.ledger.get(BATCH)
    assert record is not None
    assert (record.state, record.attempt, record.step_id) == (State.SUBMITTED, 1, step["Id"])
    assert record.raw_rows == {"contract": 3}
    assert record.lease_until == 0, "the claim is given back"


def test_the_event_as_aws_sends_it_is_understood(aws: Aws, functions: Functions) -> None:
    aws.put_raw(OF_THE_EVENTS)
    event = json.loads(functions.fixture("on_raw_manifest"))
    assert on_raw_manifest.handler(event, functions.context()) == {"batchItemFailures": []}
    assert len(aws.steps()) == 1


@pytest.mark.parametrize("remembers", [True, False], ids=["by Powertools", "by the ledger alone"])
def test_an_event_delivered_again_adds_no_step(aws: Aws, functions: Functions, remembers: bool) -> None:
    aws.put_raw(BATCH)
    for _ in range(3):
        assert deliver(functions, object_created(KEY), object_created(KEY)) == []
        if not remembers:
            functions.forget()
    assert len(aws.steps()) == 1


def test_an_event_of_a_batch_that_is_further_on_changes_nothing(aws: Aws, functions: Functions) -> None:
    aws.put_raw(BATCH)
    deliver(functions, object_created(KEY))
    with aws.ledger.lease(BATCH, "test") as held:
        before = aws.ledger.move(held, State.FAILED, Mover.ON_STEP_FAILED, error="step FAILED")
    functions.forget()
    assert deliver(functions, object_created(KEY)) == []
    after = aws.ledger.get(BATCH)
    assert after is not None
    assert after.history == before.history


def test_several_batches_share_one_cluster(aws: Aws, functions: Functions) -> None:
    batches = [BatchId("gem", seq) for seq in (7, 8, 9)]
    for batch in batches:
        aws.put_raw(batch)
    assert deliver(functions, *(object_created(str(RawManifestKey(batch))) for batch in batches)) == []
    assert len(aws.client("emr").list_clusters()["Clusters"]) == 1
    assert len(aws.steps()) == 3


def test_only_the_failed_messages_of_a_batch_come_back(aws: Aws, functions: Functions) -> None:
    aws.put_raw(BATCH)
    missing = object_created(str(RawManifestKey(BatchId("gem", 8))))
    assert deliver(functions, "no JSON", object_created(KEY), missing) == [0, 2]
    assert [step["Name"] for step in aws.steps()] == ["gem/gem-0000000007/1"]


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("somebody-elses-lake", KEY),
        (LAKE, "raw/gem/gem-0000000007/contract/part-00000.parquet"),
        (LAKE, "raw/other/gem-0000000007/_manifest.json"),
        (LAKE, "raw/gem/../gem-0000000007/_manifest.json"),
        (LAKE, "curated/_manifest/batch=gem-0000000007/attempt=1/manifest.json"),
    ],
)
def test_an_event_of_another_place_is_refused_and_leaves_no_trace(
    aws: Aws, functions: Functions, bucket: str, key: str
) -> None:
    aws.put_raw(BATCH)
    assert deliver(functions, object_created(key, bucket)) == [0]
    assert aws.ledger.get(BATCH) is None
    assert aws.steps() == []


PART = str(RawPartKey(BATCH, "contract", 0))
SQL = "contract; drop table mart.fact_bid; --"


def no_json(aws: Aws) -> None:
    aws.put(KEY, b"\x00 this is no JSON")


def of_another_batch(aws: Aws) -> None:
    aws.put(KEY, manifest_body(raw_manifest(BatchId("gem", 8))))


def of_another_bucket(aws: Aws) -> None:
    aws.put_raw(BATCH, bucket="forged-lake")


def of_another_version(aws: Aws) -> None:
    changed(aws, version=2)


def of_another_number(aws: Aws) -> None:
    changed(aws, batch_seq=8)


def of_another_source(aws: Aws) -> None:
    changed(aws, source_id="other")


def with_an_unknown_aggregate(aws: Aws) -> None:
    changed(aws, aggregates=[{"name": "tender", "changed_roots": 1, "travels_whole": False}])


def with_an_aggregate_twice(aws: Aws) -> None:
    changed(aws, aggregates=[{"name": "contract", "changed_roots": 3, "travels_whole": False}] * 2)


def with_an_unknown_table(aws: Aws) -> None:
    changed_part(aws, table="tender")


def with_sql_for_a_table(aws: Aws) -> None:
    changed_part(aws, table=SQL)


def with_sql_for_an_aggregate(aws: Aws) -> None:
    changed(aws, aggregates=[{"name": SQL, "changed_roots": 1, "travels_whole": False}])


def with_sql_for_a_part(aws: Aws) -> None:
    changed_part(aws, key=f"raw/gem/gem-0000000007/{SQL}/part-00000.parquet")


def with_fewer_than_no_rows(aws: Aws) -> None:
    changed_part(aws, rows=-3)


def with_more_rows_than_there_are(aws: Aws) -> None:
    changed_part(aws, rows=10**30)


def with_a_sum_that_is_none(aws: Aws) -> None:
    changed_part(aws, sha256="A" * 64)


def with_a_part_above(aws: Aws) -> None:
    changed_part(aws, key="raw/gem/gem-0000000007/../gem-0000000006/contract/part-00000.parquet")


def with_a_pattern_for_a_part(aws: Aws) -> None:
    key = "raw/gem/gem-0000000007/contract/part-0000*.parquet"
    aws.put(key, b"PAR1 rows")
    changed_part(aws, key=key)


def with_a_time_without_zone(aws: Aws) -> None:
    changed(aws, snapshot_at="2026-04-01T03:30:00")


def of_ten_megabytes(aws: Aws) -> None:
    part = raw_manifest(BATCH).model_dump(mode="json")["parts"][0]
    changed(aws, parts=[part | {"key": part["key"].replace("00000", f"{n:05d}")} for n in range(40_000)])


def larger_than_any(aws: Aws) -> None:
    aws.put(KEY, b" " * (32 * 1024 * 1024 + 1))


def nested_without_end(aws: Aws) -> None:
    aws.put(KEY, b'{"parts": ' + b"[" * 100_000)


def not_utf8(aws: Aws) -> None:
    aws.put(KEY, manifest_body(raw_manifest(BATCH)).replace(b"live", b"\xff\xfe"))


def empty(aws: Aws) -> None:
    aws.put(KEY, b"")


def changed(aws: Aws, **fields: Any) -> None:
    """A good batch whose manifest then says something else."""
    aws.put_raw(BATCH)
    document = json.loads(manifest_body(raw_manifest(BATCH)))
    aws.put(KEY, json.dumps({**document, **fields}).encode())


def changed_part(aws: Aws, **fields: Any) -> None:
    [part] = raw_manifest(BATCH).model_dump(mode="json")["parts"]
    changed(aws, parts=[{**part, **fields}])


def with_a_stray_field(aws: Aws) -> None:
    document = json.loads(manifest_body(raw_manifest(BATCH)))
    aws.put(KEY, json.dumps({**document, "sql": "drop table"}).encode())


def with_a_part_outside(aws: Aws) -> None:
    document = manifest_body(raw_manifest(BATCH)).decode()
    aws.put(KEY, document.replace(PART, "raw/gem/gem-0000000006/contract/part-00000.parquet").encode())


def with_a_part_twice(aws: Aws) -> None:
    changed(aws, parts=raw_manifest(BATCH).model_dump(mode="json")["parts"] * 2)


def without_its_part(aws: Aws) -> None:
    aws.put_raw(BATCH)
    aws.client("s3").delete_object(Bucket=LAKE, Key=PART)


def with_a_shorter_part(aws: Aws) -> None:
    aws.put_raw(BATCH)
    aws.put(PART, b"PAR1")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (no_json, "Invalid JSON"),
        (of_another_batch, "this manifest is of"),
        (of_another_bucket, "s3://forged-lake/"),
        (with_a_stray_field, "sql: Extra inputs are not permitted"),
        (with_a_part_outside, "outside the batch's own folder"),
        (with_a_part_twice, f"{PART!r} is named twice"),
        (of_another_version, "version: Input should be less than or equal to 1, got '2'"),
        (of_another_number, "batch_id 'gem-0000000007' is not source 'gem', seq 8"),
        (of_another_source, "batch_id 'gem-0000000007' is not source 'other', seq 7"),
        (with_an_unknown_aggregate, "aggregate 'tender' is not declared"),
        (with_an_aggregate_twice, "'contract' is named twice"),
        (with_an_unknown_table, "holds rows of 'tender', which is not declared"),
        (with_sql_for_a_table, f"holds rows of {SQL!r}, which is not declared"),
        (with_sql_for_an_aggregate, f"aggregate {SQL!r} is not declared"),
        (with_sql_for_a_part, "other characters than letters, digits"),
        (with_fewer_than_no_rows, "parts.0.rows: Input should be greater than or equal to 0, got '-3'"),
        (with_more_rows_than_there_are, "parts.0.rows: Input should be less than or equal to 1000000000000"),
        (with_a_sum_that_is_none, "parts.0.sha256: String should match pattern"),
        (with_a_part_above, "outside the batch's own folder"),
        (with_a_pattern_for_a_part, "other characters than letters, digits"),
        (with_a_time_without_zone, "snapshot_at: Input should have timezone info"),
        (of_ten_megabytes, "parts: Tuple should have at most 20000 items"),
        (larger_than_any, "33554433 bytes; a manifest has 33554432 at most"),
        (nested_without_end, "Invalid JSON: recursion limit exceeded"),
        (not_utf8, "Invalid JSON: invalid unicode code point"),
        (empty, "Invalid JSON: EOF"),
        (without_its_part, f"part s3://{LAKE}/{PART} of contract is missing"),
        (with_a_shorter_part, "has 4 bytes, 9 are stated"),
    ],
)
def test_what_cannot_be_used_fails_the_batch_at_every_delivery(
    aws: Aws, functions: Functions, spoil: Any, reason: str
) -> None:
    spoil(aws)
    for _ in range(2):
        assert deliver(functions, object_created(KEY)) == [0]
    record = aws.ledger.get(BATCH)
    assert record is not None
    assert (record.state, record.attempt, len(record.history)) == (State.FAILED, 0, 1)
    assert reason in record.error
    assert KEY in record.error
    assert aws.steps() == []


def test_a_batch_that_another_holds_comes_back_later(aws: Aws, functions: Functions) -> None:
    aws.put_raw(BATCH)
    aws.ledger.create(BATCH, State.EXTRACTED, Mover.ON_SCHEDULE)
    held = aws.ledger.claim(BATCH, "the reconciler")
    with pytest.raises(LeaseHeldError):
        aws.ledger.claim(BATCH, "test")
    assert deliver(functions, object_created(KEY)) == [0]
    assert aws.steps() == []
    aws.ledger.release(held)
    assert deliver(functions, object_created(KEY)) == []
    assert len(aws.steps()) == 1


def test_a_submitter_that_lost_the_race_between_look_and_claim_adds_nothing(
    aws: Aws, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.put_raw(BATCH)
    claim = Ledger.claim

    def after_another(self: Ledger, batch_id: BatchId, owner: str) -> BatchRecord:
        monkeypatch.setattr(Ledger, "claim", claim)
        clients.submitter(Mover.ON_SCHEDULE, "the reconciler").submit(BATCH)
        return claim(self, batch_id, owner)

    monkeypatch.setattr(Ledger, "claim", after_another)
    assert deliver(functions, object_created(KEY)) == []
    assert [step["Name"] for step in aws.steps()] == ["gem/gem-0000000007/1"]


def test_a_step_whose_submission_was_not_noted_is_found_by_its_name(aws: Aws, functions: Functions) -> None:
    aws.put_raw(BATCH)
    deliver(functions, object_created(KEY))
    # As if the function had ended between AddJobFlowSteps and the ledger's move.
    aws.table.update_item(
        Key={"batch_id": str(BATCH)},
        UpdateExpression="set #state = :extracted, step_id = :none",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":extracted": "EXTRACTED", ":none": ""},
    )
    aws.set_step_state(Attempt(BATCH, 1).step_name, "COMPLETED")
    functions.forget()
    assert deliver(functions, object_created(KEY)) == []
    [step] = aws.steps()
    record = aws.ledger.get(BATCH)
    assert record is not None
    assert (record.state, record.step_id) == (State.SUBMITTED, step["Id"])


def test_a_full_cluster_is_waited_for(aws: Aws, functions: Functions) -> None:
    aws.put_raw(BATCH)
    aws.put_raw(BatchId("gem", 8))
    deliver(functions, object_created(KEY))
    aws.fill_cluster(199)
    after = object_created(str(RawManifestKey(BatchId("gem", 8))))
    assert deliver(functions, after) == [0]
    record = aws.ledger.get(BatchId("gem", 8))
    assert record is not None
    assert (record.state, record.is_planned) == (State.EXTRACTED, True)
    aws.set_step_state("gem/gem-0000000007/1", "COMPLETED")
    assert deliver(functions, after) == []


def test_a_failed_message_is_made_visible_again_early_and_then_dies_in_the_dead_letter_queue(
    aws: Aws, functions: Functions
) -> None:
    functions.create_queue("gem-raw-manifest", visibility_seconds=900, max_receive_count=2)
    functions.send("gem-raw-manifest", object_created(KEY))  # no such manifest
    for delivery in (1, 2):
        assert functions.poll(on_raw_manifest.handler, "gem-raw-manifest") == 1, f"delivery {delivery}"
    assert functions.poll(on_raw_manifest.handler, "gem-raw-manifest") == 0
    assert functions.depth("gem-raw-manifest-dead-letter") == 1
