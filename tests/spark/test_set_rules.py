"""Set rules of contracts and sums: one flaw each, with a neighbour that differs from it as little as can be."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame

from emr_jobs.raw import RawBatch
from emr_jobs.rejection import violations
from emr_jobs.rules import SET_RULES
from emr_jobs.set_rules import root_census

Row = dict[str, Any]
D = Decimal
AT = datetime(2026, 1, 2, 6, 30, tzinfo=UTC)
HUGE = D(9) * D(10) ** 15

LINE: Row = {"qty": D(100), "unit_price": D(10), "line_value": D(1000)}
PRC: Row = {"cert_id": 1, "kind": "PRC", "received_qty": D(100)}
CRAC: Row = {"cert_id": 2, "kind": "CRAC", "prc_cert_id": 1, "accepted_qty": D(60)}
QTY: Row = {"kind": "QTY", "new_value": D(90), "approved_at": AT}

CASES: dict[str, dict[str, list[Row]]] = {
    "accepted in full": {"receipt_certificate": [PRC, CRAC, CRAC | {"cert_id": 3, "accepted_qty": D(40)}]},
    "accepted too much": {"receipt_certificate": [PRC, CRAC, CRAC | {"cert_id": 3, "accepted_qty": D("40.001")}]},
    # A PRC accepts nothing, whatever it says; and what was ordered is what amendments left.
    "a PRC that accepts": {"receipt_certificate": [PRC | {"accepted_qty": D(200)}, CRAC]},
    "accepted what was ordered before": {
        "contract_amendment": [QTY],
        "receipt_certificate": [PRC, CRAC | {"accepted_qty": D(100)}],
    },
    "accepted after more was ordered": {
        "contract_amendment": [QTY | {"new_value": D(120)}],
        "receipt_certificate": [PRC, CRAC | {"accepted_qty": D(120)}],
    },
    "accepted, ordered unknown": {
        "contract_item": [LINE | {"qty": None, "line_value": None}],
        "receipt_certificate": [PRC, CRAC],
    },
    "a CRAC that names no PRC": {"receipt_certificate": [PRC, CRAC | {"prc_cert_id": None}]},
    "a CRAC that names a CRAC": {"receipt_certificate": [PRC, CRAC | {"prc_cert_id": 2}]},
    "a CRAC that names another's PRC": {"receipt_certificate": [CRAC | {"prc_cert_id": 101}]},
    "a payment for a CRAC": {"receipt_certificate": [PRC, CRAC], "payment": [{"crac_cert_id": 2}]},
    "a payment for a PRC": {"receipt_certificate": [PRC], "payment": [{"crac_cert_id": 1}]},
    "a payment for nothing": {"payment": [{}]},
    "an amended value that fits": {"contract_amendment": [QTY | {"new_value": D("999999999999999.999")}]},
    "an amended value too large": {
        "contract_item": [LINE | {"unit_price": D("10.01"), "line_value": D(1001)}],
        "contract_amendment": [QTY | {"new_value": D("999999999999999.999")}],
    },
    "an amended value not approved": {
        "contract_item": [LINE | {"unit_price": D("10.01"), "line_value": D(1001)}],
        "contract_amendment": [QTY | {"new_value": D("999999999999999.999"), "approved_at": None}],
    },
    "a certified value too large": {
        "contract_item": [LINE | {"unit_price": D(20), "line_value": D(2000)}],
        "receipt_certificate": [PRC | {"received_qty": D(10) ** 15 - 1}],
    },
    "certified values too large together": {
        "contract_item": [LINE | {"qty": None, "unit_price": D(20), "line_value": None}],
        "receipt_certificate": [
            PRC,
            *(CRAC | {"cert_id": n, "accepted_qty": D(3) * D(10) ** 14 - n} for n in (2, 3)),
        ],
    },
    "damages that fit": {"shipment": [{"ld_amount": HUGE}, {"ld_amount": D(10) ** 15 - D("0.01")}]},
    "damages too large together": {"shipment": [{"ld_amount": HUGE}, {"ld_amount": D(10) ** 15}]},
}

FAULTS = {
    "accepted too much": {("receipt_certificate", "accepted_exceeds_ordered")},
    "accepted what was ordered before": {("receipt_certificate", "accepted_exceeds_ordered")},
    "a CRAC that names no PRC": {("receipt_certificate", "crac_without_prc")},
    "a CRAC that names a CRAC": {("receipt_certificate", "crac_without_prc")},
    "a CRAC that names another's PRC": {("receipt_certificate", "crac_without_prc")},
    "a payment for a PRC": {("payment", "payment_without_crac")},
    "a payment for nothing": {("payment", "payment_without_crac")},
    "an amended value too large": {("contract_amendment", "value_out_of_range")},
    "a certified value too large": {("receipt_certificate", "value_out_of_range")},
    "certified values too large together": {("receipt_certificate", "sum_out_of_range")},
    "damages too large together": {("shipment", "sum_out_of_range")},
}

OFFERS = {
    # By bid: what its rows in one table add up to, and the fault.
    1: ("bid_participation", {"final_value": HUGE}, 2, True),
    2: ("bid_participation", {"final_value": HUGE}, 1, False),
    3: ("ra_offer", {"offered_value": HUGE}, 2, True),
    4: ("reverse_auction", {"extensions": 2**30}, 2, True),
    5: ("reverse_auction", {"extensions": 2**30 - 1, "start_price": HUGE / 2}, 2, False),
}


def contract_rows() -> dict[str, list[Row]]:
    """The n-th case is contract n; its line is 100 n, and certificates and what refers to them count from there too."""
    rows: dict[str, list[Row]] = {"contract": [], "contract_item": []}
    for contract_id, members in enumerate(CASES.values(), start=1):
        rows["contract"].append({"contract_id": contract_id})
        rows["contract_item"] += [
            {"contract_id": contract_id, "contract_item_id": contract_id * 100, **line}
            for line in members.get("contract_item", [LINE])
        ]
        for table, found in members.items():
            if table != "contract_item":
                of_table = rows.setdefault(table, [])
                of_table += [placed(table, row, contract_id, len(of_table) + n) for n, row in enumerate(found)]
    return rows


def placed(table: str, row: Row, contract_id: int, number: int) -> Row:
    """The row within its contract: its own ids and those it refers to are moved to where the contract's begin."""
    keys = {"contract_amendment": "amendment_id", "shipment": "shipment_id", "payment": "payment_id"}
    own = {keys[table]: number} if table in keys else {}
    moved = {
        name: value + contract_id * 100 if name in {"cert_id", "prc_cert_id", "crac_cert_id"} and value else value
        for name, value in row.items()
    }
    line = {} if table == "payment" else {"contract_item_id": contract_id * 100}
    return {"contract_id": contract_id, **own, **line, **moved}


def bid_rows() -> dict[str, list[Row]]:
    keys = {"bid_participation": "participation_id", "ra_offer": "ra_offer_id", "reverse_auction": "ra_id"}
    rows: dict[str, list[Row]] = {"bid": [{"bid_id": bid_id} for bid_id in OFFERS]}
    for bid_id, (table, row, times, _) in OFFERS.items():
        rows.setdefault(table, []).extend({"bid_id": bid_id, keys[table]: bid_id * 10 + n, **row} for n in range(times))
    return rows


@pytest.fixture(scope="module")
def found(
    raw_batch: Callable[..., RawBatch], rows_of: Callable[[DataFrame], list[Row]]
) -> dict[str, dict[int, set[tuple[str, str]]]]:
    """By aggregate and root the rules that its rows break, as (table, reason)."""
    batch = raw_batch(contract_rows() | bid_rows())
    rejected = violations(batch, root_census(batch))
    by_root: dict[str, dict[int, set[tuple[str, str]]]] = {"bid": {}, "contract": {}}
    for row in rows_of(rejected):
        aggregate = "bid" if row["table"] in bid_rows() else "contract"
        by_root[aggregate].setdefault(row["root_id"], set()).add((row["table"], row["reason"]))
    rejected.unpersist()
    return by_root


@pytest.mark.parametrize("case", CASES)
def test_a_contract_breaks_the_rule_that_its_flaw_is_of_and_no_other(found: Any, case: str) -> None:
    contract_id = list(CASES).index(case) + 1
    assert found["contract"].get(contract_id, set()) == FAULTS.get(case, set())


def test_a_bid_whose_values_add_up_to_more_than_a_column_holds_is_rejected(found: Any) -> None:
    assert found["bid"] == {
        bid_id: {(table, "sum_out_of_range")} for bid_id, (table, _, _, is_over) in OFFERS.items() if is_over
    }


def test_each_set_rule_of_a_contract_has_a_planted_defect() -> None:
    planted = {reason for faults in FAULTS.values() for _, reason in faults}
    # Of keys, references and totals: test_rejection.
    elsewhere = {"duplicate_key", "orphan_member", "unlisted_root", "contract_total_mismatch"}
    assert planted | elsewhere == {rule.reason for rule in SET_RULES}
