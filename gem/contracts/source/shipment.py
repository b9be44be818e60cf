"""shipment: one dispatch of a contract's line."""

from gem.contracts.source.columns import AUDIT, instant, money, reference, required_id
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import QUANTITY

SHIPMENT = SourceTable(
    name="shipment",
    comment="Shipments of contract lines",
    primary_key=("shipment_id",),
    root_column="contract_id",
    columns=(
        required_id("shipment_id"),
        required_id("contract_id", "Root"),
        reference("contract_item_id"),
        Column(name="dispatched_qty", type=QUANTITY),
        instant("dispatched_at"),
        Column(name="delivered_qty", type=QUANTITY),
        instant("delivered_at"),
        money("ld_amount", "Liquidated damages for lateness"),
        *AUDIT,
    ),
)
