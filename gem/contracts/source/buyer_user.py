"""buyer_user: the people who buy, receive and pay for an organisation."""

from gem.contracts.source.columns import AUDIT, code, flag, reference, required_id, text
from gem.contracts.source_spec import Column, Personal, SourceTable
from gem.contracts.types import varchar

BUYER_USER = SourceTable(
    name="buyer_user",
    comment="Users of buying organisations",
    primary_key=("user_id",),
    root_column="user_id",
    columns=(
        required_id("user_id"),
        reference("org_id"),
        code("role", "HOD", "BUYER", "CONSIGNEE", "PAO"),
        text("designation", 256),
        Column(name="name", type=varchar(256), personal=Personal.DROP, comment="Name of the person"),
        Column(name="email", type=varchar(256), personal=Personal.DROP, comment="Address of the person"),
        Column(name="mobile", type=varchar(16), personal=Personal.DROP, comment="Telephone of the person"),
        flag("is_active"),
        *AUDIT,
    ),
)
