"""Row rules of the domain (DOMAIN section 9): what a line, a certificate, a registration or an address must satisfy."""

from collections.abc import Sequence
from decimal import Decimal

from pyspark.sql import Column
from pyspark.sql import functions as sf

from emr_jobs.gstin import is_valid_gstin
from emr_jobs.quality import Check, RowRule, each
from gem.contracts.types import MONEY

PAISA = Decimal("0.01")
MONEY_LIMIT = Decimal(10) ** (MONEY.precision - MONEY.scale)
"""The first amount that MONEY cannot hold."""
CENTURY_DAYS = 36_525
"""No period of delivery is longer; days added to a date stay far within what Redshift's dates can hold."""


def exceeds_money(quantity: Column, price: Column) -> Column:
    """Whether a price times a quantity, rounded to the paisa, is more than an amount can hold."""
    return sf.round(quantity * price, MONEY.scale) >= sf.lit(MONEY_LIMIT)


def _line_value_differs() -> Sequence[Check]:
    """The line's own rounding to a paisa is allowed too, else a quantity below one half would fail on it."""
    tolerance = sf.greatest(sf.col("qty") * sf.lit(PAISA), sf.lit(PAISA))
    difference = sf.abs(sf.col("line_value") - sf.col("qty") * sf.col("unit_price"))
    return [Check("line_value", sf.col("qty").isNotNull() & (difference > tolerance))]


def _gst_split_wrong() -> Sequence[Check]:
    both = (sf.col("igst") > 0) & ((sf.col("cgst") > 0) | (sf.col("sgst") > 0))
    return [Check("igst", both), Check("cgst", sf.col("cgst") != sf.col("sgst"))]


def _product_too_large() -> Sequence[Check]:
    return each(("mrp_at_order", "reference_unit_price"), lambda name: exceeds_money(sf.col("qty"), sf.col(name)))


def _period_too_long() -> Sequence[Check]:
    is_extension = sf.col("kind") == "DP_EXTENSION"
    return each(("old_value", "new_value"), lambda name: is_extension & (sf.col(name) > CENTURY_DAYS))


def _receipt_does_not_add_up() -> Sequence[Check]:
    return [Check("received_qty", sf.col("accepted_qty") + sf.col("rejected_qty") != sf.col("received_qty"))]


def _state_differs() -> Sequence[Check]:
    return [Check("state_code", sf.col("state_code") != sf.substring("gstin", 1, 2))]


def _gstin_invalid(column: str) -> Sequence[Check]:
    return [Check(column, ~is_valid_gstin(sf.col(column)))]


def _pin_invalid() -> Sequence[Check]:
    return [Check("pincode", ~sf.col("pincode").rlike("^[1-9][0-9]{5}$"))]


DOMAIN_RULES: tuple[RowRule, ...] = (
    RowRule("line_value_mismatch", "contract_item", _line_value_differs),
    RowRule("gst_split_wrong", "contract_item", _gst_split_wrong),
    RowRule("value_out_of_range", "contract_item", _product_too_large),
    RowRule("value_out_of_range", "contract_amendment", _period_too_long),
    RowRule("receipt_split_mismatch", "receipt_certificate", _receipt_does_not_add_up),
    RowRule("gstin_invalid", "contract", lambda: _gstin_invalid("seller_gstin")),
    RowRule("gstin_invalid", "seller_gstin", lambda: _gstin_invalid("gstin")),
    RowRule("gstin_state_mismatch", "seller_gstin", _state_differs),
    RowRule("pin_invalid", "seller", _pin_invalid),
    RowRule("pin_invalid", "consignee_location", _pin_invalid),
)
