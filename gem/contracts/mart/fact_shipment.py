"""fact_shipment: one row per dispatch of a contract's line, with its first acceptance."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, INTEGER, MONEY, QUANTITY, TIMESTAMP

FACT_SHIPMENT = MartTable(
    name="fact_shipment",
    comment="Shipments of contract lines",
    kind=TableKind.FACT,
    aggregate="contract",
    grain="one shipment",
    natural_key=("shipment_id",),
    root_column="contract_id",
    dist_key="contract_id",
    sort_key=("dispatched_date_key",),
    columns=(
        MartColumn(name="shipment_id", type=BIGINT, nullable=False, comment="Shipment at the source"),
        MartColumn(name="contract_id", type=BIGINT, nullable=False, comment="Contract it belongs to"),
        MartColumn(name="contract_item_id", type=BIGINT, comment="Line it delivers"),
        MartColumn(name="org_id", type=BIGINT, comment="Buying organisation"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller"),
        MartColumn(name="category_id", type=BIGINT, comment="Category of the line"),
        MartColumn(name="consignee_id", type=BIGINT, comment="Consignee of the line"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "dispatched_at", "Buyer as of the dispatch"),
        key_reference("seller_key", "dim_seller", "seller_id", "dispatched_at", "Seller as of the dispatch"),
        key_reference("category_key", "dim_category", "category_id", "dispatched_at", "Category as of the dispatch"),
        key_reference("consignee_key", "dim_consignee", "consignee_id", None, "Consignee"),
        date_key("dispatched_date_key", "Day of dispatch"),
        date_key("delivered_date_key", "Day of delivery"),
        date_key("first_crac_date_key", "Day of the first CRAC"),
        MartColumn(name="dispatched_at", type=TIMESTAMP, comment="Dispatch, UTC"),
        MartColumn(name="delivered_at", type=TIMESTAMP, comment="Delivery, UTC"),
        MartColumn(name="first_crac_at", type=TIMESTAMP, comment="First CRAC of the shipment, UTC"),
        MartColumn(name="dispatched_qty", type=QUANTITY, comment="Quantity sent"),
        MartColumn(name="delivered_qty", type=QUANTITY, comment="Quantity that arrived"),
        MartColumn(name="ld_amount", type=MONEY, comment="Liquidated damages for lateness"),
        MartColumn(name="days_delivery_to_crac", type=INTEGER, comment="Days in India from delivery to the first CRAC"),
    ),
)
