"""fact_ra_offer: one row per price named in a reverse auction."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, BOOLEAN, INTEGER, MONEY, TIMESTAMP, varchar

FACT_RA_OFFER = MartTable(
    name="fact_ra_offer",
    comment="Price offers in reverse auctions",
    kind=TableKind.FACT,
    aggregate="bid",
    grain="one price offer",
    natural_key=("ra_offer_id",),
    root_column="bid_id",
    dist_key="bid_id",
    sort_key=("offered_date_key",),
    columns=(
        MartColumn(name="ra_offer_id", type=BIGINT, nullable=False, comment="Offer at the source"),
        MartColumn(name="bid_id", type=BIGINT, nullable=False, comment="Bid it belongs to"),
        MartColumn(name="ra_id", type=BIGINT, comment="Reverse auction"),
        MartColumn(name="ra_number", type=varchar(64), comment="Number of the auction"),
        MartColumn(name="ra_status", type=varchar(32), comment="Status of the auction"),
        MartColumn(name="participation_id", type=BIGINT, comment="Participation that offers"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller of that participation"),
        MartColumn(name="org_id", type=BIGINT, comment="Buying organisation of the bid"),
        MartColumn(name="category_id", type=BIGINT, comment="Category of the bid"),
        key_reference("seller_key", "dim_seller", "seller_id", "offered_at", "Seller as of the offer"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "offered_at", "Buyer as of the offer"),
        key_reference("category_key", "dim_category", "category_id", "offered_at", "Category as of the offer"),
        date_key("offered_date_key", "Day of the offer"),
        MartColumn(name="offered_at", type=TIMESTAMP, comment="Offer, UTC"),
        MartColumn(name="start_price", type=MONEY, comment="Start price of the auction"),
        MartColumn(name="offered_value", type=MONEY, comment="Price offered"),
        MartColumn(
            name="sequence_no", type=INTEGER, nullable=False, comment="Place among the auction's offers, by time"
        ),
        MartColumn(
            name="seconds_to_end",
            type=BIGINT,
            comment="From the offer to the auction's actual end; below zero after it",
        ),
        MartColumn(
            name="is_final_l1", type=BOOLEAN, nullable=False, comment="The auction's lowest offer, the first of equals"
        ),
    ),
)
