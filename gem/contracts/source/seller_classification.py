"""seller_classification: what a seller is by law (size, ownership, trade) and from when to when."""

from gem.contracts.source.columns import AUDIT, code, flag, instant, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import DATE

SELLER_CLASSIFICATION = SourceTable(
    name="seller_classification",
    comment="Size and ownership classes of a seller by validity",
    primary_key=("classification_id",),
    root_column="seller_id",
    columns=(
        required_id("classification_id"),
        required_id("seller_id", "Root"),
        text("udyam_no", 32),
        code("size", "MICRO", "SMALL", "MEDIUM", "LARGE"),
        flag("is_trader"),
        flag("is_women_owned"),
        code("social_category", "SC", "ST", "OBC", "GEN"),
        flag("is_dpiit_startup"),
        flag("is_shg"),
        flag("is_artisan"),
        Column(name="valid_from", type=DATE, comment="First day, IST; unknown: always was"),
        Column(name="valid_to", type=DATE, comment="First day no longer valid, IST; open: NULL"),
        instant("verified_at"),
        *AUDIT,
    ),
)
