"""fact_payment: one row per payment of a contract."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import days_between, ist_date_key, known, mart_columns
from emr_jobs.transforms.paying import with_standing
from gem.contracts.mart.fact_payment import FACT_PAYMENT


def fact_payment(
    contract: DataFrame, receipt_certificate: DataFrame, invoice: DataFrame, payment: DataFrame
) -> DataFrame:
    """Payments with the parties of their contract, their invoice and the time of their CRAC."""
    cracs = receipt_certificate.where(sf.col("kind") == "CRAC").select(
        "contract_id", sf.col("cert_id").alias("crac_cert_id"), sf.col("issued_at").alias("crac_at")
    )
    return (
        with_standing(payment)
        .join(invoice.select("contract_id", "invoice_id", "invoice_no"), ["contract_id", "invoice_id"], "left")
        .join(cracs, ["contract_id", "crac_cert_id"], "left")
        .join(contract.select("contract_id", "org_id", "seller_id"), "contract_id")
        .withColumns(
            {
                "crac_date_key": ist_date_key(sf.col("crac_at")),
                "bill_date_key": ist_date_key(sf.col("bill_at")),
                "paid_date_key": ist_date_key(sf.col("paid_at")),
                "days_crac_to_paid": sf.when(sf.col("is_paid"), days_between(sf.col("crac_at"), sf.col("paid_at"))),
                "is_paid_before_crac": known(sf.col("paid_at") < sf.col("crac_at")),
                "is_overpaid": known(sf.col("paid_amount") > sf.col("payable_amount")),
            }
        )
        .select(*mart_columns(FACT_PAYMENT))
    )
