"""contract_amendment: an agreed change of a contract's quantity, value or delivery period."""

from gem.contracts.source.columns import AUDIT, code, flag, instant, reference, required_id
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import QUANTITY

CONTRACT_AMENDMENT = SourceTable(
    name="contract_amendment",
    comment="Amendments of contracts",
    primary_key=("amendment_id",),
    root_column="contract_id",
    columns=(
        required_id("amendment_id"),
        required_id("contract_id", "Root"),
        reference("contract_item_id", "Line; NULL speaks of all"),
        code("kind", "QTY", "DP_EXTENSION", "VALUE"),
        flag("with_ld", "Extended with liquidated damages"),
        Column(name="old_value", type=QUANTITY, comment="Quantity, days of delivery, or rupees"),
        Column(name="new_value", type=QUANTITY, comment="Quantity, days of delivery, or rupees"),
        instant("approved_at", "Not approved: NULL"),
        *AUDIT,
    ),
)
