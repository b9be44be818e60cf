"""dim_buyer_org: one observation per buying organisation, flattened to its ministry, department and so on."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import beginning_of_time, mart_columns
from emr_jobs.transforms.hierarchy import MAX_HOPS, nearest, newest_change, with_ancestors
from gem.contracts.mart.dim_buyer_org import DIM_BUYER_ORG

LEVELS = ("MINISTRY", "DEPARTMENT", "ORGANISATION", "OFFICE")


def dim_buyer_org(buyer_organisation: DataFrame) -> DataFrame:
    """Organisations with the nearest node of each level, themselves included.

    The row is observed when any row of its path last changed: renaming a ministry is new content for its offices.
    """
    columns = {
        "org_name": sf.col("name"),
        "observed_at": newest_change(sf.col("path")),
        "segment_from": beginning_of_time(),
    }
    for level in LEVELS:
        prefix = level.lower()
        columns |= {f"{prefix}_id": sf.col(f"{prefix}.org_id"), f"{prefix}_name": sf.col(f"{prefix}.name")}
    return (
        with_ancestors(buyer_organisation, "org_id", "parent_org_id", ("name", "level", "updated_at"), hops=MAX_HOPS)
        .withColumns({level.lower(): _nearest_at(level) for level in LEVELS})
        .withColumns(columns)
        .select(*mart_columns(DIM_BUYER_ORG))
    )


def _nearest_at(level: str) -> Column:
    return nearest(sf.col("path"), lambda node: node["level"] == level)
