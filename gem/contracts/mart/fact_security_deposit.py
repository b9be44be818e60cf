"""fact_security_deposit: one row per deposit, from taking it to release or forfeiture."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, BOOLEAN, INTEGER, MONEY, TIMESTAMP, varchar

FACT_SECURITY_DEPOSIT = MartTable(
    name="fact_security_deposit",
    comment="Earnest money and performance guarantees",
    kind=TableKind.FACT,
    aggregate="security_deposit",
    grain="one deposit",
    natural_key=("deposit_id",),
    root_column="deposit_id",
    dist_even=True,
    sort_key=("held_date_key",),
    columns=(
        MartColumn(name="deposit_id", type=BIGINT, nullable=False, comment="Deposit at the source"),
        MartColumn(name="kind", type=varchar(32), comment="EMD or EPBG"),
        MartColumn(name="bid_id", type=BIGINT, comment="Bid it secures"),
        MartColumn(name="contract_id", type=BIGINT, comment="Contract it secures"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller who deposits"),
        MartColumn(name="mode", type=varchar(32), comment="How it is given"),
        MartColumn(name="status", type=varchar(32), comment="HELD, RELEASED or FORFEITED"),
        key_reference("seller_key", "dim_seller", "seller_id", "held_at", "Seller as of the deposit"),
        date_key("held_date_key", "Day it was taken"),
        date_key("released_date_key", "Day of release or forfeiture"),
        MartColumn(name="held_at", type=TIMESTAMP, comment="Taken, UTC"),
        MartColumn(name="valid_until", type=TIMESTAMP, comment="Valid until, UTC"),
        MartColumn(name="released_at", type=TIMESTAMP, comment="Released or forfeited, UTC"),
        MartColumn(name="amount", type=MONEY, comment="Amount"),
        MartColumn(
            name="held_days", type=INTEGER, comment="Days in India from taking to release; NULL while it is held"
        ),
        MartColumn(name="is_forfeited", type=BOOLEAN, nullable=False, comment="Forfeited"),
    ),
)
