"""How a batch lies in Spark: read once, each root in one partition, as many partitions as the manifest has rows for."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from emr_jobs import curate
from emr_jobs.raw import RawBatch
from emr_jobs.session import BY_ROOT, ROWS_PER_PARTITION, SMALL_BATCH, SMALL_BATCH_ROWS, fit_to, partitions_for
from emr_jobs.set_rules import root_census
from emr_jobs.transforms.registry import TRANSFORMS
from gem.contracts.manifest import PartKind
from tests.spark.plans import executions, raw_rows_scanned, steps

Row = dict[str, Any]
Contracts = Callable[..., dict[str, list[Row]]]
RawBatchOf = Callable[..., RawBatch]

SHUFFLES = frozenset({"Exchange", "BroadcastExchange", "AQEShuffleRead"})


@pytest.fixture
def _settings_of_the_suite(spark: SparkSession) -> Any:
    """The session as it was, whatever a batch was planned for."""
    names = (*BY_ROOT, *SMALL_BATCH, "spark.sql.shuffle.partitions", "spark.sql.maxMetadataStringLength")
    before = {name: spark.conf.get(name) for name in names}
    yield
    for name, value in before.items():
        spark.conf.set(name, str(value))


def flawed(contracts: Contracts) -> dict[str, list[Row]]:
    """Contracts of which one has a line that two rules reject, and a seller: every way that rows take."""
    rows = contracts(range(1, 30), lines=2)
    rows["contract_item"][1] |= {"line_value": Decimal("-1.00")}
    return rows | {"seller": [{"seller_id": 1}], "state_ref": [{"state_code": "18", "name": "असम"}]}


@pytest.mark.usefixtures("_settings_of_the_suite")
def test_the_rows_of_every_raw_part_are_read_once(
    spark: SparkSession, lake: Any, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside what its bytes are verified by; contracts lie in many partitions here, the other tables in one."""
    monkeypatch.setattr("emr_jobs.session.ROWS_PER_PARTITION", 20)
    # Else a plan names the place of a scan only by its first hundred letters.
    spark.conf.set("spark.sql.maxMetadataStringLength", "1000")
    uri = lake.put_batch(flawed(contracts))
    before = executions(spark)

    assert curate.main(["--manifest", uri, "--attempt", "1"]) == 0

    assert [reject.rows for reject in lake.curated().rejects] != []
    stated: Counter[str] = Counter()
    for part in lake.parts:
        stated[part.table if part.kind is PartKind.ROWS else f"_roots/{part.table}"] += part.rows
    assert raw_rows_scanned(spark, before) == stated


def of_rows(batch: RawBatch, rows: dict[str, int]) -> RawBatch:
    """The batch, with a manifest that states so many rows of its tables."""
    parts = tuple(part.model_copy(update={"rows": rows[part.table]}) for part in batch.manifest.parts)
    return RawBatch(batch.manifest.model_copy(update={"parts": parts}), batch.tables, batch.roots)


@pytest.mark.usefixtures("_settings_of_the_suite")
@pytest.mark.parametrize(("lines", "partitions"), [(2, 1), (3 * ROWS_PER_PARTITION, 4)])
def test_partitions_follow_the_manifest_and_nothing_moves_once_it_lies_by_its_root(
    spark: SparkSession, raw_batch: RawBatchOf, contracts: Contracts, lines: int, partitions: int
) -> None:
    certified = {"receipt_certificate": [{"cert_id": 1, "kind": "PRC"}], "contract_amendment": [{"kind": "QTY"}]}
    members = {"shipment": [{}], "invoice": [{}], "payment": [{"payment_id": 1}]}
    rows = contracts(range(1, 3)) | certified | members
    counts = dict.fromkeys([*rows, "state_ref"], 1) | {"contract_item": lines}
    batch = of_rows(raw_batch(rows | {"state_ref": [{}]}), counts)
    fit_to(spark, [sum(counts[name] for name in rows), 1])

    kept = batch.kept_by_root()
    try:
        spread = {name: frame._jdf.rdd().getNumPartitions() for name, frame in kept.tables.items()}
        assert spread == {**dict.fromkeys(rows, partitions), "state_ref": 1}
        made = [one for one in TRANSFORMS if one.rows_of in rows]
        assert len(made) == 5
        moved = {one.table.name: SHUFFLES.intersection(steps(one.frame(kept.tables, kept.tables))) for one in made}
        assert moved == {one.table.name: set() for one in made}
    finally:
        for frame in kept.tables.values():
            frame.unpersist()


@pytest.mark.usefixtures("_settings_of_the_suite")
def test_a_batch_of_one_partition_is_counted_without_a_shuffle(
    spark: SparkSession, raw_batch: RawBatchOf, contracts: Contracts
) -> None:
    batch = raw_batch(contracts(range(1, 3)))
    fit_to(spark, [sum(map(batch.rows, batch.tables))])
    assert SHUFFLES.isdisjoint(steps(root_census(batch)))


@pytest.mark.usefixtures("_settings_of_the_suite")
@pytest.mark.parametrize(
    ("rows", "partitions", "interpreted"),
    [
        ([0], 1, True),
        ([ROWS_PER_PARTITION - 1], 1, True),
        ([SMALL_BATCH_ROWS - 1, 1], 1, False),
        ([ROWS_PER_PARTITION, ROWS_PER_PARTITION + 1], 2, False),
        ([10_000_000, 4_000_000], 100, False),
    ],
)
def test_a_session_is_fitted_to_the_rows_of_the_batch(
    spark: SparkSession, rows: list[int], partitions: int, interpreted: bool
) -> None:
    fit_to(spark, rows)
    assert spark.conf.get("spark.sql.shuffle.partitions") == str(partitions)
    assert (spark.conf.get("spark.sql.codegen.wholeStage") == "false") == interpreted
    assert spark.conf.get("spark.sql.autoBroadcastJoinThreshold") == "-1"


@pytest.mark.parametrize(("rows", "partitions"), [(0, 1), (1, 1), (100_000, 1), (100_001, 2), (10_000_000, 100)])
def test_partitions_hold_a_bounded_number_of_rows(rows: int, partitions: int) -> None:
    assert partitions_for(rows) == partitions
