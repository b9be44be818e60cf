"""security_deposit: earnest money (EMD) and performance guarantees (ePBG)."""

from gem.contracts.source.columns import AUDIT, code, instant, money, reference, required_id
from gem.contracts.source_spec import SourceTable

SECURITY_DEPOSIT = SourceTable(
    name="security_deposit",
    comment="Deposits of bidders and sellers",
    primary_key=("deposit_id",),
    root_column="deposit_id",
    columns=(
        required_id("deposit_id"),
        code("kind", "EMD", "EPBG"),
        reference("bid_id"),
        reference("contract_id"),
        reference("seller_id"),
        money("amount"),
        code("mode", "ONLINE", "BG", "FDR"),
        code("status", "HELD", "RELEASED", "FORFEITED"),
        instant("held_at"),
        instant("valid_until"),
        instant("released_at", "Released or forfeited"),
        *AUDIT,
    ),
)
