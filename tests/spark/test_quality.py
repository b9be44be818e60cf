"""The quality rules: for each a planted defect, and clean neighbours that differ from it as little as can be."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from emr_jobs.declared_rules import FIRST_INSTANT, FIRST_INSTANT_AFTER
from emr_jobs.gstin import is_valid_gstin
from emr_jobs.quality import THRESHOLDS, Threshold
from emr_jobs.rules import ROW_RULES, SET_RULES
from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import IST_MINUTES
from gem.contracts.quality import REJECT_REASONS, WARNING_COMMENT, WARNINGS

Row = dict[str, Any]
D = Decimal
GSTIN = "27AAPFU0939F1ZV"
SPLIT = {"accepted_qty": D(60), "rejected_qty": D(40), "received_qty": D(100)}
LINE = {"qty": D(3), "unit_price": D("33.33"), "line_value": D("99.99")}

DEFECTS: list[tuple[str, str, str, Row]] = [
    # reason, table, column, row
    ("null_key", "contract", "contract_id", {"contract_id": None}),
    ("null_key", "contract_item", "contract_id", {"contract_id": None}),
    ("null_required", "bid", "updated_at", {"updated_at": None}),
    ("text_too_long", "seller", "legal_name", {"legal_name": "म" * 171}),
    ("text_too_long", "contract", "status", {"status": "x" * 33}),
    ("nul_in_text", "seller", "legal_name", {"legal_name": "a\0b"}),
    ("instant_out_of_range", "bid", "published_at", {"published_at": datetime(2000, 3, 31, 18, 29, 59, tzinfo=UTC)}),
    ("instant_out_of_range", "contract", "contract_at", {"contract_at": datetime(2050, 3, 31, 18, 30, tzinfo=UTC)}),
    ("negative_value", "bid", "emd_amount", {"emd_amount": D("-0.01")}),
    ("negative_value", "contract_item", "qty", {"qty": D("-0.001")}),
    ("line_value_mismatch", "contract_item", "line_value", {**LINE, "line_value": D("99.95")}),
    ("line_value_mismatch", "contract_item", "line_value", {**LINE, "qty": D("0.3"), "line_value": D("10.02")}),
    ("gst_split_wrong", "contract_item", "igst", {"igst": D(9), "cgst": D(9)}),
    ("gst_split_wrong", "contract_item", "cgst", {"cgst": D("9.00"), "sgst": D("9.01")}),
    ("value_out_of_range", "contract_item", "mrp_at_order", {"mrp_at_order": D(10) ** 15, "qty": D(10)}),
    ("gstin_invalid", "contract", "seller_gstin", {"seller_gstin": GSTIN[:-1] + "W"}),
    ("gstin_invalid", "contract", "seller_gstin", {"seller_gstin": ""}),
    ("pin_invalid", "seller", "pincode", {"pincode": "078562"}),
    ("gstin_invalid", "seller_gstin", "gstin", {"gstin": GSTIN[:-1] + "W"}),
    ("gstin_state_mismatch", "seller_gstin", "state_code", {"gstin": GSTIN, "state_code": "07"}),
    ("pin_invalid", "seller", "pincode", {"pincode": "78562"}),
    ("pin_invalid", "consignee_location", "pincode", {"pincode": "A85621"}),
    ("receipt_split_mismatch", "receipt_certificate", "received_qty", SPLIT | {"received_qty": D("100.001")}),
    ("value_out_of_range", "contract_amendment", "new_value", {"kind": "DP_EXTENSION", "new_value": D("36525.001")}),
]

CLEAN: list[tuple[str, Row]] = [
    ("seller", {"legal_name": "म" * 170, "pincode": "785621"}),
    ("contract", {"status": "x" * 32, "seller_gstin": GSTIN}),
    ("bid", {"emd_amount": D(0)}),
    ("bid", {"published_at": datetime(2000, 3, 31, 18, 30, tzinfo=UTC)}),
    ("contract", {"contract_at": datetime(2050, 3, 31, 18, 29, 59, tzinfo=UTC)}),
    ("contract_item", {}),
    ("contract_item", LINE),
    # Within a paisa a unit, and for a fraction within the paisa to which the line itself is rounded.
    ("contract_item", {**LINE, "line_value": D("99.96")}),
    ("contract_item", {**LINE, "qty": D("0.3"), "unit_price": D("100.15"), "line_value": D("30.05")}),
    ("contract_item", {"qty": None, "unit_price": D(1), "line_value": None}),
    ("contract_item", {"qty": D(5), "unit_price": None, "line_value": D(7)}),
    ("contract_item", {"igst": D(18), "cgst": D(0), "sgst": D(0)}),
    ("contract_item", {"cgst": D(9), "sgst": D(9), "igst": None}),
    ("contract_item", {"cgst": D(9), "sgst": None, "igst": None}),
    ("contract_item", {"mrp_at_order": D(10) ** 15, "qty": D("9.999")}),
    ("seller_gstin", {"gstin": GSTIN, "state_code": "27"}),
    ("seller_gstin", {"gstin": GSTIN}),
    ("consignee_location", {"pincode": "785621"}),
    ("receipt_certificate", SPLIT),
    *(("receipt_certificate", SPLIT | {name: None}) for name in SPLIT),
    ("contract_amendment", {"kind": "DP_EXTENSION", "old_value": D(30), "new_value": D(36_525)}),
    ("contract_amendment", {"kind": "VALUE", "old_value": D(30), "new_value": D(10) ** 14}),
]


@pytest.fixture(scope="module")
def broken(frame: Callable[..., DataFrame]) -> Callable[[str, list[Row]], list[list[tuple[str, str, Any]]]]:
    """broken(table, rows): for each row the rules that it breaks, as (reason, column, value)."""

    def check(table: str, rows: list[Row]) -> list[list[tuple[str, str, Any]]]:
        numbered = frame(table, *rows).withColumn("number", sf.monotonically_increasing_id())
        rules = [rule for rule in ROW_RULES if rule.table == table]
        checked = numbered.select(
            "number",
            *(
                sf.when(rule.is_broken(), sf.struct(sf.lit(rule.reason), rule.column(), rule.value())).alias(
                    rule.reason
                )
                for rule in rules
            ),
        )
        ordered = checked.orderBy("number").collect()
        return [[tuple(row[rule.reason]) for rule in rules if row[rule.reason] is not None] for row in ordered]

    return check


def test_every_planted_defect_is_found_with_its_column_and_value(broken: Callable[..., Any]) -> None:
    for table in sorted({table for _, table, _, _ in DEFECTS}):
        cases = [(reason, column, row) for reason, of, column, row in DEFECTS if of == table]
        found = broken(table, [row for _, _, row in cases])
        for (reason, column, row), reasons in zip(cases, found, strict=True):
            assert [(r, c) for r, c, _ in reasons] == [(reason, column)], (table, row)
            value = row[column]
            assert (reasons[0][2] is None) == (value is None)
            if isinstance(value, str):
                assert reasons[0][2] == value


def test_clean_neighbours_break_no_rule(broken: Callable[..., Any]) -> None:
    for table in sorted({table for table, _ in CLEAN}):
        rows = [row for of, row in CLEAN if of == table]
        assert broken(table, rows) == [[] for _ in rows]


def test_the_days_that_instants_must_be_of_are_those_that_dim_date_is_filled_with() -> None:
    migration = (Path(__file__).parents[2] / "sql" / "migrations" / "0003_dim_date.sql").read_text()
    ist = timedelta(minutes=IST_MINUTES)
    first, last = (FIRST_INSTANT + ist).date(), (FIRST_INSTANT_AFTER + ist).date() - timedelta(days=1)
    assert f"cast('{first}' as date)\n            +" in migration
    assert f"where calendar_date <= cast('{last}' as date)" in migration


def test_each_row_rule_has_a_planted_defect() -> None:
    assert {rule.reason for rule in ROW_RULES} == {reason for reason, *_ in DEFECTS}


def test_every_rule_has_a_declared_reason_and_every_declared_reason_its_rules() -> None:
    named = [(rule.reason, rule.table) for rule in ROW_RULES]
    assert len(named) == len(set(named))
    named += [(rule.reason, table) for rule in SET_RULES for table in rule.tables or ()]
    of_all = [rule.reason for rule in SET_RULES if rule.tables is None]
    assert [one.reason for one in REJECT_REASONS] == list(dict.fromkeys(one.reason for one in REJECT_REASONS))
    assert {reason for reason, _ in named} | set(of_all) == {one.reason for one in REJECT_REASONS}
    for one in REJECT_REASONS:
        tables = {table for reason, table in named if reason == one.reason}
        assert not one.tables or set(one.tables) == tables, one.reason
        assert len(one.meaning) > 20


def test_the_columns_that_warn_are_those_whose_comments_say_so() -> None:
    warning = {
        table.name: tuple(c.name for c in table.columns if c.comment.startswith(WARNING_COMMENT))
        for table in MART_TABLES
    }
    assert {table: columns for table, columns in warning.items() if columns} == WARNINGS


def test_a_gstin_needs_format_state_and_check_character(spark: SparkSession) -> None:
    # Specimen numbers from public documents: their check characters were not made by this code.
    good = ["27AAPFU0939F1ZV", "29AAGCB7383J1Z4", "24AAACC1206D1ZM"]
    swapped, of_no_state, spaced = "27AAPFU0993F1ZV", "39AAPFU0939F1ZV", "27AAPFU0939F1Z "
    bad = [swapped, of_no_state, spaced, "27aapfu0939f1zv", "27AAPFU0939F1Z", "", "२7AAPFU0939F1ZV"]
    rows = spark.createDataFrame([(value,) for value in [*good, *bad, None]], "gstin string")
    found = {row["gstin"]: row["valid"] for row in rows.withColumn("valid", is_valid_gstin(sf.col("gstin"))).collect()}
    assert found == {**dict.fromkeys(good, True), **dict.fromkeys(bad, False), None: None}


@pytest.mark.parametrize(
    ("rejected", "total", "is_passed"), [(9, 10, False), (10, 200, False), (10, 199, True), (11, 200, True)]
)
def test_a_threshold_needs_both_a_share_and_a_number(rejected: int, total: int, is_passed: bool) -> None:
    assert Threshold().is_passed(rejected, total) is is_passed
    assert set(THRESHOLDS.values()) == {Threshold()}
