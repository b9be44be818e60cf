"""seller: the firms that sell."""

from gem.contracts.source.columns import AUDIT, code, required_id, text
from gem.contracts.source_spec import Column, Personal, SourceTable
from gem.contracts.types import DATE, PERCENT, varchar

SELLER = SourceTable(
    name="seller",
    comment="Sellers and service providers",
    primary_key=("seller_id",),
    root_column="seller_id",
    columns=(
        required_id("seller_id"),
        text("legal_name", 512),
        Column(name="pan", type=varchar(10), personal=Personal.DROP, comment="Income tax number"),
        code("constitution", "PROPRIETORSHIP", "PARTNERSHIP", "LLP", "PRIVATE_LIMITED", "PUBLIC_LIMITED", "SOCIETY"),
        code("seller_type", "OEM", "RESELLER", "SERVICE_PROVIDER"),
        code("status", "ACTIVE", "MORATORIUM", "SUSPENDED", "DEBARRED", "CLOSED"),
        Column(name="registered_on", type=DATE),
        text("registered_state_code", 2),
        text("pincode", 6),
        Column(name="avg_rating", type=PERCENT, comment="1 to 5"),
        *AUDIT,
    ),
)
