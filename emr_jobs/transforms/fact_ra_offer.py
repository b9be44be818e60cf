"""fact_ra_offer: one row per price named in a reverse auction."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date_key, mart_columns, seconds_between
from emr_jobs.transforms.auctions import ranked_offers
from gem.contracts.mart.fact_ra_offer import FACT_RA_OFFER


def fact_ra_offer(
    bid: DataFrame, bid_participation: DataFrame, reverse_auction: DataFrame, ra_offer: DataFrame
) -> DataFrame:
    """Offers with their auction, the seller who offers, and the buyer and category of the bid.

    Of an auction or a participation that the bid does not have, nothing is known.
    """
    auctions = reverse_auction.select(
        "bid_id", "ra_id", "ra_number", sf.col("status").alias("ra_status"), "start_price", "actual_end_at"
    )
    return (
        ranked_offers(ra_offer)
        .join(
            bid_participation.select("bid_id", "participation_id", "seller_id"), ["bid_id", "participation_id"], "left"
        )
        .join(auctions, ["bid_id", "ra_id"], "left")
        .join(bid.select("bid_id", "org_id", "category_id"), "bid_id")
        .withColumns(
            {
                "offered_date_key": ist_date_key(sf.col("offered_at")),
                "seconds_to_end": sf.floor(seconds_between(sf.col("offered_at"), sf.col("actual_end_at"))),
            }
        )
        .select(*mart_columns(FACT_RA_OFFER))
    )
