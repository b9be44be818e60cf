"""fact_catalogue_offer: one row per offer in the catalogue."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date_key, mart_columns
from gem.contracts.mart.fact_catalogue_offer import FACT_CATALOGUE_OFFER


def fact_catalogue_offer(catalogue_product: DataFrame, catalogue_offer: DataFrame) -> DataFrame:
    """Offers with the category of their product."""
    return (
        catalogue_offer.join(catalogue_product.select("product_id", "category_id"), "product_id")
        .withColumns(
            {
                "starts_at": sf.col("valid_from"),
                "ends_at": sf.col("valid_to"),
                "starts_date_key": ist_date_key(sf.col("valid_from")),
                "ends_date_key": ist_date_key(sf.col("valid_to")),
            }
        )
        .select(*mart_columns(FACT_CATALOGUE_OFFER))
    )
