"""The service levels by a real ledger of a moto server: lateness and absence, one telling of each beginning and end."""

from datetime import UTC, datetime, timedelta

import pytest

from gem.contracts.keys import BatchId, quiet_key
from gem.contracts.manifest import BatchKind
from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.quiet import QuietSign
from gem.contracts.states import Mover, State
from gem.operations.published import published_within
from gem.sla import Promises, Service, SlaBook
from tests.aws.aws_events import LAKE
from tests.aws.conftest import NOW, Aws, submitted

BATCH = BatchId("gem", 1)
PROMISES = Promises({"fact_order_line": 26, "fact_bid": 26}, dict.fromkeys(State, 3600))
# The snapshot of the fixtures' manifests is of NOW; the ledger moves by the clock of the machine.
TODAY = datetime.now(UTC)


def service(aws: Aws, promises: Promises = PROMISES) -> Service:
    return Service(aws.ledger, aws.client("s3"), LAKE, "gem", promises)


def load(aws: Aws, batch_id: BatchId, kind: BatchKind = BatchKind.LIVE) -> None:
    aws.put_raw(batch_id, kind=kind)
    submitted(aws, batch_id)
    record = aws.ledger.get(batch_id)
    assert record is not None
    record = aws.ledger.move(record, State.CURATED, Mover.ON_STEP_COMPLETED)
    aws.ledger.move(record, State.LOADED, Mover.ON_STEP_COMPLETED)


def subjects(aws: Aws, now: datetime, promises: Promises = PROMISES) -> list[str]:
    return [breach.subject for breach in service(aws, promises).breaches(now)]


def test_a_table_is_as_fresh_as_the_last_batch_that_read_the_source(aws: Aws) -> None:
    load(aws, BATCH)
    assert subjects(aws, NOW + timedelta(hours=26)) == []
    late = NOW + timedelta(hours=27)
    assert subjects(aws, late) == ["stale/gem/fact_bid", "stale/gem/fact_order_line"]
    [first, _] = service(aws).breaches(late)
    assert first.since == NOW + timedelta(hours=26)
    assert subjects(aws, late, Promises({"fact_bid": 26, "dim_state": 48}, PROMISES.hops)) == ["stale/gem/fact_bid"]


def test_a_backfill_makes_nothing_fresh_that_it_did_not_read(aws: Aws) -> None:
    load(aws, BATCH)
    load(aws, BatchId("gem", 2), BatchKind.BACKFILL)
    assert subjects(aws, NOW + timedelta(hours=27)) == ["stale/gem/fact_bid", "stale/gem/fact_order_line"]


def quiet(aws: Aws, batch_seq: int, looked_at: datetime) -> None:
    sign = QuietSign(source_id="gem", batch_seq=batch_seq, looked_at=looked_at)
    aws.put(quiet_key("gem"), sign.model_dump_json().encode())


def test_a_quiet_day_is_no_lateness_and_nobody_looking_is(aws: Aws) -> None:
    load(aws, BATCH)
    quiet(aws, BATCH.batch_seq, NOW + timedelta(hours=24))
    assert subjects(aws, NOW + timedelta(hours=49)) == []
    late = NOW + timedelta(hours=51)
    assert subjects(aws, late) == ["stale/gem/fact_bid", "stale/gem/fact_order_line"]
    [first, _] = service(aws).breaches(late)
    assert first.since == NOW + timedelta(hours=50)
    assert "nothing had changed since gem-0000000001" in first.message


def test_a_quiet_look_behind_a_batch_that_is_not_loaded_makes_nothing_fresh(aws: Aws) -> None:
    load(aws, BATCH)
    quiet(aws, BATCH.batch_seq + 1, NOW + timedelta(hours=24))
    assert subjects(aws, NOW + timedelta(hours=27)) == ["stale/gem/fact_bid", "stale/gem/fact_order_line"]


def test_a_source_of_which_nothing_is_loaded_is_absent(aws: Aws) -> None:
    assert subjects(aws, NOW) == ["absent/gem"]
    load(aws, BATCH)
    assert subjects(aws, NOW) == []


def test_every_table_that_batches_bring_has_a_promise() -> None:
    assert Promises.declared().tables.keys() == {table.name for table in CURATED_TABLES}
    assert all(hours >= 24 for hours in Promises.declared().tables.values())


@pytest.mark.parametrize(("minutes", "found"), [(59, []), (61, ["hop/gem-0000000001/CURATED"])])
def test_a_batch_that_stands_too_long_breaks_the_promise_of_its_next_hop(
    aws: Aws, minutes: int, found: list[str]
) -> None:
    load(aws, BatchId("gem", 0))
    submitted(aws, BATCH)
    hops_only = Promises({}, PROMISES.hops)
    assert subjects(aws, datetime.now(UTC) + timedelta(minutes=minutes), hops_only) == found


def test_a_batch_that_waits_for_a_person_is_told_with_its_error(aws: Aws) -> None:
    load(aws, BatchId("gem", 0))
    submitted(aws, BATCH)
    record = aws.ledger.get(BATCH)
    assert record is not None
    aws.ledger.move(record, State.FAILED, Mover.ON_STEP_FAILED, error="column x of part y")
    [breach] = service(aws, Promises({}, PROMISES.hops)).breaches(TODAY)
    assert (breach.subject, "column x of part y" in breach.message) == (f"stopped/{BATCH}", True)


def test_each_breach_is_told_once_when_it_begins_and_once_when_it_ends_and_kept(aws: Aws) -> None:
    load(aws, BatchId("gem", 0))
    submitted(aws, BATCH)
    book, hops_only = SlaBook(aws.table), Promises({}, PROMISES.hops)
    late = datetime(TODAY.year + 1, 3, 31, 23, tzinfo=UTC)

    [begun] = book.note(service(aws, hops_only).breaches(late), late)
    assert (begun.told, begun.ended_at) == (False, None)
    # Not told, for the writer was killed: it comes again.
    assert [entry.key for entry in book.note(service(aws, hops_only).breaches(late), late)] == [begun.key]
    book.told(begun)
    assert book.note(service(aws, hops_only).breaches(late), late) == []
    assert [entry.subject for entry in book.open()] == [f"hop/{BATCH}/CURATED"]

    record = aws.ledger.get(BATCH)
    assert record is not None
    aws.ledger.move(record, State.CURATED, Mover.ON_STEP_COMPLETED)
    end = late + timedelta(hours=2)
    [ended] = book.note([], end)
    assert (ended.key, ended.ended_at) == (begun.key, end)
    assert [entry.key for entry in book.note([], end)] == [begun.key]
    book.told(ended)
    assert book.note([], end) == []
    assert book.open() == []
    assert [entry.key for entry in book.ended_in(f"{end:%Y-%m}")] == [begun.key]
    assert book.ended_in(f"{late:%Y-%m}") == []


def test_a_promise_that_is_broken_again_is_a_new_entry(aws: Aws) -> None:
    load(aws, BATCH)
    book, late = SlaBook(aws.table), NOW + timedelta(hours=30)
    for at, count in ((late, 2), (late + timedelta(hours=1), 0), (late + timedelta(hours=2), 2)):
        for entry in book.note(service(aws).breaches(at) if count else [], at):
            book.told(entry)
        assert len(book.open()) == count
    assert len(book.ended_in(f"{late:%Y-%m}")) == 2


def test_published_batches_are_those_whose_manifest_was_written_within_a_time(aws: Aws) -> None:
    aws.put_raw(BATCH)
    aws.put(f"raw/gem/{BatchId('gem', 2)}/contract/part-00000.parquet", b"PAR1 an extractor that died")
    aws.put_raw(BatchId("gem", 3))
    aws.put_raw(BatchId("other", 1))

    before, now = TODAY - timedelta(minutes=5), datetime.now(UTC)
    after = now + timedelta(minutes=5)

    def found(since: datetime, until: datetime) -> list[BatchId]:
        return published_within(aws.ledger, aws.client("s3"), LAKE, "gem", since=since, until=until)

    assert found(before, now) == [BATCH, BatchId("gem", 3)]
    assert found(after, after) == []
    assert found(before, before) == []
    aws.ledger.mark_reconciled("gem", 1)
    assert found(before, now) == [BatchId("gem", 3)]
