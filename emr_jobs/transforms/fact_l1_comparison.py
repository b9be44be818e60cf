"""fact_l1_comparison: one row per comparison of offers."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date_key, mart_columns
from gem.contracts.mart.fact_l1_comparison import FACT_L1_COMPARISON


def fact_l1_comparison(l1_comparison: DataFrame) -> DataFrame:
    """Comparisons with their day."""
    return l1_comparison.withColumn("compared_date_key", ist_date_key(sf.col("compared_at"))).select(
        *mart_columns(FACT_L1_COMPARISON)
    )
