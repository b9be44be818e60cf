"""dim_category: one observation per category, with the names of the path to its top."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import beginning_of_time, mart_columns
from emr_jobs.transforms.hierarchy import nearest, newest_change, with_ancestors
from gem.contracts.mart.dim_category import DIM_CATEGORY

LEVELS = 3


def dim_category(category: DataFrame) -> DataFrame:
    """Categories with their first, second and third level.

    A node's level is the declared one, or where that is unknown its place in the path, the top being 1.
    """
    return (
        with_ancestors(category, "category_id", "parent_category_id", ("name", "level", "updated_at"), hops=LEVELS - 1)
        .withColumn("levelled", _levelled(sf.col("path")))
        .withColumns(
            {
                "category_name": sf.col("name"),
                **{f"level{n}_name": _name_at(n) for n in range(1, LEVELS + 1)},
                "observed_at": newest_change(sf.col("path")),
                "segment_from": beginning_of_time(),
            }
        )
        .select(*mart_columns(DIM_CATEGORY))
    )


def _levelled(path: Column) -> Column:
    return sf.transform(
        path,
        lambda node, place: sf.struct(
            node["name"].alias("name"), sf.coalesce(node["level"], sf.size(path) - place).alias("level")
        ),
    )


def _name_at(level: int) -> Column:
    return nearest(sf.col("levelled"), lambda node: node["level"] == level)["name"]
