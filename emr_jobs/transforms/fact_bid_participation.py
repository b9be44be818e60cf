"""fact_bid_participation: one row per offer in a bid."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date_key, mart_columns
from emr_jobs.transforms.bidding import qualified, withdrew_before_closing
from gem.contracts.mart.fact_bid_participation import FACT_BID_PARTICIPATION


def fact_bid_participation(bid: DataFrame, bid_participation: DataFrame) -> DataFrame:
    """Participations with the buyer and category of their bid, and how far each stands above the lowest qualified.

    The gap is NULL where either price is unknown, and below zero for an offer that was cheaper but not qualified.
    """
    offers = bid_participation.join(bid.select("bid_id", "org_id", "category_id", "closes_at"), "bid_id")
    lowest = offers.where(qualified()).groupBy("bid_id").agg(sf.min("final_value").alias("l1_value"))
    return (
        offers.join(lowest, "bid_id", "left")
        .withColumns(
            {
                "submitted_date_key": ist_date_key(sf.col("submitted_at")),
                "l1_gap_value": sf.col("final_value") - sf.col("l1_value"),
                "is_awarded": sf.coalesce(sf.col("is_awarded"), sf.lit(False)),
                "is_disqualified": sf.coalesce(sf.col("tech_status") == "DISQUALIFIED", sf.lit(False)),
                "is_qualified": qualified(),
                "is_withdrawn": withdrew_before_closing(),
            }
        )
        .select(*mart_columns(FACT_BID_PARTICIPATION))
    )
