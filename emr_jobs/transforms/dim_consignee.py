"""dim_consignee: one row per place of receipt."""

from pyspark.sql import DataFrame

from emr_jobs.columns import mart_columns
from gem.contracts.mart.dim_consignee import DIM_CONSIGNEE


def dim_consignee(consignee_location: DataFrame) -> DataFrame:
    """Places of receipt without their address."""
    return consignee_location.select(*mart_columns(DIM_CONSIGNEE))
