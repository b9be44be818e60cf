"""The reasons for which a row is rejected and the columns that warn, with their meanings: for Spark and for people.

What a rule computes is in emr_jobs; a test keeps both sides equal.
"""

from gem.contracts.frozen import Frozen


class RejectReason(Frozen):
    """Why a row is set aside, and with it its whole aggregate. `tables` are the source tables that the rule looks at.

    Without `tables` the rule looks at every source table that has a column of the kind it speaks of.
    """

    reason: str
    meaning: str
    tables: tuple[str, ...] = ()


REJECT_REASONS: tuple[RejectReason, ...] = (
    RejectReason(reason="null_key", meaning="The primary key or the reference to the root is missing."),
    RejectReason(reason="duplicate_key", meaning="The primary key stands in more than one row: all of them are."),
    RejectReason(reason="null_required", meaning="A column that the declaration requires is missing."),
    RejectReason(reason="orphan_member", meaning="The member's root is not in the snapshot."),
    RejectReason(
        reason="unlisted_root",
        meaning="The root's row is there, but the root is not listed as changed: loading it could double it.",
    ),
    RejectReason(
        reason="text_too_long",
        meaning="Text of more bytes of UTF-8 than Redshift's column takes; a Devanagari letter is three.",
    ),
    RejectReason(
        reason="nul_in_text",
        meaning="Text with a character NUL, which no column of Redshift takes; PostgreSQL has none, files by hand may.",
    ),
    RejectReason(
        reason="instant_out_of_range",
        meaning="A point in time on a day that dim_date does not have: before April 2000 or after March 2050.",
    ),
    RejectReason(reason="negative_value", meaning="A quantity or an amount below zero."),
    RejectReason(
        reason="value_out_of_range",
        meaning="A price times a quantity exceeds what an amount can hold (16 digits of rupees), or a period of "
        "delivery is longer than a century.",
        tables=("contract_item", "contract_amendment", "receipt_certificate"),
    ),
    RejectReason(
        reason="sum_out_of_range",
        meaning="One column of a root's rows adds up to more than a column of the warehouse can hold.",
        tables=(
            "bid_participation",
            "reverse_auction",
            "ra_offer",
            "shipment",
            "receipt_certificate",
            "payment",
        ),
    ),
    RejectReason(
        reason="line_value_mismatch",
        meaning="line_value is not qty x unit_price, within a paisa for each unit and at least one paisa.",
        tables=("contract_item",),
    ),
    RejectReason(
        reason="contract_total_mismatch",
        meaning="total_value is not the sum of the lines, within one rupee.",
        tables=("contract",),
    ),
    RejectReason(
        reason="gst_split_wrong",
        meaning="Between states IGST only; within a state CGST and SGST, and these equal.",
        tables=("contract_item",),
    ),
    RejectReason(
        reason="gstin_invalid",
        meaning="A GSTIN breaks the format, the list of state codes or its check character.",
        tables=("contract", "seller_gstin"),
    ),
    RejectReason(
        reason="gstin_state_mismatch",
        meaning="state_code is not what the first two characters of the GSTIN say.",
        tables=("seller_gstin",),
    ),
    RejectReason(
        reason="pin_invalid",
        meaning="An Indian PIN code is six digits and does not begin with zero.",
        tables=("seller", "consignee_location"),
    ),
    RejectReason(
        reason="receipt_split_mismatch",
        meaning="accepted_qty and rejected_qty do not add up to received_qty.",
        tables=("receipt_certificate",),
    ),
    RejectReason(
        reason="accepted_exceeds_ordered",
        meaning="The CRACs of a line accept more than its quantity after approved amendments.",
        tables=("receipt_certificate",),
    ),
    RejectReason(
        reason="crac_without_prc",
        meaning="A CRAC names no PRC of its contract.",
        tables=("receipt_certificate",),
    ),
    RejectReason(
        reason="payment_without_crac",
        meaning="A payment names no CRAC of its contract.",
        tables=("payment",),
    ),
)

WARNINGS: dict[str, tuple[str, ...]] = {
    "fact_bid": ("is_awarded_before_closing", "has_rank_fault"),
    "fact_order_line": ("is_above_mrp", "is_due_before_contract"),
    "fact_receipt": ("is_before_delivery",),
    "fact_payment": ("is_paid_before_crac", "is_overpaid"),
    "fact_contract_lifecycle": ("has_amendment_without_line",),
}
"""By fact its columns that warn: the row is loaded, and what looks wrong is counted. Their comments say what it is."""

WARNING_COMMENT = "Warning: "
"""How the comment of such a column begins."""
