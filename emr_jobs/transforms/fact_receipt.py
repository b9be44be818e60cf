"""fact_receipt: one row per receipt certificate."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import days_between, ist_date_key, known, mart_columns
from emr_jobs.transforms.delivery import valued_certificates
from gem.contracts.mart.fact_receipt import FACT_RECEIPT


def fact_receipt(
    contract: DataFrame, contract_item: DataFrame, shipment: DataFrame, receipt_certificate: DataFrame
) -> DataFrame:
    """Certificates with the parties of their contract, the delivery of their shipment, and values at the unit price."""
    deliveries = shipment.select("contract_id", "shipment_id", "delivered_at")
    return (
        valued_certificates(contract_item, receipt_certificate)
        .join(deliveries, ["contract_id", "shipment_id"], "left")
        .join(contract.select("contract_id", "org_id", "seller_id"), "contract_id")
        .withColumns(
            {
                "issued_date_key": ist_date_key(sf.col("issued_at")),
                "delivered_date_key": ist_date_key(sf.col("delivered_at")),
                "days_from_delivery": days_between(sf.col("delivered_at"), sf.col("issued_at")),
                "is_before_delivery": known(
                    (sf.col("kind") == "CRAC") & (sf.col("issued_at") < sf.col("delivered_at"))
                ),
            }
        )
        .select(*mart_columns(FACT_RECEIPT))
    )
