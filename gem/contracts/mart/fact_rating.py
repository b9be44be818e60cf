"""fact_rating: one row per rating of a seller or a buyer."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, PERCENT, TIMESTAMP, varchar

FACT_RATING = MartTable(
    name="fact_rating",
    comment="Ratings",
    kind=TableKind.FACT,
    aggregate="rating",
    grain="one rating",
    natural_key=("rating_id",),
    root_column="rating_id",
    dist_even=True,
    sort_key=("rated_date_key",),
    columns=(
        MartColumn(name="rating_id", type=BIGINT, nullable=False, comment="Rating at the source"),
        MartColumn(name="contract_id", type=BIGINT, comment="Contract it speaks of"),
        MartColumn(name="ratee_type", type=varchar(32), comment="SELLER or BUYER"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller who is rated"),
        MartColumn(name="org_id", type=BIGINT, comment="Buying organisation that is rated"),
        key_reference("seller_key", "dim_seller", "seller_id", "rated_at", "Seller as of the rating"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "rated_at", "Buyer as of the rating"),
        date_key("rated_date_key", "Day of the rating"),
        MartColumn(name="rated_at", type=TIMESTAMP, comment="Rated, UTC"),
        MartColumn(name="score", type=PERCENT, comment="1 to 5"),
        MartColumn(name="component_scores", type=varchar(4096), comment="Score by aspect, as JSON text"),
    ),
)
