"""fact_catalogue_offer: one row per offer in the catalogue, with its validity; ground of fact_catalogue_month."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, MONEY, QUANTITY, TIMESTAMP, varchar

FACT_CATALOGUE_OFFER = MartTable(
    name="fact_catalogue_offer",
    comment="Offers in the catalogue",
    kind=TableKind.FACT,
    aggregate="catalogue_product",
    grain="one offer",
    natural_key=("offer_id",),
    root_column="product_id",
    dist_key="product_id",
    sort_key=("starts_date_key",),
    columns=(
        MartColumn(name="offer_id", type=BIGINT, nullable=False, comment="Offer at the source"),
        MartColumn(name="product_id", type=BIGINT, nullable=False, comment="Product it belongs to"),
        MartColumn(name="category_id", type=BIGINT, comment="Category of the product"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller"),
        key_reference("product_key", "dim_product", "product_id", "starts_at", "Product as of the start"),
        key_reference("category_key", "dim_category", "category_id", "starts_at", "Category as of the start"),
        key_reference("seller_key", "dim_seller", "seller_id", "starts_at", "Seller as of the start"),
        date_key("starts_date_key", "First day"),
        date_key("ends_date_key", "Day it ended"),
        MartColumn(name="starts_at", type=TIMESTAMP, comment="Valid from, UTC"),
        MartColumn(name="ends_at", type=TIMESTAMP, comment="Valid to, UTC, exclusive; NULL while it is open"),
        MartColumn(name="status", type=varchar(32), comment="LIVE, PAUSED or WITHDRAWN"),
        MartColumn(name="offer_price", type=MONEY, comment="Price of one, including GST"),
        MartColumn(name="min_qty", type=QUANTITY, comment="Least quantity"),
        MartColumn(name="stock_qty", type=QUANTITY, comment="Quantity in stock"),
    ),
)
