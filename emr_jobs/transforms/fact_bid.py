"""fact_bid: one row per bid, as it moves from publication to award."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import days_between, hours_between, ist_date_key, known, mart_columns
from emr_jobs.transforms.auctions import auction_totals
from emr_jobs.transforms.bidding import qualified, withdrew_before_closing
from gem.contracts.mart.fact_bid import FACT_BID

_LATER_THAN_OPENING = ("opened_at", "tech_evaluated_at", "fin_opened_at", "awarded_at")


def fact_bid(
    bid: DataFrame,
    bid_item: DataFrame,
    bid_participation: DataFrame,
    reverse_auction: DataFrame,
    ra_offer: DataFrame,
) -> DataFrame:
    """Bids with the counts of their lines and participations.

    Evaluated: a time of technical evaluation or of award is known, and the bid was not cancelled before it.
    Single bid: evaluated, and exactly one participation qualified.
    """
    items = bid_item.groupBy("bid_id").agg(sf.count("*").alias("item_count"))
    return (
        bid.join(items, "bid_id", "left")
        .join(_participation_counts(bid, bid_participation), "bid_id", "left")
        .join(auction_totals(reverse_auction, ra_offer), "bid_id", "left")
        .fillna(0, ["item_count", "participants", "tech_qualified", "awards", "ra_count", "ra_extensions"])
        .fillna(False, ["is_mse_match", "has_rank_fault"])
        .withColumns(
            {
                "published_date_key": ist_date_key(sf.col("published_at")),
                "closes_date_key": ist_date_key(sf.col("closes_at")),
                "awarded_date_key": ist_date_key(sf.col("awarded_at")),
                "cycle_hours": hours_between(sf.col("published_at"), sf.col("awarded_at")),
                "days_to_award": days_between(sf.col("published_at"), sf.col("awarded_at")),
                "is_opened": sf.coalesce(*_LATER_THAN_OPENING).isNotNull(),
                "is_awarded_before_closing": known(sf.col("awarded_at") < sf.col("closes_at")),
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
        bid_participation.join(bid.select("bid_id", "closes_at"), "bid_id", "left")
        .groupBy("bid_id")
        .agg(
            sf.count_if(~withdrew_before_closing()).alias("participants"),
            sf.count_if(qualified()).alias("tech_qualified"),
            sf.count_if(awarded).alias("awards"),
            sf.sum(sf.when(awarded, sf.col("final_value"))).alias("awarded_value"),
            known(sf.bool_or(awarded & (sf.col("award_basis") == "MSE_MATCH"))).alias("is_mse_match"),
            _has_rank_fault().alias("has_rank_fault"),
            sf.slice(sf.sort_array(sf.collect_list(sf.when(qualified(), sf.col("final_value")))), 1, 2).alias("lowest"),
        )
        .withColumns({"l1_value": sf.get("lowest", sf.lit(0)), "l2_value": sf.get("lowest", sf.lit(1))})
        .drop("lowest")
    )


def _has_rank_fault() -> Column:
    """Some qualified participation has a rank, and not exactly one has the first."""
    ranked = qualified() & sf.col("price_rank").isNotNull()
    return (sf.count_if(ranked) > 0) & (sf.count_if(ranked & (sf.col("price_rank") == 1)) != 1)


def _is_evaluated() -> Column:
    # Spark's least passes over NULL: the first of the two times that is known.
    evaluated_at = sf.least("tech_evaluated_at", "awarded_at")
    return evaluated_at.isNotNull() & sf.coalesce(sf.col("cancelled_at") >= evaluated_at, sf.lit(True))
