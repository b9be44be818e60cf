"""dim_buyer_user: one row per user of a buying organisation."""

from pyspark.sql import DataFrame

from emr_jobs.columns import mart_columns
from gem.contracts.mart.dim_buyer_user import DIM_BUYER_USER


def dim_buyer_user(buyer_user: DataFrame) -> DataFrame:
    """Users with their role; who they are in person never left the source."""
    return buyer_user.select(*mart_columns(DIM_BUYER_USER))
