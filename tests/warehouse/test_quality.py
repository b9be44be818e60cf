"""What was rejected and what warns: counted per batch, and open until the root comes, in whatever order it comes."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

import pytest

from gem.contracts.manifest import CuratedManifest, Rejects
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import Row, write_batch
from tests.model.lab import Lab, prepared_lab
from tests.model.rows import bid, offer

OPEN = """select aggregate, root_id, source_table, reason, rejected_rows, batch_id, attempt, first_batch_seq
from bi.v_open_rejects order by 1, 2, 3, 4"""
GOOD, BAD, OTHER = 1, 2, 3


@pytest.fixture(scope="module")
def lab(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront, s3: Any) -> Lab:
    return prepared_lab(embedded_postgres, redshift_front, s3)


@pytest.fixture
def database(lab: Lab) -> Iterator[str]:
    name = lab.copy()
    yield name
    lab.drop(name)


def rejected(root_id: int, reason: str = "negative_value", rows: int = 1) -> Row:
    return {
        "aggregate": "bid",
        "root_id": root_id,
        "source_table": "bid_participation",
        "reason": reason,
        "rejected_rows": rows,
    }


def batch(lab: Lab, seq: int, good: Sequence[int], bad: Sequence[Row] = (), *, attempt: int = 1) -> CuratedManifest:
    """Bids that a batch brings, and those of which it brings only why not."""
    tables = {
        "root": [{"aggregate": "bid", "root_id": n, "is_deleted": False} for n in good],
        "rejected_root": bad,
        "fact_bid": [bid(n, published=seq, value="1") for n in good],
        "fact_bid_participation": [offer(n * 100, n, 7, submitted=seq, value="1") for n in good],
    }
    return write_batch(lab.s3, seq, tables, attempt=attempt)


def test_rejects_and_warnings_of_a_batch_are_counted_in_its_own_transaction(lab: Lab, database: str) -> None:
    manifest = batch(lab, 1, [GOOD], [rejected(BAD)])
    warned = tuple(
        table.model_copy(update={"warnings": {"has_rank_fault": 1}}) if table.name == "fact_bid" else table
        for table in manifest.tables
    )
    rejects = (Rejects(table="bid_participation", reason="negative_value", rows=4, roots=1),)
    lab.load(database, manifest.model_copy(update={"tables": warned, "rejects": rejects}))
    lab.load(database, batch(lab, 2, [GOOD]))
    found = lab.query(
        database,
        "select source_id, batch_seq, batch_id, attempt, table_name, kind, reason, row_count\n"
        "from bi.v_quality order by kind",
    )
    assert found == [
        ("gem", 1, "gem-0000000001", 1, "bid_participation", "reject", "negative_value", 4),
        ("gem", 1, "gem-0000000001", 1, "fact_bid", "warn", "has_rank_fault", 1),
    ]


def test_a_rejected_root_stays_open_with_its_newest_reasons_until_a_later_batch_brings_it(
    lab: Lab, database: str
) -> None:
    lab.load(database, batch(lab, 1, [GOOD], [rejected(BAD)]))
    lab.load(database, batch(lab, 2, [], [rejected(BAD, "null_key", 2), rejected(BAD, "text_too_long")]))
    of_newest = ("gem-0000000002", 1, 1)
    assert lab.query(database, OPEN) == [
        ("bid", BAD, "bid_participation", "null_key", 2, *of_newest),
        ("bid", BAD, "bid_participation", "text_too_long", 1, *of_newest),
    ]
    lab.load(database, batch(lab, 3, [GOOD]))
    assert len(lab.query(database, OPEN)) == 2, "another root does not close it"
    lab.load(database, batch(lab, 4, [BAD]))
    assert lab.query(database, OPEN) == []
    assert lab.query(database, "select count(*) from ops.rejected_root") == [(0,)], "nothing is kept of what is closed"


def test_a_replay_that_accepts_what_its_first_attempt_rejected_closes_it_and_the_other_way_round(
    lab: Lab, database: str
) -> None:
    lab.load(database, batch(lab, 1, [GOOD], [rejected(BAD)]))
    lab.load(database, batch(lab, 1, [BAD], [rejected(GOOD)], attempt=2))
    assert [(row[1], row[6]) for row in lab.query(database, OPEN)] == [(GOOD, 2)]


def test_a_table_that_travels_whole_is_open_beside_the_rest_of_it(lab: Lab, database: str) -> None:
    whole = [{"aggregate": "category", "root_id": 0, "is_deleted": False}]
    bad = [rejected(0) | {"aggregate": "category", "source_table": "category"}]
    lab.load(database, write_batch(lab.s3, 1, {"root": whole, "rejected_root": bad}))
    assert [row[:2] for row in lab.query(database, OPEN)] == [("category", 0)]
    lab.load(database, write_batch(lab.s3, 2, {"root": whole}))
    assert lab.query(database, OPEN) == []


def test_in_whatever_order_batches_come_the_same_rejects_are_open(lab: Lab) -> None:
    batches = [
        batch(lab, 1, [GOOD], [rejected(BAD), rejected(OTHER)]),
        batch(lab, 2, [BAD], [rejected(GOOD, "null_key")]),
        batch(lab, 3, [GOOD], [rejected(OTHER), rejected(BAD, "null_key")]),
    ]
    found = []
    for order in permutations(batches):
        database = lab.copy()
        for manifest in order:
            lab.load(database, manifest, manifest)
        found.append(lab.query(database, "select * from ops.rejected_root order by 1, 2, 3, 4, 5, 7, 8"))
        lab.drop(database)
    assert all(rows == found[0] for rows in found)
    # What batch 1 says of BAD is closed by batch 2, but not what batch 3 says.
    assert [(row[2], row[6]) for row in found[0]] == [(BAD, 3), (OTHER, 1), (OTHER, 3)]
