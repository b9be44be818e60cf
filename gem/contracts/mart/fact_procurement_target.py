"""fact_procurement_target: what the MSE mandate asks of each bound organisation in each financial year."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, PERCENT, TIMESTAMP, varchar

FACT_PROCUREMENT_TARGET = MartTable(
    name="fact_procurement_target",
    comment="Targets of procurement from micro and small enterprises",
    kind=TableKind.PERIODIC,
    aggregate=None,
    grain="one target of one bound organisation in one financial year",
    natural_key=("org_id", "year_begins_date_key", "target_code"),
    sort_key=("org_id", "year_begins_date_key"),
    columns=(
        MartColumn(name="org_id", type=BIGINT, nullable=False, comment="Organisation that the mandate binds"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "year_begins_at", "Organisation as of that day"),
        date_key("year_begins_date_key", "First day of the financial year, whose rules count"),
        MartColumn(name="year_begins_at", type=TIMESTAMP, nullable=False, comment="Its midnight in India, UTC"),
        MartColumn(name="target_code", type=varchar(64), nullable=False, comment="Parameter that sets it"),
        MartColumn(name="target_pct", type=PERCENT, nullable=False, comment="Percent of the year's procurement"),
    ),
)
