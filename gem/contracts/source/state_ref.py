"""state_ref: states and union territories of India, keyed by their GST code."""

from gem.contracts.source.columns import AUDIT, code, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import varchar

STATE_REF = SourceTable(
    name="state_ref",
    comment="States and union territories, keyed by GST code",
    primary_key=("state_code",),
    root_column=None,
    columns=(
        Column(name="state_code", type=varchar(2), nullable=False, comment="GST code, also the first two of a GSTIN"),
        text("iso_code", 8),
        text("name", 128),
        code("type", "STATE", "UT"),
        text("zone", 32),
        *AUDIT,
    ),
)
