"""fact_platform_charge: one row per charge of a seller; what was to be charged is a view."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, MONEY, TIMESTAMP, varchar

FACT_PLATFORM_CHARGE = MartTable(
    name="fact_platform_charge",
    comment="Charges of the platform",
    kind=TableKind.FACT,
    aggregate="platform_charge",
    grain="one charge",
    natural_key=("charge_id",),
    root_column="charge_id",
    dist_key="seller_id",
    sort_key=("charged_date_key",),
    columns=(
        MartColumn(name="charge_id", type=BIGINT, nullable=False, comment="Charge at the source"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller who is charged"),
        MartColumn(name="contract_id", type=BIGINT, comment="Contract it is charged for"),
        MartColumn(name="kind", type=varchar(32), comment="TRANSACTION or ANNUAL_MILESTONE"),
        MartColumn(name="fy", type=varchar(7), comment="Financial year, such as 2025-26"),
        key_reference("seller_key", "dim_seller", "seller_id", "charged_at", "Seller as of the charge"),
        date_key("charged_date_key", "Day of the charge"),
        MartColumn(name="charged_at", type=TIMESTAMP, comment="Charged, UTC"),
        MartColumn(name="status", type=varchar(32), comment="BILLED, PAID, WAIVED or CANCELLED"),
        MartColumn(name="base_value", type=MONEY, comment="What the charge is computed from"),
        MartColumn(name="amount", type=MONEY, comment="Charge without GST"),
        MartColumn(name="gst", type=MONEY, comment="GST on the charge"),
    ),
)
