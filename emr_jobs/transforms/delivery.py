"""What shipments and certificates say of a contract's lines."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

_LINE = ["contract_id", "contract_item_id"]


def deliveries(shipment: DataFrame) -> DataFrame:
    """Per line `delivered_qty` and `last_delivered_at`, of shipments whose delivery is known."""
    return (
        shipment.where("delivered_at is not null")
        .groupBy(*_LINE)
        .agg(sf.sum("delivered_qty").alias("delivered_qty"), sf.max("delivered_at").alias("last_delivered_at"))
    )


def acceptances(receipt_certificate: DataFrame) -> DataFrame:
    """Per line `accepted_qty` by its CRACs."""
    return (
        receipt_certificate.where(sf.col("kind") == "CRAC")
        .groupBy(*_LINE)
        .agg(sf.sum("accepted_qty").alias("accepted_qty"))
    )


def valued_certificates(contract_item: DataFrame, receipt_certificate: DataFrame) -> DataFrame:
    """Certificates with the category of their line, and their quantities times its unit price, each rounded."""
    lines = contract_item.select(*_LINE, "category_id", "unit_price")
    values = {
        f"{what}_value": sf.round(sf.col(f"{what}_qty") * sf.col("unit_price"), 2)
        for what in ("received", "accepted", "rejected")
    }
    return receipt_certificate.join(lines, _LINE, "left").withColumns(values)


def first_cracs(receipt_certificate: DataFrame) -> DataFrame:
    """Per shipment `first_crac_at`."""
    return (
        receipt_certificate.where((sf.col("kind") == "CRAC") & sf.col("shipment_id").isNotNull())
        .groupBy("contract_id", "shipment_id")
        .agg(sf.min("issued_at").alias("first_crac_at"))
    )


def fully_accepted(amended_lines: DataFrame, receipt_certificate: DataFrame) -> DataFrame:
    """contract_id of those whose every line with a quantity is accepted in full."""
    return (
        amended_lines.where("current_qty is not null")
        .join(acceptances(receipt_certificate), _LINE, "left")
        .withColumn("is_accepted", sf.coalesce("accepted_qty", sf.lit(0)) >= sf.col("current_qty"))
        .groupBy("contract_id")
        .agg(sf.bool_and("is_accepted").alias("is_fully_accepted"))
    )
