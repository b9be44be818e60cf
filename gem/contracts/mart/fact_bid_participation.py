"""fact_bid_participation: one row per offer in a bid."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, BOOLEAN, INTEGER, MONEY, TIMESTAMP, varchar

FACT_BID_PARTICIPATION = MartTable(
    name="fact_bid_participation",
    comment="Participations in bids",
    kind=TableKind.FACT,
    aggregate="bid",
    grain="one participation; a seller may offer twice in a bid",
    natural_key=("participation_id",),
    root_column="bid_id",
    dist_key="bid_id",
    sort_key=("submitted_date_key",),
    columns=(
        MartColumn(name="participation_id", type=BIGINT, nullable=False, comment="Participation at the source"),
        MartColumn(name="bid_id", type=BIGINT, nullable=False, comment="Bid it belongs to"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller"),
        MartColumn(name="org_id", type=BIGINT, comment="Buying organisation of the bid"),
        MartColumn(name="category_id", type=BIGINT, comment="Category of the bid"),
        key_reference("seller_key", "dim_seller", "seller_id", "submitted_at", "Seller as of submission"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "submitted_at", "Buyer as of submission"),
        key_reference("category_key", "dim_category", "category_id", "submitted_at", "Category as of submission"),
        date_key("submitted_date_key", "Day of submission"),
        MartColumn(name="submitted_at", type=TIMESTAMP, comment="Submission, UTC"),
        MartColumn(name="withdrawn_at", type=TIMESTAMP, comment="Withdrawal, UTC"),
        MartColumn(name="tech_status", type=varchar(32), comment="PENDING, QUALIFIED or DISQUALIFIED"),
        MartColumn(name="disq_reason", type=varchar(1024), comment="Why it was disqualified"),
        MartColumn(name="emd_mode", type=varchar(32), comment="PAID, BG or EXEMPT"),
        MartColumn(name="quoted_value", type=MONEY, comment="Price quoted"),
        MartColumn(name="final_value", type=MONEY, comment="Price after auction or negotiation"),
        MartColumn(name="l1_gap_value", type=MONEY, comment="final_value less the lowest qualified one of the bid"),
        MartColumn(name="price_rank", type=INTEGER, comment="1 is the lowest"),
        MartColumn(name="award_basis", type=varchar(32), comment="Why it won"),
        MartColumn(name="claims_mse", type=BOOLEAN, comment="Claims the MSE preference"),
        MartColumn(name="claims_mii", type=BOOLEAN, comment="Claims the Make in India preference"),
        MartColumn(name="is_qualified", type=BOOLEAN, nullable=False, comment="Technically qualified"),
        MartColumn(name="is_awarded", type=BOOLEAN, nullable=False, comment="Won"),
        MartColumn(name="is_disqualified", type=BOOLEAN, nullable=False, comment="Technically disqualified"),
        MartColumn(name="is_withdrawn", type=BOOLEAN, nullable=False, comment="Withdrawn before closing"),
    ),
)
