"""The five facts of a contract, made of one set of hand-made contracts: what follows the order, to its payment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame

from emr_jobs.transforms.fact_contract_lifecycle import fact_contract_lifecycle
from emr_jobs.transforms.fact_order_line import fact_order_line
from emr_jobs.transforms.fact_payment import fact_payment
from emr_jobs.transforms.fact_receipt import fact_receipt
from emr_jobs.transforms.fact_shipment import fact_shipment
from gem.contracts.mart.code_lists import DIM_ORDER_FLAGS
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME

D = Decimal
Row = dict[str, Any]

DUE = date(2026, 1, 10)
LINE = {"qty": D(100), "unit_price": D("10.05"), "line_value": D(1005), "delivery_due_on": DUE}


def at(day: int, hour: int = 6, month: int = 1) -> datetime:
    """A time of 2026; from 18:30 on it is the next day in India."""
    return datetime(2026, month, day, hour, 30, tzinfo=UTC)


@dataclass
class Case:
    """One contract: its header, its lines by place, and its members, which name a line by its place too."""

    contract: Row = field(default_factory=dict)
    lines: tuple[Row, ...] = (LINE,)
    amendments: tuple[Row, ...] = ()
    shipments: tuple[Row, ...] = ()
    certificates: tuple[Row, ...] = ()
    invoices: tuple[Row, ...] = ()
    payments: tuple[Row, ...] = ()


def amended(kind: str, new: str, old: str | None = None, *, line: int | None = 0, **more: Any) -> Row:
    values = {"new_value": D(new), "old_value": None if old is None else D(old)}
    return {"kind": kind, "line": line, "approved_at": at(2), **values, **more}


def crac(number: int, accepted: str, rejected: str = "0", **more: Any) -> Row:
    quantities = {"received_qty": D(accepted) + D(rejected), "accepted_qty": D(accepted), "rejected_qty": D(rejected)}
    return {"cert_id": number, "kind": "CRAC", "line": 0, "issued_at": at(12), **quantities, **more}


def paid(number: int, amount: str, **more: Any) -> Row:
    money = {"payable_amount": D(amount), "paid_amount": D(amount)}
    return {"payment_id": number, "invoice_id": 7, "status": "PAID", "paid_at": at(20), **money, **more}


PRC = {"cert_id": 50, "kind": "PRC", "line": 0, "issued_at": at(11), "received_qty": D(100)}

CASES: dict[str, Case] = {
    "plain": Case(),
    "quantity, then value": Case(amendments=(amended("QTY", "80"), amended("VALUE", "700.125", approved_at=at(3)))),
    "value, then quantity": Case(amendments=(amended("VALUE", "700"), amended("QTY", "33.3", approved_at=at(3)))),
    "two at one time": Case(amendments=(amended("QTY", "70"), amended("QTY", "60"))),
    "not approved": Case(
        amendments=(amended("QTY", "1", approved_at=None), amended("DP_EXTENSION", "9", "1", approved_at=None))
    ),
    "quantity without a price": Case(lines=(LINE | {"unit_price": None},), amendments=(amended("QTY", "50"),)),
    "void": Case({"status": "CANCELLED"}, amendments=(amended("VALUE", "5"),)),
    "names no line": Case(lines=(LINE, LINE), amendments=(amended("VALUE", "5", line=None),)),
    "names a line of another": Case(amendments=({**amended("QTY", "5", line=None), "contract_item_id": 100},)),
    "extended": Case(
        lines=(LINE, LINE),
        amendments=(
            amended("DP_EXTENSION", "20", "10", with_ld=False),
            amended("DP_EXTENSION", "25", "20", with_ld=True),
            amended("DP_EXTENSION", "3", "1", line=None),
            amended("DP_EXTENSION", "4", line=None),
        ),
    ),
    # DOMAIN 9 (f): 60 of 100 accepted and 40 rejected, after an amendment from 120 to 100.
    "partial": Case(
        {"contract_at": at(1), "accepted_at": at(2), "org_id": 3, "seller_id": 4},
        lines=(LINE | {"qty": D(120), "line_value": D(1206), "category_id": 5, "consignee_id": 6},),
        amendments=(amended("QTY", "100", "120"),),
        shipments=(
            {"shipment_id": 31, "line": 0, "dispatched_at": at(5), "delivered_at": at(9, 18), "delivered_qty": D(70)},
            {"shipment_id": 32, "line": 0, "dispatched_at": at(4), "delivered_at": at(8), "delivered_qty": D(30)},
            {"shipment_id": 33, "line": 0, "dispatched_at": at(6), "delivered_qty": D(5), "ld_amount": D("1.25")},
        ),
        certificates=(
            PRC,
            crac(51, "30", "40", shipment_id=31, prc_cert_id=50),
            crac(52, "30", shipment_id=32, issued_at=at(7), is_auto=True),
            crac(53, "0", shipment_id=31, issued_at=at(14)),
        ),
    ),
    "paid at the second try": Case(
        {"contract_at": at(1)},
        certificates=(PRC, crac(61, "100", issued_at=at(12, 18))),
        invoices=({"invoice_id": 7, "invoice_no": "a/1", "invoiced_at": at(13)},),
        payments=(
            paid(71, "1005", status="FAILED", crac_cert_id=61),
            paid(72, "1005", crac_cert_id=61, paid_at=at(23, 18)),
        ),
    ),
    "half paid": Case(
        {"contract_at": at(1)},
        certificates=(crac(62, "100"),),
        payments=(
            paid(73, "500", crac_cert_id=62),
            paid(74, "505", status="REVERSED", crac_cert_id=62),
            paid(75, "1", crac_cert_id=61, paid_at=None, status="SENT"),
        ),
    ),
    "of no known invoice": Case(
        payments=(paid(76, "1", status="FAILED", invoice_id=None), paid(77, "1", invoice_id=None))
    ),
    "at odds": Case(
        {"contract_at": at(10, 18)},
        lines=(LINE | {"mrp_at_order": D("10.04")},),
        certificates=(crac(63, "101"),),
        payments=(paid(78, "7", crac_cert_id=63, paid_at=at(11), payable_amount=D("6.99"), status=None),),
    ),
}
"""In order: the n-th contract has the id n + 1 and the lines (n + 1) * 100 and so on."""

COMBINATIONS = [member.values for member in DIM_ORDER_FLAGS.members]


def flagged(values: dict[str, Any], number: int) -> Case:
    """An order of one combination of flags; every second auction shows by its mode, the others by their number."""
    tax = {None: {"igst": D(0), "cgst": None}, False: {"cgst": D(1), "sgst": D(1)}, True: {"igst": D(2)}}
    is_ra = values["is_reverse_auction"]
    mode = "PAC" if values["is_pac"] else "RA" if is_ra and number % 4 == 1 else "BID"
    header = {"buy_mode": mode, "ra_id": 8 if is_ra and mode != "RA" else None}
    return Case(header, (LINE | tax[values["is_interstate"]] | {"mii_class_at_order": values["mii_class"]},))


def source_rows(cases: list[Case]) -> dict[str, list[Row]]:
    """The rows of all source tables; ids that a case does not give are unique in their table."""
    rows: dict[str, list[Row]] = {table.name: [] for table in AGGREGATE_BY_NAME["contract"].tables}
    members = {
        "contract_amendment": ("amendments", "amendment_id"),
        "shipment": ("shipments", "shipment_id"),
        "receipt_certificate": ("certificates", "cert_id"),
        "invoice": ("invoices", "invoice_id"),
        "payment": ("payments", "payment_id"),
    }
    for contract_id, case in enumerate(cases, start=1):
        rows["contract"].append({"contract_id": contract_id, **case.contract})
        for place, line in enumerate(case.lines):
            rows["contract_item"].append(
                {"contract_id": contract_id, "contract_item_id": contract_id * 100 + place, **line}
            )
        for table, (attribute, key) in members.items():
            for member in getattr(case, attribute):
                place = member.get("line")
                named = {} if place is None else {"contract_item_id": contract_id * 100 + place}
                rest = {name: value for name, value in member.items() if name != "line"}
                rows[table].append({key: 1_000 + len(rows[table]), "contract_id": contract_id, **named, **rest})
    return rows


@dataclass
class Made:
    """The facts of all cases, read by the name of the case."""

    facts: dict[str, list[Row]]

    def rows(self, fact: str, case: str) -> list[Row]:
        contract_id = list(CASES).index(case) + 1
        return [row for row in self.facts[fact] if row["contract_id"] == contract_id]

    def line(self, case: str) -> Row:
        return self.rows("fact_order_line", case)[0]

    def contract(self, case: str) -> Row:
        (row,) = self.rows("fact_contract_lifecycle", case)
        return row


KEYS = {
    "fact_order_line": "contract_item_id",
    "fact_shipment": "shipment_id",
    "fact_receipt": "cert_id",
    "fact_payment": "payment_id",
    "fact_contract_lifecycle": "contract_id",
}


@pytest.fixture(scope="module")
def made(frame: Callable[..., DataFrame], rows_of: Callable[[DataFrame], list[Row]]) -> Made:
    rows = source_rows([*CASES.values(), *(flagged(values, n) for n, values in enumerate(COMBINATIONS))])
    f = {name: frame(name, *found).persist() for name, found in rows.items()}
    receipts = (f["contract"], f["contract_item"], f["shipment"], f["receipt_certificate"])
    amended_lines = (f["contract"], f["contract_item"], f["contract_amendment"], *receipts[2:])
    facts = {
        "fact_order_line": rows_of(fact_order_line(*amended_lines)),
        "fact_shipment": rows_of(fact_shipment(*receipts)),
        "fact_receipt": rows_of(fact_receipt(*receipts)),
        "fact_payment": rows_of(fact_payment(f["contract"], f["receipt_certificate"], f["invoice"], f["payment"])),
        "fact_contract_lifecycle": rows_of(fact_contract_lifecycle(**f)),
    }
    for one in f.values():
        one.unpersist()
    for fact, table in zip(
        KEYS, ("contract_item", "shipment", "receipt_certificate", "payment", "contract"), strict=True
    ):
        assert len(facts[fact]) == len(rows[table]), "one row each: no join may double or lose one"
        facts[fact].sort(key=lambda row, key=KEYS[fact]: row[key])
    return Made(facts)


@pytest.mark.parametrize(
    ("case", "qty", "value"),
    [
        ("plain", "100", "1005"),
        # 700.125 is 700.13: half a paisa rounds up. The quantity stays the newest one.
        ("quantity, then value", "80", "700.13"),
        # 33.3 x 10.05 = 334.665.
        ("value, then quantity", "33.3", "334.67"),
        # Of one time the higher id counts: 60 x 10.05.
        ("two at one time", "60", "603"),
        ("not approved", "100", "1005"),
        ("quantity without a price", "50", None),
        ("void", "100", "0"),
        ("names no line", "100", "1005"),
        ("names a line of another", "100", "1005"),
    ],
)
def test_the_newest_approved_amendment_of_a_line_decides_its_quantity_and_value(
    made: Made, case: str, qty: str, value: str | None
) -> None:
    row = made.line(case)
    assert (row["current_qty"], row["current_value"]) == (D(qty), None if value is None else D(value))
    assert (row["ordered_qty"], row["line_value"]) == (D(100), D(1005)), "what was awarded stays"


def test_only_an_approved_amendment_that_finds_no_line_is_flagged(made: Made) -> None:
    flagged = {case for case in CASES if made.contract(case)["has_amendment_without_line"]}
    assert flagged == {"names no line", "names a line of another"}


def test_extensions_move_the_due_day_and_those_with_damages_only_one_of_the_two(made: Made) -> None:
    first, second = made.rows("fact_order_line", "extended")
    # 10 and 5 days for the first line, 2 for both; one whose old value is unknown moves nothing.
    assert (first["extended_due_on"], first["due_without_ld_on"]) == (date(2026, 1, 27), date(2026, 1, 22))
    assert (second["extended_due_on"], second["due_without_ld_on"]) == (date(2026, 1, 12), date(2026, 1, 12))
    assert made.line("not approved")["extended_due_on"] == DUE


def test_a_line_sums_what_was_delivered_and_what_cracs_accepted(made: Made) -> None:
    row = made.line("partial")
    assert (row["delivered_qty"], row["accepted_qty"]) == (D(100), D(60)), "not delivered yet: not counted"
    assert (row["last_delivered_at"], row["last_delivered_date_key"]) == (at(9, 18), 20260110)
    plain = made.line("plain")
    assert (plain["delivered_qty"], plain["accepted_qty"], plain["last_delivered_date_key"]) == (D(0), D(0), -1)


def test_shipments_know_their_line_and_their_first_crac(made: Made) -> None:
    first, second, third = made.rows("fact_shipment", "partial")
    assert (first["org_id"], first["seller_id"], first["category_id"], first["consignee_id"]) == (3, 4, 5, 6)
    assert (first["first_crac_at"], first["first_crac_date_key"]) == (at(12), 20260112)
    # Delivered at 00:30 on the 10th in India.
    assert (first["days_delivery_to_crac"], second["days_delivery_to_crac"]) == (2, -1)
    assert (third["first_crac_date_key"], third["delivered_date_key"], third["days_delivery_to_crac"]) == (-1, -1, None)


def test_certificates_are_valued_at_the_price_of_their_line(made: Made) -> None:
    prc, partial, early, again = made.rows("fact_receipt", "partial")
    values = [partial[f"{what}_value"] for what in ("received", "accepted", "rejected")]
    assert values == [D("703.50"), D("301.50"), D("402.00")]
    assert (prc["received_value"], prc["accepted_value"], prc["days_from_delivery"]) == (D(1005), None, None)
    assert [row["is_before_delivery"] for row in (prc, partial, early, again)] == [False, False, True, False]
    assert (partial["days_from_delivery"], early["days_from_delivery"], early["is_auto"]) == (2, -1, True)
    assert (partial["category_id"], partial["consignee_id"]) == (5, None), "the consignee is who certifies"


def test_a_payment_that_failed_is_part_of_no_figure_once_a_later_one_stands_for_it(made: Made) -> None:
    failed, second = made.rows("fact_payment", "paid at the second try")
    assert [(row["is_paid"], row["is_superseded"]) for row in (failed, second)] == [(False, True), (True, False)]
    assert (second["crac_at"], second["crac_date_key"], second["paid_date_key"]) == (at(12, 18), 20260113, 20260124)
    assert (second["days_crac_to_paid"], failed["days_crac_to_paid"], second["invoice_no"]) == (11, None, "a/1")
    row = made.contract("paid at the second try")
    assert (row["is_fully_paid"], row["paid_value"], row["order_to_cash_days"]) == (True, D(1005), 23)
    assert (row["first_invoiced_date_key"], row["last_paid_date_key"]) == (20260113, 20260124)


def test_what_is_not_superseded_keeps_a_contract_from_being_fully_paid(made: Made) -> None:
    rows = made.rows("fact_payment", "half paid")
    assert [(row["is_paid"], row["is_superseded"]) for row in rows] == [(True, False), (False, False), (False, False)]
    assert rows[2]["crac_at"] is None, "a CRAC of another contract is none of this one"
    contract = made.contract("half paid")
    assert (contract["is_fully_paid"], contract["paid_value"], contract["order_to_cash_days"]) == (False, D(500), None)
    unknown = made.rows("fact_payment", "of no known invoice")
    assert [row["is_superseded"] for row in unknown] == [False, False]


def test_a_contract_carries_its_milestones_to_the_last_crac(made: Made) -> None:
    row = made.contract("partial")
    days = ("first_dispatched", "last_delivered", "first_prc", "last_crac", "first_invoiced", "last_paid")
    expected = [20260104, 20260110, 20260111, 20260114, -1, -1]
    assert [row[f"{name}_date_key"] for name in days] == expected
    lags = ("contract_to_acceptance", "acceptance_to_dispatch", "dispatch_to_delivery", "delivery_to_crac")
    assert [row[f"{name}_days"] for name in lags] == [1, 2, 6, 4]
    assert (row["accepted_value"], row["ld_amount"], row["paid_value"]) == (D("603.00"), D("1.25"), D(0))
    assert (row["is_fully_paid"], row["crac_to_payment_days"]) == (False, None)


def test_what_cannot_be_is_kept_and_flagged(made: Made) -> None:
    line, (payment,) = made.line("at odds"), made.rows("fact_payment", "at odds")
    assert (line["is_above_mrp"], line["is_due_before_contract"]) == (True, True), "ordered on the 11th in India"
    assert (payment["is_paid_before_crac"], payment["is_overpaid"], payment["is_paid"]) == (True, True, True)
    assert made.contract("at odds")["is_fully_paid"] is True, "more accepted than ordered is accepted in full"
    plain, (_, second) = made.line("plain"), made.rows("fact_payment", "paid at the second try")
    assert (plain["is_above_mrp"], plain["is_due_before_contract"]) == (False, False)
    assert (second["is_paid_before_crac"], second["is_overpaid"]) == (False, False)


def test_every_combination_of_flags_gets_the_key_of_its_member(made: Made) -> None:
    made_keys = [row["order_flags_key"] for row in made.facts["fact_order_line"]][-len(COMBINATIONS) :]
    assert made_keys == [member.key for member in DIM_ORDER_FLAGS.members]
    assert len(set(made_keys)) == 48
