"""bid_item: a line of a bid."""

from gem.contracts.source.columns import AUDIT, money, reference, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import INTEGER, QUANTITY

BID_ITEM = SourceTable(
    name="bid_item",
    comment="Lines of a bid",
    primary_key=("bid_item_id",),
    root_column="bid_id",
    columns=(
        required_id("bid_item_id"),
        required_id("bid_id", "Root"),
        reference("category_id"),
        Column(name="qty", type=QUANTITY),
        text("uom", 32, "Unit of measure"),
        money("est_unit_price"),
        reference("consignee_id"),
        Column(name="delivery_days", type=INTEGER),
        *AUDIT,
    ),
)
