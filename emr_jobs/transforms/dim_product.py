"""dim_product: one observation per catalogue product."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import beginning_of_time, mart_columns
from gem.contracts.mart.dim_product import DIM_PRODUCT


def dim_product(catalogue_product: DataFrame) -> DataFrame:
    """Products; one segment of all time, so that all but the Make in India class is the newest in every version."""
    return catalogue_product.withColumns(
        {"observed_at": sf.col("updated_at"), "segment_from": beginning_of_time()}
    ).select(*mart_columns(DIM_PRODUCT))
