"""category: the tree of products and services that GeM trades."""

from gem.contracts.source.columns import AUDIT, code, flag, reference, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import INTEGER, PERCENT

CATEGORY = SourceTable(
    name="category",
    comment="Product and service categories, a tree of up to three levels",
    primary_key=("category_id",),
    root_column=None,
    parent_column="parent_category_id",
    columns=(
        required_id("category_id"),
        reference("parent_category_id"),
        text("name", 512),
        Column(name="level", type=INTEGER, comment="1 is the top"),
        code("kind", "PRODUCT", "SERVICE"),
        text("hsn_sac", 8, "HSN of goods, SAC of services"),
        Column(name="gst_rate", type=PERCENT, comment="Percent"),
        flag("is_mse_reserved", "Reserved for micro and small enterprises"),
        flag("is_active"),
        *AUDIT,
    ),
)
