"""bid_participation: one offer of a seller in a bid; a seller may offer twice."""

from gem.contracts.source.columns import AUDIT, code, flag, instant, money, reference, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import INTEGER

BID_PARTICIPATION = SourceTable(
    name="bid_participation",
    comment="Participations of sellers in a bid",
    primary_key=("participation_id",),
    root_column="bid_id",
    columns=(
        required_id("participation_id"),
        required_id("bid_id", "Root"),
        reference("seller_id"),
        instant("submitted_at"),
        instant("withdrawn_at"),
        code("tech_status", "PENDING", "QUALIFIED", "DISQUALIFIED"),
        text("disq_reason", 1024),
        money("quoted_value"),
        money("final_value", "After the reverse auction or negotiation"),
        Column(name="price_rank", type=INTEGER, comment="1 is L1, the lowest"),
        flag("claims_mse"),
        flag("claims_mii"),
        code("emd_mode", "PAID", "BG", "EXEMPT"),
        flag("is_awarded"),
        code("award_basis", "L1", "MSE_MATCH", "MII_MATCH", "QCBS"),
        *AUDIT,
    ),
)
