"""reverse_auction: the auction that follows a bid or stands for one."""

from gem.contracts.source.columns import AUDIT, code, instant, money, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import INTEGER, PERCENT

REVERSE_AUCTION = SourceTable(
    name="reverse_auction",
    comment="Reverse auctions of bids",
    primary_key=("ra_id",),
    root_column="bid_id",
    columns=(
        required_id("ra_id"),
        required_id("bid_id", "Root"),
        text("ra_number", 64),
        money("start_price"),
        Column(name="min_decrement_pct", type=PERCENT, comment="Percent"),
        instant("starts_at"),
        instant("scheduled_end_at", "Before extensions"),
        instant("actual_end_at"),
        Column(name="extensions", type=INTEGER),
        code("status", "SCHEDULED", "RUNNING", "COMPLETED", "CANCELLED"),
        *AUDIT,
    ),
)
