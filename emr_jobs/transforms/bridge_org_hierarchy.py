"""bridge_org_hierarchy: every organisation under each of its ancestors."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import mart_columns
from emr_jobs.transforms.hierarchy import MAX_HOPS, with_ancestors
from gem.contracts.mart.bridge_org_hierarchy import BRIDGE_ORG_HIERARCHY
from gem.contracts.source_spec import WHOLE_TABLE_ROOT


def bridge_org_hierarchy(buyer_organisation: DataFrame) -> DataFrame:
    """Pairs of ancestor and descendant with the steps between them; in a cycle the fewest.

    The pairs are replaced as one, and a load remembers none of them by itself. So they are made of rejected rows too: a
    pair takes no more of a row than its key and its parent's, and of two rows that claim one key it follows both.
    """
    keyed = buyer_organisation.where(sf.col("org_id").isNotNull())
    return (
        with_ancestors(keyed, "org_id", "parent_org_id", (), hops=MAX_HOPS)
        .select("source_id", sf.col("org_id").alias("descendant_org_id"), sf.posexplode("path").alias("depth", "node"))
        .groupBy("source_id", "descendant_org_id", sf.col("node.org_id").alias("ancestor_org_id"))
        .agg(sf.min("depth").alias("depth"))
        .withColumn("root_id", sf.lit(WHOLE_TABLE_ROOT))
        .select(*mart_columns(BRIDGE_ORG_HIERARCHY))
    )
