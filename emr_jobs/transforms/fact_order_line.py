"""fact_order_line: one row per contract item, the ground of every value measure."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date_key, mart_columns
from emr_jobs.transforms.ordering import is_void
from gem.contracts.mart.fact_order_line import FACT_ORDER_LINE

HEADER_COLUMNS = (
    "contract_id",
    "contract_number",
    "buy_mode",
    "status",
    "cancelled_by",
    "payment_mode",
    "bid_id",
    "org_id",
    "seller_id",
    "seller_gstin",
    "contract_at",
    "accepted_at",
    "rejected_at",
    "cancelled_at",
)


def fact_order_line(contract: DataFrame, contract_item: DataFrame) -> DataFrame:
    """Lines of contracts with their contract's parties and times.

    `current_value` is 0 once the contract is rejected or cancelled, by status or by time. A rate contract has a price
    but neither quantity nor value: its rate never counts as rupees.
    """
    return (
        contract_item.join(contract.select(*HEADER_COLUMNS), "contract_id")
        .withColumns(
            {
                "seller_state_code": sf.substring("seller_gstin", 1, 2),
                "contract_date_key": ist_date_key(sf.col("contract_at")),
                "ordered_qty": sf.col("qty"),
                "current_value": sf.when(is_void(), sf.lit(0)).otherwise(sf.col("line_value")),
                "mrp_value": sf.col("mrp_at_order") * sf.col("qty"),
                "reference_value": sf.col("reference_unit_price") * sf.col("qty"),
                "mii_class": sf.col("mii_class_at_order"),
                "is_rate_contract": _is_rate_contract(),
            }
        )
        .select(*mart_columns(FACT_ORDER_LINE))
    )


def _is_rate_contract() -> Column:
    return sf.col("qty").isNull() & sf.col("line_value").isNull() & sf.col("unit_price").isNotNull()
