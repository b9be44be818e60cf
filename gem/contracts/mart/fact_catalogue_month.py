"""fact_catalogue_month: what the catalogue offered at the end of each month, by category and seller."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, INTEGER, MONEY, TIMESTAMP

FACT_CATALOGUE_MONTH = MartTable(
    name="fact_catalogue_month",
    comment="Live offers of the catalogue at the end of each month",
    kind=TableKind.PERIODIC,
    aggregate=None,
    grain="one category and seller at the end of a month in India",
    natural_key=("category_id", "seller_id", "month_end_date_key"),
    dist_key="seller_id",
    sort_key=("month_end_date_key",),
    columns=(
        MartColumn(name="category_id", type=BIGINT, nullable=False, comment="Category; -2 where the product has none"),
        MartColumn(name="seller_id", type=BIGINT, nullable=False, comment="Seller; -2 where the offer names none"),
        key_reference("category_key", "dim_category", "category_id", "month_end_at", "Category as of then"),
        key_reference("seller_key", "dim_seller", "seller_id", "month_end_at", "Seller as of then"),
        date_key("month_end_date_key", "Last day of the month"),
        MartColumn(
            name="month_end_at", type=TIMESTAMP, nullable=False, comment="Midnight in India that ends the month, UTC"
        ),
        MartColumn(name="live_offers", type=INTEGER, nullable=False, comment="Offers valid at the end of the month"),
        MartColumn(name="min_price", type=MONEY, comment="Lowest price of one, including GST"),
        MartColumn(name="median_price", type=MONEY, comment="Median price of one, rounded to the paisa"),
    ),
)
