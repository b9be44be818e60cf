"""invoice: a seller's bill for a contract."""

from gem.contracts.source.columns import AUDIT, instant, money, required_id, text
from gem.contracts.source_spec import SourceTable

INVOICE = SourceTable(
    name="invoice",
    comment="Invoices of contracts",
    primary_key=("invoice_id",),
    root_column="contract_id",
    columns=(
        required_id("invoice_id"),
        required_id("contract_id", "Root"),
        text("invoice_no", 64),
        instant("invoiced_at"),
        money("gross_value", "Including GST, before deductions"),
        *AUDIT,
    ),
)
