"""Trees kept as parent references: the path from each node to its top, by a bounded number of self-joins."""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf


def ancestor_paths(nodes: DataFrame, key: str, parent: str, attributes: tuple[str, ...], hops: int) -> DataFrame:
    """`key` and `path`: an array of structs (key, attributes) from the node itself upwards, hops + 1 at most.

    A parent that is not among the nodes ends the path. A cycle goes round until the hops are used up.
    """
    node = sf.struct(key, *attributes)
    parents = nodes.select(sf.col(key).alias("above_key"), node.alias("above"), sf.col(parent).alias("after_next"))
    paths = nodes.select(key, sf.array(node).alias("path"), sf.col(parent).alias("next"))
    for _ in range(hops):
        paths = paths.join(parents, sf.col("next") == sf.col("above_key"), "left").select(
            key,
            sf.when(sf.col("above_key").isNull(), sf.col("path"))
            .otherwise(sf.concat("path", sf.array("above")))
            .alias("path"),
            sf.col("after_next").alias("next"),
        )
    return paths.select(key, "path")


def nearest(path: Column, matches: Callable[[Column], Column]) -> Column:
    """The first node of a path that matches, from the node itself upwards; NULL where none does."""
    return sf.get(sf.filter(path, matches), sf.lit(0))


def newest_change(path: Column) -> Column:
    """When the newest row of a path last changed."""
    return sf.array_max(sf.transform(path, lambda node: node["updated_at"]))
