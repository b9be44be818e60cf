"""What a payment is: paid, or overtaken by a later one (ADR 13)."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as sf

from emr_jobs.columns import known


def with_standing(payment: DataFrame) -> DataFrame:
    """Payments with `is_paid` and `is_superseded`; the latter are part of no figure.

    A payment of no known invoice is superseded by none.
    """
    alike = Window.partitionBy("contract_id", "invoice_id", "crac_cert_id")
    has_later = sf.max("payment_id").over(alike) > sf.col("payment_id")
    return payment.withColumns(
        {
            "is_paid": _is_paid(),
            "is_superseded": known(sf.col("status").isin("FAILED", "REVERSED"))
            & sf.col("invoice_id").isNotNull()
            & has_later,
        }
    )


def _is_paid() -> Column:
    return sf.col("paid_at").isNotNull() & (sf.coalesce(sf.col("status"), sf.lit("PAID")) == "PAID")
