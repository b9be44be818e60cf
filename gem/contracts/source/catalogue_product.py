"""catalogue_product: what is offered on the market, whoever sells it."""

from gem.contracts.source.columns import AUDIT, code, money, reference, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import PERCENT

CATALOGUE_PRODUCT = SourceTable(
    name="catalogue_product",
    comment="Products of the catalogue",
    primary_key=("product_id",),
    root_column="product_id",
    columns=(
        required_id("product_id"),
        reference("category_id"),
        reference("brand_id"),
        text("model", 256),
        money("mrp", "Maximum retail price"),
        text("country_of_origin", 64),
        Column(name="local_content_pct", type=PERCENT, comment="Percent made in India"),
        code("mii_class", "I", "II", "NON_LOCAL"),
        *AUDIT,
    ),
)
