"""platform_charge: what the market charges sellers."""

from gem.contracts.source.columns import AUDIT, code, instant, money, reference, required_id, text
from gem.contracts.source_spec import SourceTable

PLATFORM_CHARGE = SourceTable(
    name="platform_charge",
    comment="Charges of the platform",
    primary_key=("charge_id",),
    root_column="charge_id",
    columns=(
        required_id("charge_id"),
        reference("seller_id"),
        reference("contract_id"),
        code("kind", "TRANSACTION", "ANNUAL_MILESTONE"),
        text("fy", 7, "Financial year, such as 2025-26"),
        money("base_value", "What the charge is computed from"),
        money("amount", "Without GST"),
        money("gst"),
        instant("charged_at"),
        code("status", "BILLED", "PAID", "WAIVED", "CANCELLED"),
        *AUDIT,
    ),
)
