"""fact_order_line: one row per contract item, the ground of every value measure."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference, member_key
from gem.contracts.types import BIGINT, BOOLEAN, DATE, INTEGER, MONEY, PERCENT, QUANTITY, TIMESTAMP, varchar

VALID_ORDER = (
    "f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED')"
)
"""The condition, on a row `f`, that its contract was neither rejected nor cancelled, by status or by time."""

FACT_ORDER_LINE = MartTable(
    name="fact_order_line",
    comment="Lines of contracts",
    kind=TableKind.FACT,
    aggregate="contract",
    grain="one contract item (line and consignee)",
    natural_key=("contract_item_id",),
    root_column="contract_id",
    dist_key="contract_id",
    sort_key=("contract_date_key",),
    columns=(
        MartColumn(name="contract_item_id", type=BIGINT, nullable=False, comment="Contract item at the source"),
        MartColumn(name="contract_id", type=BIGINT, nullable=False, comment="Contract it belongs to"),
        MartColumn(name="contract_number", type=varchar(64), comment="Number of the contract"),
        MartColumn(name="line_no", type=INTEGER, comment="Line in the contract"),
        MartColumn(name="buy_mode", type=varchar(32), comment="DIRECT, L1, BID, RA or PAC"),
        MartColumn(name="status", type=varchar(32), comment="Status at the source"),
        MartColumn(name="cancelled_by", type=varchar(32), comment="Who cancelled"),
        MartColumn(name="payment_mode", type=varchar(32), comment="PFMS, GPA or OFFLINE"),
        MartColumn(name="bid_id", type=BIGINT, comment="Bid behind the contract"),
        MartColumn(name="comparison_id", type=BIGINT, comment="Comparison of offers behind the contract"),
        MartColumn(name="org_id", type=BIGINT, comment="Buying organisation"),
        MartColumn(name="buyer_user_id", type=BIGINT, comment="User who ordered"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller"),
        MartColumn(name="category_id", type=BIGINT, comment="Category"),
        MartColumn(name="product_id", type=BIGINT, comment="Product of the catalogue"),
        MartColumn(name="consignee_id", type=BIGINT, comment="Consignee"),
        MartColumn(name="seller_state_code", type=varchar(2), comment="First two of the seller's GSTIN"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "contract_at", "Buyer as of the contract"),
        key_reference("seller_key", "dim_seller", "seller_id", "contract_at", "Seller as of the contract"),
        key_reference("category_key", "dim_category", "category_id", "contract_at", "Category as of the contract"),
        key_reference("seller_state_key", "dim_state", "seller_state_code", None, "State of the seller's GSTIN"),
        key_reference("product_key", "dim_product", "product_id", "contract_at", "Product as of the contract"),
        key_reference("buyer_user_key", "dim_buyer_user", "buyer_user_id", None, "User who ordered"),
        key_reference("consignee_key", "dim_consignee", "consignee_id", None, "Consignee"),
        member_key("buy_mode_key", "dim_buy_mode", "How the contract came about"),
        member_key("payment_mode_key", "dim_payment_mode", "How the contract is paid"),
        member_key("order_status_key", "dim_order_status", "Where the contract stands"),
        member_key("order_flags_key", "dim_order_flags", "Its flags"),
        date_key("contract_date_key", "Day of the contract"),
        MartColumn(name="contract_at", type=TIMESTAMP, comment="Contract placed, UTC"),
        MartColumn(name="accepted_at", type=TIMESTAMP, comment="Accepted by the seller, UTC"),
        MartColumn(name="rejected_at", type=TIMESTAMP, comment="Rejected by the seller, UTC"),
        MartColumn(name="cancelled_at", type=TIMESTAMP, comment="Cancelled, UTC"),
        MartColumn(name="delivery_due_on", type=DATE, comment="Day of delivery agreed"),
        MartColumn(name="extended_due_on", type=DATE, comment="The same with approved extensions"),
        MartColumn(name="due_without_ld_on", type=DATE, comment="The same with approved extensions without damages"),
        MartColumn(name="last_delivered_at", type=TIMESTAMP, comment="Last delivery, UTC"),
        date_key("last_delivered_date_key", "Day of the last delivery"),
        MartColumn(name="ordered_qty", type=QUANTITY, comment="Quantity ordered"),
        MartColumn(name="current_qty", type=QUANTITY, comment="Quantity after approved amendments"),
        MartColumn(name="delivered_qty", type=QUANTITY, nullable=False, comment="Quantity delivered"),
        MartColumn(name="accepted_qty", type=QUANTITY, nullable=False, comment="Quantity accepted by CRACs"),
        MartColumn(name="unit_price", type=MONEY, comment="Price of one, including GST; in a rate contract the rate"),
        MartColumn(name="line_value", type=MONEY, comment="Value at award, including GST"),
        MartColumn(
            name="current_value", type=MONEY, comment="Value after approved amendments; 0 if cancelled or rejected"
        ),
        MartColumn(name="taxable_value", type=MONEY, comment="Value before GST"),
        MartColumn(name="cgst", type=MONEY, comment="Central GST"),
        MartColumn(name="sgst", type=MONEY, comment="State GST"),
        MartColumn(name="igst", type=MONEY, comment="Integrated GST"),
        MartColumn(name="gst_rate", type=PERCENT, comment="GST in percent"),
        MartColumn(name="mrp_value", type=MONEY, comment="Maximum retail price times quantity"),
        MartColumn(name="reference_value", type=MONEY, comment="Reference price times quantity"),
        MartColumn(name="mii_class", type=varchar(32), comment="Make in India class at the order"),
        MartColumn(name="is_rate_contract", type=BOOLEAN, nullable=False, comment="A rate agreed, no value yet"),
        MartColumn(name="is_above_mrp", type=BOOLEAN, nullable=False, comment="Warning: price above the MRP"),
        MartColumn(
            name="is_due_before_contract", type=BOOLEAN, nullable=False, comment="Warning: due before the contract"
        ),
    ),
)
