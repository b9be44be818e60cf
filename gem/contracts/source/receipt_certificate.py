"""receipt_certificate: provisional receipt (PRC) and receipt and acceptance (CRAC) of a shipment."""

from gem.contracts.source.columns import AUDIT, code, flag, instant, reference, required_id, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import QUANTITY

RECEIPT_CERTIFICATE = SourceTable(
    name="receipt_certificate",
    comment="Receipt certificates",
    primary_key=("cert_id",),
    root_column="contract_id",
    columns=(
        required_id("cert_id"),
        required_id("contract_id", "Root"),
        code("kind", "PRC", "CRAC"),
        reference("prc_cert_id", "The PRC that a CRAC follows"),
        reference("shipment_id"),
        reference("contract_item_id"),
        reference("consignee_id"),
        Column(name="received_qty", type=QUANTITY),
        Column(name="accepted_qty", type=QUANTITY),
        Column(name="rejected_qty", type=QUANTITY),
        text("reject_reason", 512),
        instant("issued_at"),
        flag("is_auto", "Issued by the system when the consignee did not"),
        *AUDIT,
    ),
)
