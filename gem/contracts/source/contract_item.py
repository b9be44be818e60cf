"""contract_item: a line of a contract for one consignee."""

from gem.contracts.source.columns import AUDIT, code, money, reference, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import DATE, INTEGER, PERCENT, QUANTITY

CONTRACT_ITEM = SourceTable(
    name="contract_item",
    comment="Lines of a contract",
    primary_key=("contract_item_id",),
    root_column="contract_id",
    columns=(
        required_id("contract_item_id"),
        required_id("contract_id", "Root"),
        Column(name="line_no", type=INTEGER),
        reference("product_id"),
        reference("category_id"),
        reference("consignee_id"),
        Column(name="qty", type=QUANTITY),
        text("uom", 32, "Unit of measure"),
        money("unit_price", "Including GST; in a rate contract the rate"),
        money("mrp_at_order"),
        money("reference_unit_price"),
        Column(name="gst_rate", type=PERCENT, comment="Percent"),
        money("taxable_value"),
        money("cgst"),
        money("sgst"),
        money("igst"),
        money("line_value", "Including GST"),
        Column(name="delivery_due_on", type=DATE),
        code("mii_class_at_order", "I", "II", "NON_LOCAL"),
        *AUDIT,
    ),
)
