"""Planted defects break each rule where the manifest says so, and nowhere else."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest

from emr_jobs.rules import ROW_RULES, SET_RULES
from gem.contracts.source.aggregates import SOURCE_TABLES
from local_aws.postgres import EmbeddedPostgres
from local_aws.source import generator, schema
from local_aws.source.defects import DEFECTS, Verdict
from local_aws.source.planting import Planted, manifest_text, plant
from tests.postgres.violations import VIOLATIONS

SEED, SHARE = 11, 0.004
IMPOSSIBLE = {"null_key", "null_required", "duplicate_key", "nul_in_text", "unlisted_root"}
"""Reasons that a table with constraints and a change log cannot give."""
NOT_PLANTED = {"sum_out_of_range"}
"""Takes several rows of a root, each beyond any price there is; the rule's own tests plant it."""
FOUND_BY = {
    "receipt_split_mismatch": "a certificate whose parts do not add up",
    "accepted_exceeds_ordered": "more accepted or shipped than ordered",
    "crac_without_prc": "acceptance without provisional receipt of the same shipment",
    "payment_without_crac": "a payment without certificate of acceptance",
    "gstin_state_mismatch": "a registration of another state, or of another firm than its seller",
    "pin_invalid": "a PIN code that is none",
    "gst_split_wrong": "tax of both kinds",
    "line_value_mismatch": "a line whose value is not quantity times price",
    "contract_total_mismatch": "a contract that is not the sum of its lines",
    "is_above_mrp": "a price above the printed one",
    "is_due_before_contract": "a due day before the contract",
    "is_before_delivery": "a certificate before delivery",
    "is_overpaid": "more paid than payable, or a time without an amount",
    "is_awarded_before_closing": "milestones of a bid out of order",
    "has_rank_fault": "a bid with no lowest offer, or with two",
    "mse_claim_without_class": "a claim of the MSE preference without the class on that day",
}
"""The query that counts each defect, and counts nothing in a clean source."""


@pytest.fixture(scope="module")
def source(source_server: EmbeddedPostgres) -> Iterator[Any]:
    """A connection to generated contracts without a defect, committed."""
    source_server.create_database("source_planted")
    connection = psycopg2.connect(source_server.dsn("source_planted"))
    schema.install(connection)
    generator.generate(connection, 3, 1_500, lambda _: None)
    connection.commit()
    yield connection
    connection.close()


@dataclass
class Spoiled:
    """What was planted, what the queries count with it and without, and what the named rows say."""

    planted: list[Planted]
    broken: dict[str, int]
    clean: dict[str, int]
    rows: list[list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def spoiled(source: Any) -> Spoiled:
    clean = {code: count(source, VIOLATIONS[rule]) for code, rule in FOUND_BY.items()}
    planted = plant(source, SEED, SHARE, lambda _: None)
    broken = {code: count(source, VIOLATIONS[rule]) for code, rule in FOUND_BY.items()}
    rows = [row_of(source, entry) for entry in json.loads(manifest_text(planted, SEED, SHARE))["planted"]]
    source.rollback()
    return Spoiled(planted, broken, clean, rows)


def row_of(source: Any, entry: dict[str, Any]) -> list[tuple[Any, ...]]:
    (key,) = SOURCE_TABLES[entry["table"]].primary_key
    with source.cursor() as cursor:
        cursor.execute(
            f"select {entry['column']}::text from gem.{entry['table']} where {key}::text = %s", (entry["key"],)
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def count(source: Any, query: str) -> int:
    with source.cursor() as cursor:
        cursor.execute(f"select count(*) {query}")
        (found,) = cursor.fetchone()
        return int(found)


def contents(source: Any) -> dict[str, str]:
    digests = {}
    with source.cursor() as cursor:
        for name, table in SOURCE_TABLES.items():
            cursor.execute(f"select md5(string_agg(t::text, '\n' order by {table.primary_key[0]})) from gem.{name} t")
            (digests[name],) = cursor.fetchone()
    return digests


def test_every_defect_is_planted(spoiled: Spoiled) -> None:
    assert {each.code for each in spoiled.planted} == {defect.code for defect in DEFECTS}


def test_every_reason_to_reject_is_planted_or_cannot_be() -> None:
    reasons = {rule.reason for rule in ROW_RULES} | {rule.reason for rule in SET_RULES}
    rejects = {defect.code for defect in DEFECTS if defect.verdict is Verdict.REJECT}
    assert reasons - rejects == (IMPOSSIBLE | NOT_PLANTED) & reasons


def test_no_root_carries_two_defects(spoiled: Spoiled) -> None:
    assert max(Counter((each.aggregate, each.root_id) for each in spoiled.planted).values()) == 1


@pytest.mark.parametrize("code", FOUND_BY)
def test_a_rule_that_a_clean_source_keeps_is_broken_where_planted(spoiled: Spoiled, code: str) -> None:
    assert spoiled.clean[code] == 0
    assert spoiled.broken[code] >= sum(each.code == code for each in spoiled.planted) > 0


def test_the_manifest_names_rows_that_say_what_it_says(spoiled: Spoiled) -> None:
    assert spoiled.rows == [[(each.value,)] for each in spoiled.planted]


def test_the_same_seed_plants_the_same_and_another_seed_elsewhere(source: Any) -> None:
    results = {}
    for attempt, seed in (("first", 1), ("again", 1), ("other", 2)):
        results[attempt] = (plant(source, seed, SHARE, lambda _: None), contents(source))
        source.rollback()
    assert results["first"] == results["again"]
    assert results["first"] != results["other"]


@pytest.mark.parametrize(("seed", "share"), [(1, -0.1), (1, 1.5), (2**63, 0.1)])
def test_a_share_or_a_seed_that_is_none_is_refused(source: Any, seed: int, share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        plant(source, seed, share, lambda _: None)
