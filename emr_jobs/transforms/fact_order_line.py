"""fact_order_line: one row per contract item, the ground of every value measure."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import code_key, ist_date, ist_date_key, known, mart_columns
from emr_jobs.transforms.amendments import with_amended_values, with_extensions
from emr_jobs.transforms.delivery import acceptances, deliveries
from emr_jobs.transforms.ordering import is_void
from gem.contracts.mart.code_lists import (
    DIM_BUY_MODE,
    DIM_ORDER_STATUS,
    DIM_PAYMENT_MODE,
    MII_CLASSES,
    order_flags_key,
)
from gem.contracts.mart.fact_order_line import FACT_ORDER_LINE

HEADER_COLUMNS = (
    "contract_id",
    "contract_number",
    "buy_mode",
    "status",
    "cancelled_by",
    "payment_mode",
    "bid_id",
    "ra_id",
    "comparison_id",
    "org_id",
    "buyer_user_id",
    "seller_id",
    "seller_gstin",
    "contract_at",
    "accepted_at",
    "rejected_at",
    "cancelled_at",
)
LINE = ["contract_id", "contract_item_id"]


def fact_order_line(
    contract: DataFrame,
    contract_item: DataFrame,
    contract_amendment: DataFrame,
    shipment: DataFrame,
    receipt_certificate: DataFrame,
) -> DataFrame:
    """Lines of contracts with their contract's parties and times, as amendments, shipments and CRACs left them.

    `current_value` is 0 once the contract is rejected or cancelled, by status or by time. A rate contract has a price
    but neither quantity nor value: its rate never counts as rupees.
    """
    lines = with_extensions(with_amended_values(contract_item, contract_amendment), contract_amendment)
    return (
        lines.join(deliveries(shipment), LINE, "left")
        .join(acceptances(receipt_certificate), LINE, "left")
        .join(contract.select(*HEADER_COLUMNS), "contract_id")
        .fillna(0, ["delivered_qty", "accepted_qty"])
        .withColumns(_keys() | _amounts() | _days())
        .select(*mart_columns(FACT_ORDER_LINE))
    )


def _keys() -> dict[str, Column]:
    return {
        "seller_state_code": sf.substring("seller_gstin", 1, 2),
        "contract_date_key": ist_date_key(sf.col("contract_at")),
        "last_delivered_date_key": ist_date_key(sf.col("last_delivered_at")),
        "buy_mode_key": code_key(sf.col("buy_mode"), DIM_BUY_MODE),
        "payment_mode_key": code_key(sf.col("payment_mode"), DIM_PAYMENT_MODE),
        "order_status_key": code_key(sf.col("status"), DIM_ORDER_STATUS),
        "order_flags_key": _flags_key(),
        "mii_class": sf.col("mii_class_at_order"),
        "is_rate_contract": _is_rate_contract(),
    }


def _amounts() -> dict[str, Column]:
    return {
        "ordered_qty": sf.col("qty"),
        "current_value": sf.when(is_void(), sf.lit(0)).otherwise(sf.col("amended_value")),
        "mrp_value": sf.col("mrp_at_order") * sf.col("qty"),
        "reference_value": sf.col("reference_unit_price") * sf.col("qty"),
        "is_above_mrp": known(sf.col("unit_price") > sf.col("mrp_at_order")),
    }


def _days() -> dict[str, Column]:
    due = sf.col("delivery_due_on")
    return {
        "extended_due_on": sf.date_add(due, sf.col("extension_days")),
        "due_without_ld_on": sf.date_add(due, sf.col("days_without_ld")),
        "is_due_before_contract": known(due < ist_date(sf.col("contract_at"))),
    }


def _is_rate_contract() -> Column:
    return sf.col("qty").isNull() & sf.col("line_value").isNull() & sf.col("unit_price").isNotNull()


def _flags_key() -> Column:
    """The key of dim_order_flags, computed as its members' keys are."""
    mii = sf.lit(0)
    for place, code in enumerate(MII_CLASSES):
        if code is not None:
            mii = sf.when(sf.col("mii_class_at_order") == code, sf.lit(place)).otherwise(mii)
    # Places in INTERSTATE: unknown, within a state, between states.
    interstate = sf.when(sf.col("igst") > 0, 2).when((sf.col("cgst") > 0) | (sf.col("sgst") > 0), 1).otherwise(0)
    is_pac = known(sf.col("buy_mode") == "PAC").cast("int")
    # An auction may end a bid too: then the contract names it, whatever its mode.
    is_ra = (known(sf.col("buy_mode") == "RA") | sf.col("ra_id").isNotNull()).cast("int")
    key: Column = order_flags_key(mii, interstate, is_pac, is_ra)
    return key
