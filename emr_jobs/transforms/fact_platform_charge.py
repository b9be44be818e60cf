"""fact_platform_charge: one row per charge."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date_key, mart_columns
from gem.contracts.mart.fact_platform_charge import FACT_PLATFORM_CHARGE


def fact_platform_charge(platform_charge: DataFrame) -> DataFrame:
    """Charges with their day."""
    return platform_charge.withColumn("charged_date_key", ist_date_key(sf.col("charged_at"))).select(
        *mart_columns(FACT_PLATFORM_CHARGE)
    )
