"""What the offers of a reverse auction come to."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as sf


def ranked_offers(ra_offer: DataFrame) -> DataFrame:
    """Offers with `sequence_no` in their auction by time, and `is_final_l1` for its lowest, the first of equals."""
    auction = Window.partitionBy("bid_id", "ra_id")
    by_price = sf.row_number().over(auction.orderBy(sf.asc_nulls_last("offered_value"), "offered_at", "ra_offer_id"))
    return ra_offer.withColumns(
        {
            "sequence_no": sf.row_number().over(auction.orderBy("offered_at", "ra_offer_id")),
            "is_final_l1": sf.col("ra_id").isNotNull() & sf.col("offered_value").isNotNull() & (by_price == 1),
        }
    )


def auction_totals(reverse_auction: DataFrame, ra_offer: DataFrame) -> DataFrame:
    """Per bid `ra_count`, `ra_extensions`; of ended auctions with an offer `ra_start_value` and `ra_final_value`."""
    lowest = ra_offer.groupBy("bid_id", "ra_id").agg(sf.min("offered_value").alias("final_l1"))
    counts = sf.col("actual_end_at").isNotNull() & sf.col("start_price").isNotNull() & sf.col("final_l1").isNotNull()
    return (
        reverse_auction.join(lowest, ["bid_id", "ra_id"], "left")
        .groupBy("bid_id")
        .agg(
            sf.count("*").alias("ra_count"),
            sf.sum("extensions").alias("ra_extensions"),
            sf.sum(sf.when(counts, sf.col("start_price"))).alias("ra_start_value"),
            sf.sum(sf.when(counts, sf.col("final_l1"))).alias("ra_final_value"),
        )
    )
