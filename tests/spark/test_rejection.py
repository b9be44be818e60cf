"""Rejected rows and what they take along: whole aggregates, but of a table that travels whole what they tell of."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame

from emr_jobs.raw import RawBatch
from emr_jobs.rejection import accepted_roots, accepted_tables, summarise, violations
from emr_jobs.set_rules import root_census

Row = dict[str, Any]
RawBatchOf = Callable[..., RawBatch]
D = Decimal


class Rejected:
    """What the rules make of a batch, collected."""

    def __init__(self, batch: RawBatch, rows_of: Callable[[DataFrame], list[Row]]) -> None:
        census = root_census(batch).persist()
        found = violations(batch, census)
        self.summary = summarise(found, batch)
        self.counts = {(r.table, r.reason): (r.rows, r.roots) for r in self.summary.rejects}
        self.rows = rows_of(found)
        self.tables = {name: rows_of(rows) for name, rows in accepted_tables(batch, found, self.summary.tables).items()}
        roots = rows_of(accepted_roots(batch, census, found))
        self.roots = {(row["aggregate"], row["root_id"]): row["is_deleted"] for row in roots}
        found.unpersist()
        census.unpersist()

    def reasons(self, root_id: int) -> set[tuple[str, str]]:
        """(table, reason) of the rows rejected from one root."""
        return {(row["table"], row["reason"]) for row in self.rows if row["root_id"] == root_id}

    def ids(self, table: str, column: str) -> set[Any]:
        return {row[column] for row in self.tables[table]}


GOOD, DELETED, UNLISTED, ORPHANED, TWIN, OTHER_TWIN, NO_KEY, BAD_LINE = range(1, 9)
TOTAL_NEAR, TOTAL_OFF, TOTAL_UNKNOWN, LINE_UNKNOWN, NO_LINES = range(11, 16)
FLAWED = {UNLISTED, ORPHANED, TWIN, OTHER_TWIN, NO_KEY, BAD_LINE, TOTAL_OFF}
SOUND = {GOOD, TOTAL_NEAR, TOTAL_UNKNOWN, LINE_UNKNOWN, NO_LINES}


def flawed_contracts(contracts: Callable[..., dict[str, list[Row]]]) -> dict[str, list[Row]]:
    """Two lines each, and one flaw each, as the names say."""
    rows = contracts(range(1, 16), lines=2)
    header = {row["contract_id"]: row for row in rows["contract"]}
    line = {row["contract_item_id"]: row for row in rows["contract_item"]}
    line[TWIN * 100]["contract_item_id"] = line[OTHER_TWIN * 100]["contract_item_id"]
    line[NO_KEY * 100]["contract_item_id"] = None
    line[BAD_LINE * 100]["unit_price"] = D("999.99")
    header[TOTAL_NEAR]["total_value"] += D("1.00")
    header[TOTAL_OFF]["total_value"] += D("1.01")
    header[TOTAL_UNKNOWN]["total_value"] = None
    line[LINE_UNKNOWN * 100] |= {"line_value": None, "qty": None}
    named = SOUND | FLAWED
    return {
        "contract": [row for row in rows["contract"] if row["contract_id"] in named - {ORPHANED}],
        "contract_item": [
            *(row for row in rows["contract_item"] if row["contract_id"] in named - {NO_LINES}),
            {"contract_item_id": 9_900, "contract_id": None},
        ],
    }


STATES: list[Row] = [
    {"state_code": "18", "name": "Assam"},
    {"state_code": "07", "name": "x" * 129},
    {"state_code": None},
    {"state_code": "27"},
    {"state_code": "27"},
]


@pytest.fixture(scope="module")
def done(raw_batch: RawBatchOf, contracts: Callable[..., Any], rows_of: Callable[[DataFrame], list[Row]]) -> Rejected:
    """A batch of contracts with one flaw each, of states with some, and of one good seller without a class."""
    rows = flawed_contracts(contracts) | {"state_ref": STATES, "seller": [{"seller_id": 1}]}
    listed = sorted((SOUND | FLAWED | {DELETED}) - {UNLISTED})
    return Rejected(raw_batch(rows, roots={"contract": listed, "state_ref": [0], "seller": [1]}), rows_of)


def test_a_flawed_row_takes_its_whole_contract_out_and_no_other(done: Rejected) -> None:
    assert done.ids("contract", "contract_id") == SOUND
    assert done.ids("contract_item", "contract_id") == SOUND - {NO_LINES}
    assert len(done.tables["contract_item"]) == 2 * len(SOUND - {NO_LINES})


def test_only_roots_without_a_flaw_are_replaced_and_one_absent_from_the_snapshot_is_deleted(done: Rejected) -> None:
    contracts = {root: is_deleted for (aggregate, root), is_deleted in done.roots.items() if aggregate == "contract"}
    assert contracts == {**dict.fromkeys(SOUND, False), DELETED: True}


def test_a_rejected_row_is_kept_with_its_reason_its_value_and_all_it_said(done: Rejected) -> None:
    (row,) = [row for row in done.rows if row["reason"] == "line_value_mismatch"]
    assert (row["table"], row["root_id"], row["column"], row["value"]) == (
        "contract_item",
        BAD_LINE,
        "line_value",
        "200.00",
    )
    assert f'"contract_item_id":{BAD_LINE * 100}' in row["row"]
    assert '"uom":null' in row["row"], "a NULL stays visible beside an empty text"


def test_the_total_of_a_contract_is_its_lines_within_a_rupee(done: Rejected) -> None:
    assert done.reasons(TOTAL_OFF) == {("contract", "contract_total_mismatch")}
    assert done.counts["contract", "contract_total_mismatch"] == (1, 1)


def test_rows_that_share_a_key_are_all_rejected_each_with_its_root(done: Rejected) -> None:
    assert done.reasons(TWIN) == done.reasons(OTHER_TWIN) == {("contract_item", "duplicate_key")}
    assert done.counts["contract_item", "duplicate_key"] == (2, 2)


def test_a_member_without_its_root_is_an_orphan_and_its_root_is_not_taken_for_deleted(done: Rejected) -> None:
    assert done.reasons(ORPHANED) == {("contract_item", "orphan_member")}
    assert ("contract", ORPHANED) not in done.roots


def test_a_root_that_is_not_listed_as_changed_is_rejected(done: Rejected) -> None:
    assert done.reasons(UNLISTED) == {("contract", "unlisted_root")}


def test_a_row_without_key_is_left_out_and_takes_only_the_root_it_names(done: Rejected) -> None:
    assert done.reasons(NO_KEY) == {("contract_item", "null_key")}
    assert done.counts["contract_item", "null_key"] == (2, 1)


def test_of_a_table_that_travels_whole_only_the_rejected_rows_are_left_out(done: Rejected) -> None:
    assert done.ids("state_ref", "state_code") == {"18"}
    assert done.roots["state_ref", 0] is False
    assert {key: count for key, count in done.counts.items() if key[0] == "state_ref"} == {
        ("state_ref", "duplicate_key"): (2, 0),
        ("state_ref", "null_key"): (1, 0),
        ("state_ref", "text_too_long"): (1, 0),
    }


LONG_NAME = "म" * 342
"""A letter of Devanagari is three bytes: 1,026 of them, and Redshift's column takes 1,024."""

TREES: dict[str, list[Row]] = {
    "buyer_organisation": [
        {"org_id": 1, "level": "MINISTRY", "name": LONG_NAME},
        {"org_id": 2, "parent_org_id": 1, "level": "DEPARTMENT"},
        {"org_id": 3, "parent_org_id": 2, "level": "OFFICE"},
        {"org_id": 11, "level": "MINISTRY"},
        {"org_id": 12, "parent_org_id": 11, "level": "DEPARTMENT", "name": LONG_NAME},
        {"org_id": 13, "parent_org_id": 12, "level": "OFFICE"},
        {"org_id": 14, "parent_org_id": 11, "level": "DEPARTMENT"},
        # A parent that is not there is no reject, nor is a row without its key anybody's parent.
        {"org_id": 24, "parent_org_id": 99, "level": "OFFICE"},
        {"org_id": None, "level": "MINISTRY"},
        # Rejected twice over: which of the two is meant, nobody knows.
        {"org_id": 31, "level": "MINISTRY"},
        {"org_id": 31, "parent_org_id": 11, "level": "DEPARTMENT"},
        {"org_id": 32, "parent_org_id": 31, "level": "OFFICE"},
    ],
    "category": [
        {"category_id": 1, "name": "म" * 171},
        {"category_id": 2, "parent_category_id": 1},
        {"category_id": 3, "parent_category_id": 2},
        {"category_id": 4},
    ],
    "policy_parameter": [
        {"param_code": "DP_LIMIT", "effective_from": date(2020, 1, 1), "text_value": LONG_NAME},
        {"param_code": "DP_LIMIT", "effective_from": date(2017, 1, 1)},
        {"param_code": "RA_LIMIT", "effective_from": date(2017, 1, 1)},
        {"param_code": "RA_LIMIT", "effective_from": date(2020, 1, 1)},
    ],
}


@pytest.fixture(scope="module")
def trees(raw_batch: RawBatchOf, rows_of: Callable[[DataFrame], list[Row]]) -> Rejected:
    return Rejected(raw_batch(TREES), rows_of)


def test_a_rejected_node_takes_along_all_below_it_and_nothing_above_or_beside_it(trees: Rejected) -> None:
    assert trees.ids("buyer_organisation", "org_id") == {11, 14, 24}
    assert trees.ids("category", "category_id") == {4}


def test_a_rejected_period_takes_along_the_others_of_its_parameter(trees: Rejected) -> None:
    assert trees.ids("policy_parameter", "param_code") == {"RA_LIMIT"}
    assert len(trees.tables["policy_parameter"]) == 2


def test_what_is_taken_along_is_no_reject_and_the_rest_of_the_table_is_loaded(trees: Rejected) -> None:
    assert trees.counts == {
        ("buyer_organisation", "text_too_long"): (2, 0),
        ("buyer_organisation", "null_key"): (1, 0),
        ("buyer_organisation", "duplicate_key"): (2, 0),
        ("category", "text_too_long"): (1, 0),
        ("policy_parameter", "text_too_long"): (1, 0),
    }
    assert trees.roots == {(name, 0): False for name in TREES}


def test_a_seller_without_a_class_is_complete(done: Rejected) -> None:
    assert done.tables["seller_classification"] == []
    assert done.roots["seller", 1] is False


def test_rejects_of_whole_tables_alone_leave_their_root(
    raw_batch: RawBatchOf, rows_of: Callable[[DataFrame], list[Row]]
) -> None:
    assert Rejected(raw_batch({"state_ref": STATES}), rows_of).roots == {("state_ref", 0): False}


def test_too_many_rejected_roots_of_a_table_pass_its_threshold(
    raw_batch: RawBatchOf, contracts: Callable[..., Any], rows_of: Callable[[DataFrame], list[Row]]
) -> None:
    rows = contracts(range(1, 101))
    for contract in rows["contract"][:10]:
        contract["seller_gstin"] = "none"
    assert Rejected(raw_batch(rows), rows_of).summary.too_many == ("contract",)
