"""dim_state: one row per state or union territory."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import mart_columns
from gem.contracts.mart.dim_state import DIM_STATE


def dim_state(state_ref: DataFrame) -> DataFrame:
    """States with their names; whether one is a union territory is unknown where its type is."""
    return state_ref.select(
        "source_id",
        "state_code",
        "iso_code",
        sf.col("name").alias("state_name"),
        (sf.col("type") == "UT").alias("is_union_territory"),
        "zone",
    ).select(*mart_columns(DIM_STATE))
