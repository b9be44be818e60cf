"""Trees kept as parent references: the path from each node to its top, by a bounded number of self-joins."""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

MAX_HOPS = 8
"""Parents followed at most: twice the levels that any tree declares, and the end of a walk round a cycle."""


def with_ancestors(nodes: DataFrame, key: str, parent: str, attributes: tuple[str, ...], hops: int) -> DataFrame:
    """The nodes with `path`: an array of structs (key, attributes) from the node itself upwards, hops + 1 at most.

    A parent that is not among the nodes ends the path. A cycle goes round until the hops are used up.
    """
    node = sf.struct(key, *attributes)
    parents = nodes.select(sf.col(key).alias("above_key"), node.alias("above"), sf.col(parent).alias("after_next"))
    paths = nodes.withColumns({"path": sf.array(node), "next": sf.col(parent)})
    for _ in range(hops):
        longer = sf.when(sf.col("above_key").isNull(), sf.col("path")).otherwise(sf.concat("path", sf.array("above")))
        paths = (
            paths.join(parents, sf.col("next") == sf.col("above_key"), "left")
            .withColumns({"path": longer, "next": sf.col("after_next")})
            .drop("above_key", "above", "after_next")
        )
    return paths.drop("next")


def nearest(path: Column, matches: Callable[[Column], Column]) -> Column:
    """The first node of a path that matches, from the node itself upwards; NULL where none does."""
    return sf.get(sf.filter(path, matches), sf.lit(0))


def newest_change(path: Column) -> Column:
    """When the newest row of a path last changed."""
    return sf.array_max(sf.transform(path, lambda node: node["updated_at"]))
