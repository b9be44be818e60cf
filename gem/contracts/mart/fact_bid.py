"""fact_bid: one row per bid, updated as it moves from publication to award."""

from gem.contracts.mart_fill import Owner, Rollup
from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, BOOLEAN, INTEGER, MONEY, TIMESTAMP, Kind, Type, varchar


def _participants(name: str, condition: str, attribute: str, comment: str) -> MartColumn:
    """A count of participations by what their sellers were as of submission."""
    counted = Rollup(
        fact="fact_bid_participation",
        key="seller_key",
        condition=f"not {{row}}.is_withdrawn and {condition}",
        attributes=(attribute,),
    )
    return MartColumn(name=name, type=INTEGER, nullable=False, owner=Owner.OTHER, filled_from=counted, comment=comment)


FACT_BID = MartTable(
    name="fact_bid",
    comment="Bids",
    kind=TableKind.FACT,
    aggregate="bid",
    grain="one bid",
    natural_key=("bid_id",),
    root_column="bid_id",
    dist_key="bid_id",
    sort_key=("published_date_key",),
    columns=(
        MartColumn(name="bid_id", type=BIGINT, nullable=False, comment="Bid at the source"),
        MartColumn(name="bid_number", type=varchar(64), comment="Number of the bid"),
        MartColumn(name="bid_type", type=varchar(32), comment="Packet type"),
        MartColumn(name="status", type=varchar(32), comment="Status at the source"),
        MartColumn(name="org_id", type=BIGINT, comment="Buying organisation"),
        MartColumn(name="buyer_user_id", type=BIGINT, comment="User who published it"),
        MartColumn(name="category_id", type=BIGINT, comment="Category"),
        MartColumn(name="evaluation_method", type=varchar(32), comment="TOTAL, ITEM or GROUP"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "published_at", "Buyer as of publication"),
        key_reference("category_key", "dim_category", "category_id", "published_at", "Category as of publication"),
        key_reference("buyer_user_key", "dim_buyer_user", "buyer_user_id", None, "User who published it"),
        date_key("published_date_key", "Day of publication"),
        date_key("closes_date_key", "Day of closing"),
        date_key("awarded_date_key", "Day of award"),
        MartColumn(name="published_at", type=TIMESTAMP, comment="Publication, UTC"),
        MartColumn(name="closes_at", type=TIMESTAMP, comment="Closing, UTC"),
        MartColumn(name="awarded_at", type=TIMESTAMP, comment="Award, UTC"),
        MartColumn(name="cancelled_at", type=TIMESTAMP, comment="Cancellation, UTC"),
        MartColumn(name="opened_at", type=TIMESTAMP, comment="Opening, UTC"),
        MartColumn(name="tech_evaluated_at", type=TIMESTAMP, comment="Technical evaluation, UTC"),
        MartColumn(name="estimated_value", type=MONEY, comment="Estimate; NULL where unknown"),
        MartColumn(name="emd_amount", type=MONEY, comment="Earnest money deposit"),
        MartColumn(name="awarded_value", type=MONEY, comment="Sum of the final values of awarded participations"),
        MartColumn(name="l1_value", type=MONEY, comment="Lowest final value of a qualified participation"),
        MartColumn(
            name="l2_value", type=MONEY, comment="Second lowest; equal to the lowest where two offered the same"
        ),
        MartColumn(
            name="ra_start_value", type=MONEY, comment="Start prices of its ended reverse auctions with an offer"
        ),
        MartColumn(name="ra_final_value", type=MONEY, comment="Lowest offers of the same auctions"),
        MartColumn(name="item_count", type=INTEGER, nullable=False, comment="Lines of the bid"),
        MartColumn(name="participants", type=INTEGER, nullable=False, comment="Not withdrawn before closing"),
        _participants(
            "classified_participants",
            "{dimension}.is_mse is not null",
            "is_mse",
            "Participants whose size was known at submission",
        ),
        _participants("mse_participants", "{dimension}.is_mse", "is_mse", "Participants that were micro or small then"),
        _participants(
            "ppp_mse_participants", "{dimension}.is_ppp_mse", "is_ppp_mse", "Of these, by the mandate's notion"
        ),
        MartColumn(name="tech_qualified", type=INTEGER, nullable=False, comment="Technically qualified"),
        MartColumn(name="awards", type=INTEGER, nullable=False, comment="Awarded participations"),
        MartColumn(name="ra_count", type=INTEGER, nullable=False, comment="Reverse auctions"),
        MartColumn(name="ra_extensions", type=INTEGER, nullable=False, comment="Extensions of its reverse auctions"),
        MartColumn(name="extension_count", type=INTEGER, comment="Extensions of the closing time"),
        MartColumn(
            name="cycle_hours",
            type=Type(kind=Kind.DECIMAL, precision=12, scale=2),
            comment="Hours from publication to award",
        ),
        MartColumn(name="days_to_award", type=INTEGER, comment="Days in India from publication to award"),
        MartColumn(name="is_opened", type=BOOLEAN, nullable=False, comment="Opened, as any later milestone shows too"),
        MartColumn(
            name="is_mse_match", type=BOOLEAN, nullable=False, comment="Awarded to an MSE that matched the price"
        ),
        MartColumn(name="is_evaluated", type=BOOLEAN, nullable=False, comment="Technically evaluated"),
        MartColumn(name="is_single_bid", type=BOOLEAN, nullable=False, comment="Evaluated, exactly one qualified"),
        MartColumn(name="is_cancelled", type=BOOLEAN, nullable=False, comment="Cancelled"),
        MartColumn(
            name="is_awarded_before_closing", type=BOOLEAN, nullable=False, comment="Warning: awarded before it closed"
        ),
        MartColumn(
            name="has_rank_fault",
            type=BOOLEAN,
            nullable=False,
            comment="Warning: prices are ranked, and not exactly one participation is first",
        ),
    ),
)
