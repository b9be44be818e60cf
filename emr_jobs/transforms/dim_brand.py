"""dim_brand: one row per brand."""

from pyspark.sql import DataFrame

from emr_jobs.columns import mart_columns
from gem.contracts.mart.dim_brand import DIM_BRAND


def dim_brand(brand: DataFrame) -> DataFrame:
    """Brands with the seller who makes them."""
    return brand.select(*mart_columns(DIM_BRAND))
