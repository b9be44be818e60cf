"""consignee_location: where goods are received."""

from gem.contracts.source.columns import AUDIT, reference, required_id, text
from gem.contracts.source_spec import Column, Personal, SourceTable
from gem.contracts.types import varchar

CONSIGNEE_LOCATION = SourceTable(
    name="consignee_location",
    comment="Places of receipt",
    primary_key=("consignee_id",),
    root_column="consignee_id",
    columns=(
        required_id("consignee_id"),
        reference("org_id"),
        reference("user_id"),
        Column(name="address", type=varchar(1024), personal=Personal.DROP, comment="Street and house"),
        text("pincode", 6),
        text("district", 128),
        text("state_code", 2, "GST code"),
        *AUDIT,
    ),
)
