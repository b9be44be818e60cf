"""seller_gstin: the tax registrations of a seller, one a state."""

from gem.contracts.source.columns import AUDIT, flag, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import varchar

SELLER_GSTIN = SourceTable(
    name="seller_gstin",
    comment="GST registrations of sellers",
    primary_key=("gstin",),
    root_column="seller_id",
    columns=(
        Column(name="gstin", type=varchar(15), nullable=False, comment="GST identification number"),
        required_id("seller_id", "Root"),
        text("state_code", 2, "GST code, the first two of the number"),
        flag("is_primary"),
        *AUDIT,
    ),
)
