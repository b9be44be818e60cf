"""fact_payment: one row per payment or bill of a contract."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, BOOLEAN, INTEGER, MONEY, TIMESTAMP, varchar

FACT_PAYMENT = MartTable(
    name="fact_payment",
    comment="Payments of contracts; what is due and overdue as of a day is a matter of views",
    kind=TableKind.FACT,
    aggregate="contract",
    grain="one payment",
    natural_key=("payment_id",),
    root_column="contract_id",
    dist_key="contract_id",
    sort_key=("crac_date_key",),
    columns=(
        MartColumn(name="payment_id", type=BIGINT, nullable=False, comment="Payment at the source"),
        MartColumn(name="contract_id", type=BIGINT, nullable=False, comment="Contract it belongs to"),
        MartColumn(name="invoice_id", type=BIGINT, comment="Invoice it pays"),
        MartColumn(name="invoice_no", type=varchar(64), comment="Number of the invoice"),
        MartColumn(name="crac_cert_id", type=BIGINT, comment="CRAC it follows"),
        MartColumn(name="org_id", type=BIGINT, comment="Buying organisation"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "crac_at", "Buyer as of the CRAC"),
        key_reference("seller_key", "dim_seller", "seller_id", "crac_at", "Seller as of the CRAC"),
        date_key("crac_date_key", "Day of the CRAC"),
        date_key("bill_date_key", "Day of the bill"),
        date_key("paid_date_key", "Day of payment"),
        MartColumn(name="crac_at", type=TIMESTAMP, comment="CRAC issued, UTC"),
        MartColumn(name="bill_at", type=TIMESTAMP, comment="Bill generated, UTC"),
        MartColumn(name="paid_at", type=TIMESTAMP, comment="Paid, UTC"),
        MartColumn(name="payable_amount", type=MONEY, comment="Owed after deductions"),
        MartColumn(name="ld_deducted", type=MONEY, comment="Liquidated damages deducted"),
        MartColumn(name="tds_it", type=MONEY, comment="Income tax deducted at source"),
        MartColumn(name="tds_gst", type=MONEY, comment="GST deducted at source"),
        MartColumn(name="paid_amount", type=MONEY, comment="Paid"),
        MartColumn(name="mode", type=varchar(32), comment="PFMS, GPA or OFFLINE"),
        MartColumn(name="status", type=varchar(32), comment="Status at the source"),
        MartColumn(
            name="days_crac_to_paid", type=INTEGER, comment="Days in India from CRAC to payment, where it is paid"
        ),
        MartColumn(name="is_paid", type=BOOLEAN, nullable=False, comment="Paid, and neither failed nor reversed"),
        MartColumn(
            name="is_superseded",
            type=BOOLEAN,
            nullable=False,
            comment="Failed or reversed, and a later payment stands for it: part of no figure",
        ),
        MartColumn(name="is_paid_before_crac", type=BOOLEAN, nullable=False, comment="Warning: paid before the CRAC"),
        MartColumn(name="is_overpaid", type=BOOLEAN, nullable=False, comment="Warning: more paid than owed"),
    ),
)
