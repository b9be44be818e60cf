"""catalogue_offer: what a seller asks for a product, from when to when."""

from gem.contracts.source.columns import AUDIT, code, instant, money, reference, required_id
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import QUANTITY

CATALOGUE_OFFER = SourceTable(
    name="catalogue_offer",
    comment="Offers of sellers in the catalogue",
    primary_key=("offer_id",),
    root_column="product_id",
    columns=(
        required_id("offer_id"),
        required_id("product_id", "Root"),
        reference("seller_id"),
        money("offer_price", "Including GST"),
        Column(name="min_qty", type=QUANTITY),
        Column(name="stock_qty", type=QUANTITY),
        code("status", "LIVE", "PAUSED", "WITHDRAWN"),
        instant("valid_from"),
        instant("valid_to", "First instant no longer valid; open: NULL"),
        *AUDIT,
    ),
)
