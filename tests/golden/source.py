"""A source written by hand: the statements that make its rows. Ids of one case lie in one range of a thousand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

Statement = str
LATER = date(2026, 10, 1)
"""The day as of which a figure is asked where the case names none."""

GSTIN = "27AAPFU0939F1ZV"
SELLERS_STATE = "27"


@dataclass(frozen=True)
class Figure:
    """One figure of the oracle's measure of that name, of everything in the case or of one slice; None is unknown."""

    measure: str
    value: str | None
    slice: str | None = None
    name: str = "value"
    as_of: date = LATER


class Seen(NamedTuple):
    """What a query on the views of the warehouse finds of the case: the rows as text, their values apart by blanks."""

    query: str
    rows: tuple[str, ...]


def seen(view: str, columns: str, *rows: str) -> Seen:
    """What the view `bi.<view>` shows of these columns, in the order of the first."""
    return Seen(f"select {columns} from bi.{view} order by 1", rows)


@dataclass(frozen=True)
class Round:
    """What happens at the source, and what is true from then on."""

    statements: tuple[Statement, ...]
    figures: tuple[Figure, ...]
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class Case:
    """A golden case of DOMAIN 9. Its buyer, seller, category and user all have the id `base`."""

    letter: str
    base: int
    rounds: tuple[Round, ...]


POLICIES = {
    "DP_LIMIT": "50000",
    "L1_LIMIT": "1000000",
    "L1_LIMIT_AUTOMOBILE": "3000000",
    "L1_MIN_MANUFACTURERS": "3",
    "CRAC_DAYS": "10",
    "PAYMENT_DAYS": "10",
    "PENAL_INTEREST_PCT_MONTH": "1",
    "MSE_TARGET_PCT": "25",
    "SCST_TARGET_PCT": "4",
    "WOMEN_TARGET_PCT": "3",
    "MSE_PRICE_BAND_PCT": "15",
    "ACTIVATION_DAYS": "180",
    "SCN_REPLY_DAYS": "5",
    "RATING_MIN_COUNT": "5",
    "SPLIT_WINDOW_DAYS": "7",
    "BID_CLOSURE_DAYS": "30",
    "ORDER_PLACING_DAYS": "7",
    "BUYER_SCORE_CLOSURE_PCT": "15",
    "BUYER_SCORE_PLACING_PCT": "15",
    "BUYER_SCORE_ACCEPTANCE_PCT": "30",
    "BUYER_SCORE_PAYMENT_PCT": "40",
    "SMV_THRESHOLD": "2000000",
    "ANNUAL_MILESTONE_CHARGE": "10000",
    "CHARGE_FREE_UP_TO": "1000000",
    "CHARGE_PCT": "0.3",
    "CHARGE_FLAT_ABOVE": "100000000",
    "CHARGE_FLAT": "300000",
}
"""In force since GeM began, and still."""


def policies() -> tuple[Statement, ...]:
    """The parameters of policy; the crossing order pays from the financial year 2026-27 on."""
    began = date(2016, 8, 9)
    return (
        *(insert("policy_parameter", param_code=code, effective_from=began, num_value=number)
          for code, number in POLICIES.items()),
        insert("policy_parameter", param_code="AUTOMOBILE_HSN_PREFIXES", effective_from=began, text_value="8703,8704"),
        insert("policy_parameter", param_code="CHARGE_CROSSING_ORDER", effective_from=began,
               effective_to=date(2026, 4, 1), num_value="0"),
        insert("policy_parameter", param_code="CHARGE_CROSSING_ORDER", effective_from=date(2026, 4, 1), num_value="1"),
        insert("state_ref", state_code=SELLERS_STATE, iso_code="IN-MH", name="Maharashtra", type="STATE", zone="WEST"),
    )  # fmt: skip


def insert(table: str, **columns: Any) -> Statement:
    """One row; columns that are not named are NULL."""
    values = ", ".join("null" if value is None else f"'{value}'" for value in columns.values())
    return f"insert into gem.{table} ({', '.join(columns)}) values ({values})"


def market(base: int, *, hsn: str = "8471", registered_on: str = "2020-01-01") -> tuple[Statement, ...]:
    """A ministry that the MSE mandate binds, a category of goods, and a seller without a class."""
    return (
        insert("buyer_organisation", org_id=base, level="MINISTRY", org_type="CENTRAL_MINISTRY", govt_tier="CENTRAL",
               name=f"Ministry {base}", state_code=SELLERS_STATE, is_ppp_mse_bound=True),
        insert("category", category_id=base, name=f"Category {base}", level=1, kind="PRODUCT", hsn_sac=hsn),
        insert("seller", seller_id=base, legal_name=f"Seller {base}", status="ACTIVE", registered_on=registered_on),
    )  # fmt: skip


def seller_class(number: int, base: int, size: str, **columns: Any) -> Statement:
    """A class of the case's seller; valid always unless the columns say otherwise."""
    return insert("seller_classification", classification_id=base + number, seller_id=base, size=size, **columns)


def order(
    contract_id: int, at: str, value: str, *, qty: int = 1, base: int | None = None, mode: str = "DIRECT", **more: Any
) -> tuple[Statement, ...]:
    """A contract with one line of that value, `contract_id` * 10 + 1. `more` are columns of the contract."""
    owner = contract_id // 1000 * 1000 if base is None else base
    parties = {"org_id": owner, "buyer_user_id": owner, "seller_id": owner, "seller_gstin": GSTIN}
    contract = {"status": "PLACED", "total_value": value, **parties, **more}
    return (
        insert("contract", contract_id=contract_id, buy_mode=mode, contract_at=at, **contract),
        line(contract_id, 1, value, qty=qty, category_id=owner),
    )


def line(contract_id: int, line_no: int, value: str, *, qty: int = 1, **columns: Any) -> Statement:
    """A line of a contract; its id is `contract_id` * 10 + `line_no`."""
    return insert(
        "contract_item",
        contract_item_id=contract_id * 10 + line_no,
        contract_id=contract_id,
        line_no=line_no,
        qty=qty,
        unit_price=Decimal(value) / qty,
        line_value=value,
        **columns,
    )


def receipt(
    number: int,
    item_id: int,
    received: int,
    rejected: int = 0,
    *,
    delivered_at: str,
    crac_at: str,
    **shipment: Any,
) -> tuple[Statement, ...]:
    """A shipment with its PRC, on the same day, and its CRAC; their ids are `number`, * 10 + 1 and * 10 + 2."""
    line_ids = {"contract_id": item_id // 10, "contract_item_id": item_id}
    prc, crac = number * 10 + 1, number * 10 + 2
    return (
        insert("shipment", shipment_id=number, **line_ids, dispatched_qty=received, dispatched_at=delivered_at,
               delivered_qty=received, delivered_at=delivered_at, **shipment),
        insert("receipt_certificate", cert_id=prc, kind="PRC", shipment_id=number, **line_ids, received_qty=received,
               issued_at=delivered_at),
        insert("receipt_certificate", cert_id=crac, kind="CRAC", prc_cert_id=prc, shipment_id=number, **line_ids,
               received_qty=received, accepted_qty=received - rejected, rejected_qty=rejected, issued_at=crac_at,
               is_auto=False),
    )  # fmt: skip


def payment(
    number: int, contract_id: int, crac: int, payable: str, paid_at: str | None, **more: Any
) -> tuple[Statement, ...]:
    """An invoice and its payment, in full on the day named or not at all; both have the id `number`."""
    paid = {"paid_amount": payable, "paid_at": paid_at, "status": "PAID"} if paid_at else {"status": "BILLED"}
    columns = {"payable_amount": payable, **paid, **more}
    return (
        insert("invoice", invoice_id=number, contract_id=contract_id, gross_value=payable),
        insert("payment", payment_id=number, contract_id=contract_id, invoice_id=number, crac_cert_id=crac, **columns),
    )
