"""Every defect planted in a source is found with its reason or flag, and nothing else is: no clean row suffers."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg2
import pyarrow.parquet as pq
import pytest

from gem.contracts.keys import Attempt, BatchId
from gem.contracts.manifest import CuratedManifest, Verdict
from gem.contracts.quality import WARNINGS
from gem.contracts.source.aggregates import AGGREGATE_OF_TABLE, SOURCE_TABLES
from gem.contracts.types import Kind
from local_aws.source import defects
from local_aws.source.planting import Planted, plant
from tests.model.curated import BUCKET
from tests.story.short_line import ShortLine, Site, open_short_line

pytestmark = pytest.mark.slow

CONTRACTS, SEED, SHARE = 1_500, 3, 0.004
REASONS = [each.code for each in defects.DEFECTS if each.verdict is defects.Verdict.REJECT]
FLAGS = [(fact, flag) for fact, flags in WARNINGS.items() for flag in flags]
IDENTITY = {
    "fact_bid": "bid_id",
    "fact_order_line": "contract_item_id",
    "fact_receipt": "cert_id",
    "fact_payment": "payment_id",
    "fact_contract_lifecycle": "contract_id",
}
"""What a fact that warns is one row of."""
ROWS_OF_FACTS = {
    "bid": "fact_bid",
    "bid_participation": "fact_bid_participation",
    "contract": "fact_contract_lifecycle",
    "contract_item": "fact_order_line",
    "receipt_certificate": "fact_receipt",
    "payment": "fact_payment",
}
"""Source tables each of whose rows is one of a fact."""
DIRECT_ABOVE_LIMIT = """
select contract_id::text
from gem.contract as c
join gem.policy_parameter as p
    on p.param_code = 'DP_LIMIT'
    and (c.contract_at at time zone 'Asia/Kolkata')::date >= p.effective_from
    and (c.contract_at at time zone 'Asia/Kolkata')::date < coalesce(p.effective_to, 'infinity')
where c.buy_mode = 'DIRECT'
    and c.total_value > p.num_value
    and c.status not in ('REJECTED', 'CANCELLED')
    and not exists (
        select from gem.contract_item join gem.category using (category_id)
        where contract_item.contract_id = c.contract_id and hsn_sac like '87%'
    )
"""
"""Some buyers pay more than was estimated: these orders pass the limit in a source without planted defects too."""


@dataclass(frozen=True)
class Spoiled:
    """A source with defects, what came of it, and the warehouse that loaded it."""

    line: ShortLine
    site: Site
    planted: list[Planted]
    batch: CuratedManifest
    warehouse: str

    def of(self, code: str) -> list[Planted]:
        return [each for each in self.planted if each.code == code]

    def asked(self, query: str) -> list[tuple[Any, ...]]:
        return self.line.lab.query(self.warehouse, query)

    def rejected(self, table: str, reason: str) -> list[dict[str, Any]]:
        """The rows of a source table that were set aside for that reason."""
        s3 = self.line.aws.client("s3")
        prefix = Attempt(BatchId.parse(self.batch.batch_id), self.batch.attempt).rejected_prefix(table)
        files = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        bodies = [s3.get_object(Bucket=BUCKET, Key=file["Key"])["Body"].read() for file in files]
        rows = [row for body in bodies for row in pq.read_table(io.BytesIO(body)).to_pylist()]
        return [row for row in rows if row["reason"] == reason]


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spoiled]:
    with open_short_line(tmp_path_factory.mktemp("planted")) as line:
        site = line.site("planted", CONTRACTS, SEED)
        planted = planted_in(site)
        (batch_id,) = site.extract()["batches"]
        batch = site.judged(BatchId.parse(batch_id), 1)
        warehouse = line.lab.copy()
        (report,) = line.lab.load(warehouse, batch)
        assert (batch.verdict, report.outcome) == (Verdict.PASSED, "loaded"), report.error
        yield Spoiled(line, site, planted, batch, warehouse)


def planted_in(site: Site) -> list[Planted]:
    connection = psycopg2.connect(site.dsn)
    with connection:
        planted = plant(connection, SEED, SHARE, lambda _: None)
    connection.close()
    return planted


def test_the_roots_that_are_set_aside_are_those_with_a_defect_each_for_its_reason(spoiled: Spoiled) -> None:
    found = spoiled.asked("select distinct aggregate, root_id::text, reason from bi.v_open_rejects")
    expected = {(each.aggregate, each.root_id, each.code) for each in spoiled.planted if each.verdict == "reject"}
    assert {tuple(row) for row in found} == expected


@pytest.mark.parametrize("reason", REASONS)
def test_the_row_with_the_defect_is_kept_for_a_person_with_its_reason_and_its_value(
    spoiled: Spoiled, reason: str
) -> None:
    assert spoiled.of(reason)
    for defect in spoiled.of(reason):
        table = SOURCE_TABLES[defect.table]
        kept = [json.loads(each["row"], parse_float=Decimal) for each in spoiled.rejected(defect.table, reason)]
        (row,) = [each for each in kept if str(each[table.primary_key[0]]) == defect.key]
        kind = next(column.type.kind for column in table.columns if column.name == defect.column)
        assert value(kind, row[defect.column]) == value(kind, defect.value)


def value(kind: Kind, text: Any) -> Any:
    """What PostgreSQL and the kept row write in different ways."""
    if text is None:
        return None
    return {Kind.TIMESTAMP: datetime.fromisoformat, Kind.DECIMAL: Decimal}.get(kind, str)(text)


@pytest.mark.parametrize(("fact", "flag"), FLAGS)
def test_the_rows_that_are_flagged_are_those_with_that_defect(spoiled: Spoiled, fact: str, flag: str) -> None:
    identity = IDENTITY[fact]
    found = {key for (key,) in spoiled.asked(f"select {identity}::text from mart.{fact} where {flag}")}
    expected = {row_of_fact(each, identity) for each in spoiled.of(flag)}
    assert expected
    assert found == expected


def row_of_fact(defect: Planted, identity: str) -> str:
    return defect.key if SOURCE_TABLES[defect.table].primary_key == (identity,) else defect.root_id


def test_the_claims_that_are_called_unfounded_are_those_with_that_defect(spoiled: Spoiled) -> None:
    found = spoiled.asked("select participation_id::text from bi.v_unfounded_mse_claims")
    assert sorted(found) == sorted((each.key,) for each in spoiled.of("mse_claim_without_class")) != []


def test_the_direct_orders_above_the_limit_are_found_planted_or_not(spoiled: Spoiled) -> None:
    found = spoiled.asked("select contract_id::text from bi.v_direct_above_limit")
    rejected = {each.root_id for each in spoiled.planted if (each.aggregate, each.verdict) == ("contract", "reject")}
    expected = {key for (key,) in spoiled.site.fetch(DIRECT_ABOVE_LIMIT)} - rejected
    assert {key for (key,) in found} == expected > {each.key for each in spoiled.of("direct_above_limit")}


def test_every_row_of_another_root_is_accepted_and_in_its_fact(spoiled: Spoiled) -> None:
    left = {table: count for table, count in spoiled.batch.raw_rows.items() if not is_spoiled(spoiled, table)}
    assert left
    assert {table: spoiled.batch.accepted_rows[table] for table in left} == left
    for table, fact in ROWS_OF_FACTS.items():
        root = SOURCE_TABLES[table].root_column
        aggregate = AGGREGATE_OF_TABLE[table].name
        bad = [each.root_id for each in spoiled.planted if (each.aggregate, each.verdict) == (aggregate, "reject")]
        rows = spoiled.site.fetch(f"select count(*) from gem.{table} where {root} not in ({', '.join(bad) or '0'})")
        assert spoiled.asked(f"select count(*) from mart.{fact}") == rows
        assert [(spoiled.batch.accepted_rows[table],)] == rows


def is_spoiled(spoiled: Spoiled, table: str) -> bool:
    rejects = {each.aggregate for each in spoiled.planted if each.verdict == "reject"}
    return AGGREGATE_OF_TABLE[table].name in rejects
