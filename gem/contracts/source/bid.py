"""bid: a tender published by a buyer."""

from gem.contracts.source.columns import AUDIT, code, flag, instant, money, reference, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import INTEGER, PERCENT

BID = SourceTable(
    name="bid",
    comment="Bids (tenders)",
    primary_key=("bid_id",),
    root_column="bid_id",
    columns=(
        required_id("bid_id"),
        text("bid_number", 64),
        code("bid_type", "SINGLE_PACKET", "TWO_PACKET", "BOQ", "CUSTOM", "PAC"),
        reference("org_id"),
        reference("buyer_user_id"),
        reference("category_id"),
        money("estimated_value"),
        flag("is_ra_enabled", "Reverse auction after the bid"),
        code("evaluation_method", "TOTAL", "ITEM", "GROUP"),
        money("emd_amount", "Earnest money deposit"),
        Column(name="epbg_pct", type=PERCENT, comment="Performance guarantee, percent"),
        flag("mse_pref"),
        flag("mii_pref"),
        instant("published_at"),
        instant("closes_at"),
        instant("opened_at"),
        instant("tech_evaluated_at"),
        instant("fin_opened_at"),
        instant("awarded_at"),
        instant("cancelled_at"),
        code("status", "DRAFT", "PUBLISHED", "CLOSED", "EVALUATED", "AWARDED", "CANCELLED"),
        Column(name="extension_count", type=INTEGER),
        reference("parent_bid_id"),
        *AUDIT,
    ),
)
