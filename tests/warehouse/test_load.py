"""One batch after another into the warehouse: what stands in it, what is refused, and what a reader sees."""

import io
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
import redshift_connector

from gem.contracts.errors import ManifestError, TerminalError, TransientError
from gem.contracts.manifest import CuratedManifest, CuratedTable, Verdict
from gem.warehouse.connection import Connection, execute
from gem.warehouse.load import TRIES
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import Row, snapshot_of, write_batch
from tests.model.lab import SETTINGS, Lab, prepared_lab
from tests.model.rows import bid, category, contract, day, line, offer, seller


@pytest.fixture(scope="module")
def lab(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront, s3: Any) -> Lab:
    return prepared_lab(embedded_postgres, redshift_front, s3)


@pytest.fixture
def database(lab: Lab) -> Iterator[str]:
    name = lab.copy()
    yield name
    lab.drop(name)


def roots(*found: tuple[str, int], deleted: Sequence[tuple[str, int]] = ()) -> list[Row]:
    gone = [{"aggregate": a, "root_id": r, "is_deleted": True} for a, r in deleted]
    return [*({"aggregate": a, "root_id": r, "is_deleted": False} for a, r in found), *gone]


def a_bid_with_offers(lab: Lab, seq: int = 1, **changes: Any) -> CuratedManifest:
    tables = {
        "root": roots(("bid", 1)),
        "fact_bid": [bid(1, published=2, value="1000.50")],
        "fact_bid_participation": [offer(n, 1, 7, submitted=3, value=f"{n}.25") for n in (1, 2, 3)],
    }
    return write_batch(lab.s3, seq, tables | changes)


def with_table(manifest: CuratedManifest, name: str, **changes: Any) -> CuratedManifest:
    tables = tuple(t.model_copy(update=changes) if t.name == name else t for t in manifest.tables)
    return manifest.model_copy(update={"tables": tables})


def test_a_batch_reports_what_it_loaded(lab: Lab, database: str) -> None:
    (report,) = lab.load(database, a_bid_with_offers(lab))
    assert (report.outcome, report.error) == ("loaded", "")
    assert report.rows == {"root": 1, "fact_bid": 1, "fact_bid_participation": 3}
    assert lab.query(database, "select sum(quoted_value) from bi.v_participations") == [(Decimal("6.75"),)]
    assert lab.query(database, "select batch_id, attempt from ops.load_log") == [("gem-0000000001", 1)]


def test_the_same_batch_twice_changes_nothing_at_all(lab: Lab, database: str) -> None:
    manifest = a_bid_with_offers(lab)
    lab.load(database, manifest)
    before = everything(lab, database)
    (report,) = lab.load(database, manifest)
    assert report.outcome == "already_loaded"
    assert everything(lab, database) == before
    assert [r.outcome for r in lab.load(database, manifest, manifest)] == ["already_loaded"]


def everything(lab: Lab, database: str) -> dict[str, list[tuple[Any, ...]]]:
    tables = ["mart.fact_bid", "mart.fact_bid_participation", "mart.dim_seller", "ops.load_log", "ops.load_rows"]
    return {name: sorted(lab.query(database, f"select * from {name}"), key=repr) for name in tables}


GUILTY: dict[str, tuple[Callable[[Lab], CuratedManifest], str]] = {
    "a row too few": (lambda lab: with_table(a_bid_with_offers(lab), "fact_bid_participation", rows=4), "3 rows were"),
    "another sum": (
        lambda lab: with_table(a_bid_with_offers(lab), "fact_bid", sums={"estimated_value": Decimal("1000.51")}),
        "fact_bid: estimated_value sums to 1000.50, its manifest says 1000.51",
    ),
    "a missing file": (
        lambda lab: without_file(lab, a_bid_with_offers(lab)),
        "COPY failed: .*curated/fact_bid/batch=gem-0000000001/attempt=1/part-[0-9]{5}.parquet",
    ),
    "another batch's file": (
        lambda lab: with_table(a_bid_with_offers(lab), "fact_bid", files=a_bid_with_offers(lab, 2).tables[1].files),
        "lies outside 'curated/fact_bid/batch=gem-0000000001/attempt=1/'",
    ),
    "one key twice": (
        lambda lab: a_bid_with_offers(lab, fact_bid=[bid(1, published=2, value="1.00")] * 2),
        "table fact_bid: the curated files hold one key twice: source_id=gem bid_id=1",
    ),
    "a row of a root the batch does not speak of": (
        lambda lab: a_bid_with_offers(lab, fact_bid_participation=[offer(9, 2, 7, submitted=3)]),
        "belongs to no root that the batch speaks of: source_id=gem bid_id=2 participation_id=9",
    ),
    "a row of a deleted root": (
        lambda lab: a_bid_with_offers(lab, root=roots(deleted=[("bid", 1)])),
        "belongs to no root that the batch speaks of",
    ),
    "a day that is not in the calendar": (
        lambda lab: a_bid_with_offers(lab, fact_bid=[{"bid_id": 1, "published_date_key": 19470815}]),
        "published_date_key is not in dim_date: .*published_date_key=19470815",
    ),
}


def without_file(lab: Lab, manifest: CuratedManifest) -> CuratedManifest:
    lab.s3.delete_object(Bucket=SETTINGS.lake_bucket, Key=table(manifest, "fact_bid").files[0].key)
    return manifest


def table(manifest: CuratedManifest, name: str) -> CuratedTable:
    return next(t for t in manifest.tables if t.name == name)


@pytest.mark.parametrize("case", GUILTY)
def test_a_guilty_batch_is_quarantined_and_leaves_the_warehouse_as_it_was(lab: Lab, database: str, case: str) -> None:
    make, message = GUILTY[case]
    before = lab.contents(database)
    (report,) = lab.load(database, make(lab))
    assert report.outcome == "quarantined"
    assert report.error.startswith("batch gem-0000000001 attempt 1, table ")
    assert re.search(message, report.error), report.error
    assert lab.contents(database) == before
    assert lab.query(database, "select count(*) from ops.load_log") == [(0,)]


def test_a_curated_file_without_rows_is_no_trouble(lab: Lab, database: str) -> None:
    manifest = a_bid_with_offers(lab, fact_bid_participation=[])
    empty = write_empty(lab, manifest, "dim_category")
    (report,) = lab.load(database, manifest.model_copy(update={"tables": (*manifest.tables, empty)}))
    assert (report.outcome, report.error) == ("loaded", "")


def write_empty(lab: Lab, manifest: CuratedManifest, name: str) -> CuratedTable:
    """A table that Spark wrote as one file without a row."""
    filled = write_batch(lab.s3, manifest.batch_seq, {name: [category(1, "Ink", 1)]}).tables[0]
    body = lab.s3.get_object(Bucket=SETTINGS.lake_bucket, Key=filled.files[0].key)["Body"].read()
    sink = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(body)).slice(0, 0), sink)
    lab.s3.put_object(Bucket=SETTINGS.lake_bucket, Key=filled.files[0].key, Body=sink.getvalue())
    file = filled.files[0].model_copy(update={"size_bytes": len(sink.getvalue())})
    return filled.model_copy(update={"rows": 0, "files": (file,)})


def test_a_table_that_no_step_writes_is_the_batchs_fault(lab: Lab, database: str) -> None:
    manifest = a_bid_with_offers(lab)
    calendar = CuratedTable(name="dim_date", rows=1, files=())
    (report,) = lab.load(database, manifest.model_copy(update={"tables": (*manifest.tables, calendar)}))
    assert report.outcome == "quarantined"
    assert report.error.startswith("batch gem-0000000001 attempt 1, table dim_date: no step writes it")


def test_a_lake_that_cannot_be_written_stops_the_load_and_quarantines_nobody(lab: Lab, database: str) -> None:
    manifest = a_bid_with_offers(lab)
    settings = SETTINGS.model_copy(update={"lake_bucket": "no-such-lake"})
    with pytest.raises(TransientError, match=r"s3://no-such-lake/curated/_copy_manifest/.*/root\.json: writing"):
        lab.load(database, manifest, settings=settings)


def test_of_several_batches_only_the_guilty_one_is_quarantined(lab: Lab, database: str) -> None:
    good = a_bid_with_offers(lab, 1)
    guilty = with_table(write_batch(lab.s3, 2, {"root": roots(("bid", 1))}), "root", rows=5)
    last = write_batch(lab.s3, 3, {"root": roots(("bid", 2)), "fact_bid": [bid(2, published=4, value="9.00")]})
    reports = lab.load(database, last, guilty, good)
    assert [(r.batch_id[-1], r.outcome) for r in reports] == [("1", "loaded"), ("2", "quarantined"), ("3", "loaded")]
    assert lab.query(database, "select bid_id from mart.fact_bid order by 1") == [(1,), (2,)]


def test_a_backlog_is_loaded_by_several_loads_that_copy_for_half_of_their_time(lab: Lab, database: str) -> None:
    """Of five batches, the second one twice: its later attempt is not known to a load that did not come so far."""
    batches = [
        write_batch(lab.s3, seq, {"root": roots(("bid", seq)), "fact_bid": [bid(seq, published=2, value="5.00")]})
        for seq in (1, 2, 3, 4)
    ]
    again = {"root": roots(("bid", 2)), "fact_bid": [bid(2, published=2, value="7.00")]}
    batches.insert(2, write_batch(lab.s3, 2, again, attempt=2))
    told: list[list[tuple[int, int, str]]] = []
    while len(told) < 3:
        left = iter([900.0, 700.0, 440.0])  # when the mutex is held, and behind each batch
        reports = lab.load(database, *batches, remaining_seconds=lambda: next(left))  # noqa: B023 - called at once
        told.append([(int(report.batch_id[-1]), report.attempt, report.outcome) for report in reports])
    first = [(1, 1, "loaded"), (2, 1, "loaded")]
    second = [(2, 2, "loaded"), (3, 1, "loaded")]
    assert told[0] == first
    assert told[1] == [(seq, attempt, "already_loaded") for seq, attempt, _ in first] + second
    assert told[2][-1] == (4, 1, "loaded")
    assert lab.query(database, "select estimated_value from mart.fact_bid where bid_id = 2") == [(Decimal("7.00"),)]
    in_one = lab.copy()
    lab.load(in_one, *batches)
    assert lab.digests(in_one) == lab.digests(database)
    lab.drop(in_one)


def test_a_batch_that_spark_did_not_pass_is_refused(lab: Lab, database: str) -> None:
    manifest = a_bid_with_offers(lab).model_copy(update={"verdict": Verdict.QUARANTINED})
    with pytest.raises(ManifestError, match="is quarantined: only a passed one is loaded"):
        lab.load(database, manifest)


def test_a_wrong_role_stops_the_load_and_quarantines_nobody(lab: Lab, database: str) -> None:
    settings = SETTINGS.model_copy(update={"copy_role_arn": "no role"})
    with pytest.raises(TerminalError, match="IAM_ROLE 'no role'"):
        lab.load(database, a_bid_with_offers(lab), settings=settings)


COPY_SAYS = {
    "context: File 'https://s3/x' has an incompatible Parquet schema for column 's3://lake/x.amount'": "quarantined",
    "code: 15001 context: The length of the data column title is longer than the length defined": "quarantined",
    "code: 15001 context: File 'https://s3/x' column 'num' has an invalid type length": "quarantined",
    "code: 15007 context: Unmatched number of columns between table and file": "quarantined",
    "code: 15001 context: boost::thread_resource_error: Resource temporarily unavailable": TransientError,
    "code: 15005 context: Connection failed, retries exceeded": TransientError,
    "Access throttled": TransientError,
    "code: 15001 context: an assertion that nobody has seen before": TerminalError,
    "S3ServiceException:Access Denied,Status 403,Error AccessDenied": TerminalError,
}


@pytest.mark.parametrize("words", COPY_SAYS)
def test_only_a_file_that_will_be_no_better_is_the_batchs_fault(lab: Lab, database: str, words: str) -> None:
    """A good batch that met trouble of S3, or words unknown to us, waits for another load."""
    manifest, becomes = a_bid_with_offers(lab), COPY_SAYS[words]
    tries: list[str] = []

    def connect() -> Connection:
        return RefusedCopies(lab.connect(database), f"Spectrum Scan Error {words}", tries)

    if isinstance(becomes, str):
        assert [report.outcome for report in lab.load(database, manifest, connect=connect)] == [becomes]
    else:
        with pytest.raises(becomes, match=re.escape(words)):
            lab.load(database, manifest, connect=connect)
    assert len(tries) == (TRIES if becomes is TransientError else 1)
    assert lab.query(database, "select count(*) from ops.load_log") == [(0,)]


class RefusedCopies:
    """A real connection whose server refuses every COPY."""

    def __init__(self, connection: Connection, words: str, tries: list[str]) -> None:
        self._connection = connection
        self._words = words
        self._tries = tries

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        cursor = self._connection.cursor()
        run = cursor.execute

        def execute_or_refuse(sql: str, args: Any = None) -> Any:
            if sql.startswith("copy"):
                self._tries.append(sql)
                raise redshift_connector.ProgrammingError({"C": "XX000", "M": self._words})
            return run(sql, args)

        cursor.execute = execute_or_refuse
        return cursor


def test_a_deleted_root_takes_its_rows_along_and_its_dimension_stays(lab: Lab, database: str) -> None:
    sellers = {"root": roots(("seller", 7)), "dim_seller": seller(7, "Seven", 1, always="MICRO")}
    lab.load(database, write_batch(lab.s3, 1, sellers), a_bid_with_offers(lab, 2))
    lab.load(database, write_batch(lab.s3, 3, {"root": roots(deleted=[("bid", 1), ("seller", 7)])}))
    assert lab.query(database, "select count(*) from mart.fact_bid_participation") == [(0,)]
    assert lab.query(database, "select seller_name from mart.dim_seller where seller_id = 7") == [("Seven",)]


def test_a_dimension_that_arrives_late_repairs_the_unknown_keys(lab: Lab, database: str) -> None:
    lab.load(database, a_bid_with_offers(lab))
    assert lab.query(database, "select distinct seller_key from mart.fact_bid_participation") == [(-1,)]
    late = {"root": roots(("seller", 7)), "dim_seller": seller(7, "Seven", 20, always="MICRO")}
    lab.load(database, write_batch(lab.s3, 2, late))
    assert lab.query(database, SELLER_AT_OFFER) == [("Seven",)]


SELLER_AT_OFFER = """
select distinct seller_name
from bi.v_participations as p
join bi.v_sellers as s
    on s.seller_key = p.seller_key
"""


def test_a_fact_that_names_no_seller_waits_for_none(lab: Lab, database: str) -> None:
    offers = [offer(1, 1, None, submitted=3), offer(2, 1, 7, submitted=3)]
    lab.load(database, a_bid_with_offers(lab, fact_bid_participation=offers))
    named = (
        "select participation_id, seller_key, seller_name from bi.v_participations join bi.v_sellers using (seller_key)"
    )
    assert sorted(lab.query(database, named)) == [(1, -2, "Not stated"), (2, -1, "Unknown")]


@pytest.mark.parametrize("contract_first", [True, False], ids=["contract first", "bid first"])
def test_a_contract_shows_the_milestones_of_its_bid_for_as_long_as_there_is_one(
    lab: Lab, database: str, contract_first: bool
) -> None:
    ordered = write_batch(
        lab.s3,
        1,
        {"root": roots(("contract", 5)), "fact_contract_lifecycle": [contract(5, signed=9, bid_id=1)]},
    )
    tendered = write_batch(
        lab.s3, 2, {"root": roots(("bid", 1)), "fact_bid": [bid(1, published=2, value="1.00", awarded=7)]}
    )
    for manifest in (ordered, tendered) if contract_first else (tendered, ordered):
        lab.load(database, manifest)
    milestones = (
        "select bid_published_date_key, bid_awarded_date_key, award_to_contract_days, source_version"
        " from mart.fact_contract_lifecycle"
    )
    assert lab.query(database, milestones) == [(20260102, 20260107, 2, 1)]
    lab.load(database, write_batch(lab.s3, 3, {"root": roots(deleted=[("bid", 1)])}))
    assert lab.query(database, milestones) == [(-1, -1, None, 1)]


def test_a_bid_counts_its_small_offers_when_their_sellers_come_to_be_known(lab: Lab, database: str) -> None:
    counts = "select participants, classified_participants, mse_participants from bi.v_bids"
    lab.load(database, a_bid_with_offers(lab, fact_bid=[bid(1, published=2, value="1.00") | {"participants": 3}]))
    assert lab.query(database, counts) == [(3, 0, 0)]
    sellers = {"root": roots(("seller", 7)), "dim_seller": seller(7, "Seven", 1, always="SMALL", day_9="LARGE")}
    lab.load(database, write_batch(lab.s3, 2, sellers))
    assert lab.query(database, counts) == [(3, 3, 3)]
    corrected = {"root": roots(("seller", 7)), "dim_seller": seller(7, "Seven", 2, always="LARGE")}
    lab.load(database, write_batch(lab.s3, 3, corrected))
    assert lab.query(database, counts) == [(3, 3, 0)]


def test_orders_keep_the_class_that_their_seller_had_when_they_were_placed(lab: Lab, database: str) -> None:
    orders = {
        "root": roots(("contract", 5), ("seller", 7)),
        "fact_order_line": [line(1, 5, 7, signed=2, state=None), line(2, 5, 7, signed=9, state=None)],
        "dim_seller": seller(7, "Seven", 1, always="MICRO"),
    }
    lab.load(database, write_batch(lab.s3, 1, orders))
    grown = {"root": roots(("seller", 7)), "dim_seller": seller(7, "Seven", 30, always="MICRO", day_5="MEDIUM")}
    lab.load(database, write_batch(lab.s3, 2, grown))
    sizes = "select l.contract_item_id, s.size from bi.v_order_lines as l join bi.v_sellers as s using (seller_key)"
    assert sorted(lab.query(database, sizes)) == [(1, "MICRO"), (2, "MEDIUM")]


def test_a_member_that_is_deleted_ends_a_version_and_rewrites_none(lab: Lab, database: str) -> None:
    def observed(seq: int, gstins: int, at: int) -> CuratedManifest:
        rows = [row | {"gstin_count": gstins} for row in seller(7, "A", at, always="MICRO")]
        return write_batch(lab.s3, seq, {"root": roots(("seller", 7)), "dim_seller": rows})

    order = {"root": roots(("contract", 1)), "fact_order_line": [line(1, 1, 7, signed=6, state="27")]}
    # Two registrations, the newer of them deleted, and the source read again.
    for manifest in (observed(1, 2, at=5), write_batch(lab.s3, 2, order), observed(3, 1, at=3), observed(4, 1, at=3)):
        lab.load(database, manifest)
    versions = "select gstin_count, valid_from from mart.dim_seller where seller_id = 7 order by valid_from"
    beginning, seen = datetime(1900, 1, 1), snapshot_of(3).replace(tzinfo=None)  # noqa: DTZ001 - as in the warehouse
    assert lab.query(database, versions) == [(2, beginning), (1, seen)]
    ordered = "select gstin_count from mart.fact_order_line join mart.dim_seller using (seller_key)"
    assert lab.query(database, ordered) == [(2,)]


def test_null_and_empty_text_are_two_versions(lab: Lab, database: str) -> None:
    for seq, name in enumerate((None, "", None), start=1):
        rows = [category(4, "", seq) | {"category_name": name}]
        lab.load(database, write_batch(lab.s3, seq, {"root": roots(("category", 0)), "dim_category": rows}))
    versions = "select category_name from mart.dim_category where category_id = 4 order by valid_from"
    assert lab.query(database, versions) == [(None,), ("",), (None,)]


def test_what_is_sent_again_unchanged_is_not_written_again(lab: Lab, database: str) -> None:
    def whole_table(seq: int, second: str) -> CuratedManifest:
        rows = [category(1, "Ink", 1), category(2, second, seq)]
        return write_batch(lab.s3, seq, {"root": roots(("category", 0)), "dim_category": rows})

    written = (
        "select category_id, dw_inserted_at, dw_updated_at, source_version from mart.dim_category where is_current"
    )
    lab.load(database, whole_table(1, "Pens"))
    before = {row[0]: row[1:] for row in lab.query(database, written)}
    age(lab, database)
    lab.load(database, whole_table(2, "Pencils"))
    after = {row[0]: row[1:] for row in lab.query(database, written)}
    assert after[1] == (*(moment - AGE for moment in before[1][:2]), 1)
    assert after[2][2] == 2


AGE = datetime(2026, 1, 2, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC)


def age(lab: Lab, database: str) -> None:
    """Let a day have passed since everything was written."""
    connection = lab.connect(database)
    execute(
        connection,
        "update mart.dim_category set dw_inserted_at = dw_inserted_at - interval '1 day',"
        " dw_updated_at = dw_updated_at - interval '1 day'",
    )
    connection.commit()
    connection.close()


def test_a_reader_never_sees_half_a_load(lab: Lab, database: str) -> None:
    seen: set[tuple[Any, ...]] = set()
    done = threading.Event()

    def read() -> None:
        connection = lab.connect(database)
        while not done.is_set():
            bids = execute(connection, "select count(*), min(source_version) from mart.fact_bid")[0]
            offers = execute(connection, "select count(*), min(source_version) from mart.fact_bid_participation")[0]
            connection.rollback()
            seen.add((*bids, *offers))
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for seq in range(1, 5):
            lab.load(database, a_bid_with_offers(lab, seq))
    finally:
        done.set()
        reader.join()
    assert seen <= {(0, None, 0, None), *((1, seq, 3, seq) for seq in range(1, 5))}
    assert len(seen) > 1


def test_two_loaders_at_once_load_each_batch_once(lab: Lab, database: str) -> None:
    manifests = [a_bid_with_offers(lab, seq) for seq in (1, 2, 3)]
    outcomes: list[list[str]] = []

    def load() -> None:
        outcomes.append([report.outcome for report in lab.load(database, *manifests)])

    loaders = [threading.Thread(target=load) for _ in range(3)]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    assert sorted(outcomes) == [["already_loaded"] * 3, ["already_loaded"] * 3, ["loaded"] * 3]
    assert lab.query(database, "select count(*), max(source_version) from mart.fact_bid_participation") == [(3, 3)]


def test_a_later_attempt_replaces_what_it_speaks_of_and_an_earlier_one_is_superseded(lab: Lab, database: str) -> None:
    first = write_batch(lab.s3, 1, {"root": roots(("bid", 1)), "fact_bid": [bid(1, published=2, value="1.00")]})
    second = write_batch(
        lab.s3, 1, {"root": roots(("bid", 1)), "fact_bid": [bid(1, published=2, value="2.00")]}, attempt=2
    )
    assert [report.outcome for report in lab.load(database, second)] == ["loaded"]
    assert [report.outcome for report in lab.load(database, first)] == ["superseded"]
    assert lab.query(database, "select estimated_value from mart.fact_bid") == [(Decimal("2.00"),)]


def test_sources_do_not_touch_each_other(lab: Lab, database: str) -> None:
    rows = {"root": roots(("bid", 1)), "fact_bid": [bid(1, published=2, value="1.00")]}
    lab.load(database, write_batch(lab.s3, 1, rows), write_batch(lab.s3, 1, rows, source_id="assam"))
    lab.load(database, write_batch(lab.s3, 2, {"root": roots(deleted=[("bid", 1)])}))
    assert lab.query(database, "select source_id from mart.fact_bid") == [("assam",)]


def test_the_digest_sees_every_change_but_not_the_order_or_the_clock(lab: Lab, database: str) -> None:
    other = lab.copy()
    lab.load(database, a_bid_with_offers(lab, 1), a_bid_with_offers(lab, 2))
    lab.load(other, a_bid_with_offers(lab, 2))
    lab.load(other, a_bid_with_offers(lab, 1))
    assert lab.digests(database) == lab.digests(other)
    changed = [bid(1, published=2, value="1000.51")]
    lab.load(other, a_bid_with_offers(lab, 3, fact_bid=changed))
    assert lab.digests(database)["fact_bid"] != lab.digests(other)["fact_bid"]
    lab.drop(other)


def test_the_first_version_begins_before_all_orders(lab: Lab, database: str) -> None:
    sellers = {"root": roots(("seller", 7)), "dim_seller": seller(7, "Seven", 9, always="MICRO")}
    lab.load(database, write_batch(lab.s3, 1, sellers))
    bounds = "select valid_from, valid_to, is_current from mart.dim_seller where seller_id = 7"
    assert lab.query(database, bounds) == [(datetime(1900, 1, 1), datetime(9999, 12, 31), True)]  # noqa: DTZ001
    assert day(9) > datetime(1900, 1, 1, tzinfo=UTC)
