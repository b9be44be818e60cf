"""The defects that can be planted in a clean source: one for each rule of DOMAIN 9 that PostgreSQL lets be broken.

Where a constraint of the source stands in the way (a key that is NULL or there twice), nothing can be planted.
"""

# ruff: noqa: S608 - names and expressions are those of this file, never data

from dataclasses import dataclass
from enum import StrEnum

from gem.contracts.source.aggregates import AGGREGATE_OF_TABLE, SOURCE_TABLES
from gem.contracts.source_spec import Aggregate, SourceTable


class Verdict(StrEnum):
    """What the pipeline makes of a defect."""

    REJECT = "reject"
    """Quarantined with its whole aggregate; the code is the reason."""
    WARN = "warn"
    """Loaded; the code is the column of the fact that says so."""
    VIEW = "view"
    """Loaded; a measure finds it."""


@dataclass(frozen=True)
class Defect:
    """One way to break one rule: `code` is what the pipeline calls it, `column` the one that is wrong.

    `suitable` is a condition on the row `r` of `table`; `change` breaks the rows whose keys stand in `chosen.key`.
    """

    code: str
    verdict: Verdict
    table: str
    column: str
    suitable: str
    change: str

    @property
    def source_table(self) -> SourceTable:
        """The table in which the row stands."""
        return SOURCE_TABLES[self.table]

    @property
    def aggregate(self) -> Aggregate:
        """The aggregate that the row belongs to."""
        return AGGREGATE_OF_TABLE[self.table]


def _set(code: str, verdict: Verdict, place: str, expression: str, suitable: str = "true") -> Defect:
    """A defect that sets one column of the chosen rows; `r` is the row before."""
    table, column = place.split(".")
    (key,) = SOURCE_TABLES[table].primary_key
    change = f"update gem.{table} as r set {column} = {expression} from chosen where r.{key} = chosen.key"
    return Defect(code, verdict, table, column, f"r.{column} is not null and {suitable}", change)


_ACCEPTED = "r.kind = 'CRAC' and r.accepted_qty > 0"
_PAID = "r.status = 'PAID'"
_CRAC_ISSUED_AT = "(select issued_at from gem.receipt_certificate where cert_id = r.crac_cert_id)"
_ORDERED = "(select qty from gem.contract_item where contract_item_id = r.contract_item_id)"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NEXT_CHECK = f"translate(right(r.seller_gstin, 1), '{_DIGITS}', '{_DIGITS[1:]}0')"

_REJECTS = (
    _set("receipt_split_mismatch", Verdict.REJECT, "receipt_certificate.rejected_qty", "r.rejected_qty + 1", _ACCEPTED),
    Defect(
        "accepted_exceeds_ordered",
        Verdict.REJECT,
        "receipt_certificate",
        "accepted_qty",
        _ACCEPTED,
        f"update gem.receipt_certificate as r set accepted_qty = accepted_qty + 2 * {_ORDERED},"
        f" received_qty = received_qty + 2 * {_ORDERED} from chosen where cert_id = chosen.key",
    ),
    Defect(
        "crac_without_prc",
        Verdict.REJECT,
        "receipt_certificate",
        "prc_cert_id",
        _ACCEPTED,
        "delete from gem.receipt_certificate where kind = 'PRC' and cert_id in"
        " (select prc_cert_id from gem.receipt_certificate join chosen on cert_id = key)",
    ),
    Defect(
        "payment_without_crac",
        Verdict.REJECT,
        "payment",
        "crac_cert_id",
        f"{_PAID} and r.crac_cert_id is not null",
        "delete from gem.receipt_certificate where cert_id in"
        " (select crac_cert_id from gem.payment join chosen on payment_id = key)",
    ),
    _set(
        "gstin_state_mismatch",
        Verdict.REJECT,
        "seller_gstin.state_code",
        "case r.state_code when '27' then '29' else '27' end",
    ),
    _set(
        "gstin_invalid",
        Verdict.REJECT,
        "contract.seller_gstin",
        f"left(r.seller_gstin, 14) || {_NEXT_CHECK}",
    ),
    _set("pin_invalid", Verdict.REJECT, "seller.pincode", "'0' || substr(r.pincode, 2)"),
    _set("gst_split_wrong", Verdict.REJECT, "contract_item.cgst", "r.igst", "r.igst > 0"),
    _set("line_value_mismatch", Verdict.REJECT, "contract_item.unit_price", "r.unit_price + 1", "r.qty >= 1"),
    _set("contract_total_mismatch", Verdict.REJECT, "contract.total_value", "r.total_value + 5"),
    _set("negative_value", Verdict.REJECT, "security_deposit.amount", "-r.amount", "r.amount > 0"),
    _set("text_too_long", Verdict.REJECT, "seller.legal_name", "repeat('क', 200)"),
    _set("instant_out_of_range", Verdict.REJECT, "rating.rated_at", "timestamptz '1999-12-31 12:00:00+05:30'"),
    _set("value_out_of_range", Verdict.REJECT, "contract_item.mrp_at_order", "9999999999999999.99", "r.qty >= 2"),
    Defect(
        "orphan_member",
        Verdict.REJECT,
        "contract_item",
        "contract_id",
        "r.line_no = 1",
        "delete from gem.contract where contract_id in"
        " (select contract_id from gem.contract_item join chosen on contract_item_id = key)",
    ),
)
_WARNS = (
    _set("is_above_mrp", Verdict.WARN, "contract_item.mrp_at_order", "trunc(r.unit_price / 2, 2)", "r.unit_price > 1"),
    _set(
        "is_due_before_contract",
        Verdict.WARN,
        "contract_item.delivery_due_on",
        "(select contract_at::date - 3 from gem.contract where contract_id = r.contract_id)",
    ),
    _set(
        "is_before_delivery",
        Verdict.WARN,
        "receipt_certificate.issued_at",
        "(select delivered_at - interval '1 day' from gem.shipment where shipment_id = r.shipment_id)",
        "r.kind = 'CRAC'",
    ),
    _set("is_paid_before_crac", Verdict.WARN, "payment.paid_at", f"{_CRAC_ISSUED_AT} - interval '2 days'", _PAID),
    _set("is_overpaid", Verdict.WARN, "payment.paid_amount", "r.payable_amount + 100", _PAID),
    _set("is_awarded_before_closing", Verdict.WARN, "bid.awarded_at", "r.closes_at - interval '1 day'"),
    _set("has_rank_fault", Verdict.WARN, "bid_participation.price_rank", "1", "r.price_rank = 2"),
    _set(
        "has_amendment_without_line",
        Verdict.WARN,
        "contract_amendment.contract_item_id",
        "null",
        "r.kind in ('QTY', 'VALUE')",
    ),
)
_FOUND_IN_VIEWS = (
    _set("mse_claim_without_class", Verdict.VIEW, "bid_participation.claims_mse", "true", "not r.claims_mse"),
    # An automobile has no limit.
    _set(
        "direct_above_limit",
        Verdict.VIEW,
        "contract.buy_mode",
        "'DIRECT'",
        "r.buy_mode = 'L1' and r.total_value > 50000 and not exists (select from gem.contract_item as line"
        " join gem.category using (category_id) where line.contract_id = r.contract_id and hsn_sac like '87%%')",
    ),
)

DEFECTS: tuple[Defect, ...] = (*_REJECTS, *_WARNS, *_FOUND_IN_VIEWS)
