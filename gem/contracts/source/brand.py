"""brand: brands with their original equipment manufacturer."""

from gem.contracts.source.columns import AUDIT, reference, required_id, text
from gem.contracts.source_spec import SourceTable

BRAND = SourceTable(
    name="brand",
    comment="Brands",
    primary_key=("brand_id",),
    root_column=None,
    columns=(
        required_id("brand_id"),
        text("brand_name", 256),
        reference("oem_seller_id", "Seller who makes it"),
        *AUDIT,
    ),
)
