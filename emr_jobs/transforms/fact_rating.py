"""fact_rating: one row per rating."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date_key, mart_columns
from gem.contracts.mart.fact_rating import FACT_RATING


def fact_rating(rating: DataFrame) -> DataFrame:
    """Ratings by who is rated: a seller, or a buying organisation."""
    return rating.withColumns(
        {
            "seller_id": sf.when(sf.col("ratee_type") == "SELLER", sf.col("ratee_id")),
            "org_id": sf.when(sf.col("ratee_type") == "BUYER", sf.col("ratee_id")),
            "rated_date_key": ist_date_key(sf.col("rated_at")),
        }
    ).select(*mart_columns(FACT_RATING))
