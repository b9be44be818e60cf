"""fact_bid: one row per bid, as it moves from publication to award."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date_key, mart_columns
from emr_jobs.transforms.bidding import qualified, withdrew_before_closing
from gem.contracts.mart.fact_bid import FACT_BID

_MICROS_AN_HOUR = 3_600_000_000


def fact_bid(bid: DataFrame, bid_item: DataFrame, bid_participation: DataFrame) -> DataFrame:
    """Bids with the counts of their lines and participations.

    Evaluated: a time of technical evaluation or of award is known, and the bid was not cancelled before it.
    Single bid: evaluated, and exactly one participation qualified.
    """
    items = bid_item.groupBy("bid_id").agg(sf.count("*").alias("item_count"))
    return (
        bid.join(items, "bid_id", "left")
        .join(_participation_counts(bid, bid_participation), "bid_id", "left")
        .fillna(0, ["item_count", "participants", "tech_qualified", "awards"])
        .withColumns(
            {
                "published_date_key": ist_date_key(sf.col("published_at")),
                "closes_date_key": ist_date_key(sf.col("closes_at")),
                "awarded_date_key": ist_date_key(sf.col("awarded_at")),
                "cycle_hours": _hours_between(sf.col("published_at"), sf.col("awarded_at")),
                "is_evaluated": _is_evaluated(),
                "is_single_bid": _is_evaluated() & (sf.col("tech_qualified") == 1),
                "is_cancelled": sf.col("cancelled_at").isNotNull()
                | sf.coalesce(sf.col("status") == "CANCELLED", sf.lit(False)),
            }
        )
        .select(*mart_columns(FACT_BID))
    )


def _participation_counts(bid: DataFrame, bid_participation: DataFrame) -> DataFrame:
    awarded = sf.coalesce(sf.col("is_awarded"), sf.lit(False))
    return (
        bid_participation.join(bid.select("bid_id", "closes_at"), "bid_id")
        .groupBy("bid_id")
        .agg(
            sf.count_if(~withdrew_before_closing()).alias("participants"),
            sf.count_if(qualified()).alias("tech_qualified"),
            sf.count_if(awarded).alias("awards"),
            sf.sum(sf.when(awarded, sf.col("final_value"))).alias("awarded_value"),
        )
    )


def _is_evaluated() -> Column:
    # Spark's least passes over NULL: the first of the two times that is known.
    evaluated_at = sf.least("tech_evaluated_at", "awarded_at")
    return evaluated_at.isNotNull() & sf.coalesce(sf.col("cancelled_at") >= evaluated_at, sf.lit(True))


def _hours_between(start: Column, end: Column) -> Column:
    return (sf.unix_micros(end) - sf.unix_micros(start)).cast("decimal(20,0)") / sf.lit(_MICROS_AN_HOUR)
