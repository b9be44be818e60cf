"""contract: what GeM calls an order."""

from gem.contracts.source.columns import AUDIT, code, instant, money, reference, required_id, text
from gem.contracts.source_spec import SourceTable

CONTRACT = SourceTable(
    name="contract",
    comment="Contracts (orders)",
    primary_key=("contract_id",),
    root_column="contract_id",
    columns=(
        required_id("contract_id"),
        text("contract_number", 64),
        code("buy_mode", "DIRECT", "L1", "BID", "RA", "PAC"),
        reference("bid_id"),
        reference("ra_id"),
        reference("comparison_id"),
        reference("org_id"),
        reference("buyer_user_id"),
        reference("pao_user_id"),
        reference("seller_id"),
        text("seller_gstin", 15),
        instant("contract_at"),
        instant("accepted_at"),
        instant("rejected_at"),
        instant("cancelled_at"),
        code("cancelled_by", "BUYER", "SELLER", "SYSTEM"),
        code(
            "status",
            "PLACED",
            "ACCEPTED",
            "REJECTED",
            "CANCELLED",
            "IN_DELIVERY",
            "DELIVERED",
            "COMPLETED",
            "TERMINATED",
        ),
        money("total_value", "Including GST"),
        money("taxable_value"),
        money("gst_value"),
        code("payment_mode", "PFMS", "GPA", "OFFLINE"),
        *AUDIT,
    ),
)
