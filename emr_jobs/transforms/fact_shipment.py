"""fact_shipment: one row per dispatch of a contract's line."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import days_between, ist_date_key, mart_columns
from emr_jobs.transforms.delivery import first_cracs
from gem.contracts.mart.fact_shipment import FACT_SHIPMENT


def fact_shipment(
    contract: DataFrame, contract_item: DataFrame, shipment: DataFrame, receipt_certificate: DataFrame
) -> DataFrame:
    """Shipments with the parties of their contract, the category and consignee of their line, and their first CRAC."""
    lines = contract_item.select("contract_id", "contract_item_id", "category_id", "consignee_id")
    return (
        shipment.join(lines, ["contract_id", "contract_item_id"], "left")
        .join(first_cracs(receipt_certificate), ["contract_id", "shipment_id"], "left")
        .join(contract.select("contract_id", "org_id", "seller_id"), "contract_id")
        .withColumns(
            {
                "dispatched_date_key": ist_date_key(sf.col("dispatched_at")),
                "delivered_date_key": ist_date_key(sf.col("delivered_at")),
                "first_crac_date_key": ist_date_key(sf.col("first_crac_at")),
                "days_delivery_to_crac": days_between(sf.col("delivered_at"), sf.col("first_crac_at")),
            }
        )
        .select(*mart_columns(FACT_SHIPMENT))
    )
