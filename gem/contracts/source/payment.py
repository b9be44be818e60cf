"""payment: what is owed and paid for an accepted delivery."""

from gem.contracts.source.columns import AUDIT, code, instant, money, reference, required_id
from gem.contracts.source_spec import Column, Personal, SourceTable
from gem.contracts.types import varchar

PAYMENT = SourceTable(
    name="payment",
    comment="Payments of contracts",
    primary_key=("payment_id",),
    root_column="contract_id",
    columns=(
        required_id("payment_id"),
        required_id("contract_id", "Root"),
        reference("invoice_id"),
        reference("crac_cert_id"),
        instant("bill_at"),
        money("payable_amount", "After deductions"),
        money("ld_deducted", "Liquidated damages"),
        money("tds_it", "Income tax deducted at source"),
        money("tds_gst", "GST deducted at source"),
        money("paid_amount"),
        instant("paid_at"),
        code("mode", "PFMS", "GPA", "OFFLINE"),
        code("status", "BILLED", "SENT", "PAID", "FAILED", "REVERSED"),
        Column(name="utr", type=varchar(32), personal=Personal.DROP, comment="Reference of the bank transfer"),
        *AUDIT,
    ),
)
