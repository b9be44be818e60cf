"""fact_l1_comparison: one row per comparison of offers before an L1 purchase."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, INTEGER, MONEY, QUANTITY, TIMESTAMP

FACT_L1_COMPARISON = MartTable(
    name="fact_l1_comparison",
    comment="Comparisons of catalogue offers",
    kind=TableKind.FACT,
    aggregate="l1_comparison",
    grain="one comparison",
    natural_key=("comparison_id",),
    root_column="comparison_id",
    dist_key="comparison_id",
    sort_key=("compared_date_key",),
    columns=(
        MartColumn(name="comparison_id", type=BIGINT, nullable=False, comment="Comparison at the source"),
        MartColumn(name="buyer_user_id", type=BIGINT, comment="User who compared"),
        MartColumn(name="category_id", type=BIGINT, comment="Category"),
        key_reference("buyer_user_key", "dim_buyer_user", "buyer_user_id", None, "User who compared"),
        key_reference("category_key", "dim_category", "category_id", "compared_at", "Category as of the comparison"),
        date_key("compared_date_key", "Day of the comparison"),
        MartColumn(name="compared_at", type=TIMESTAMP, comment="Compared, UTC"),
        MartColumn(name="qty", type=QUANTITY, comment="Quantity asked for"),
        MartColumn(name="compared_offer_count", type=INTEGER, comment="Offers compared"),
        MartColumn(name="manufacturer_count", type=INTEGER, comment="Different makers compared"),
        MartColumn(name="lowest_price", type=MONEY, comment="Lowest price of one"),
        MartColumn(name="median_price", type=MONEY, comment="Median price of one"),
        MartColumn(name="selected_offer_id", type=BIGINT, comment="Offer that was chosen"),
    ),
)
