"""dim_date: Indian calendar days with their financial year (April to March)."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BOOLEAN, DATE, INTEGER, varchar

DIM_DATE = MartTable(
    name="dim_date",
    comment="Calendar days in IST; filled by a migration",
    kind=TableKind.STATIC,
    aggregate=None,
    grain="one day; -1 is the unknown day",
    natural_key=("date_key",),
    sort_key=("date_key",),
    columns=(
        MartColumn(name="date_key", type=INTEGER, nullable=False, comment="yyyymmdd"),
        MartColumn(name="calendar_date", type=DATE, comment="The day"),
        MartColumn(name="financial_year", type=varchar(7), comment="Such as 2025-26"),
        MartColumn(name="fy_start_year", type=INTEGER, comment="2025 for 2025-26"),
        MartColumn(name="fy_quarter", type=INTEGER, comment="1 is April to June"),
        MartColumn(name="fy_month_no", type=INTEGER, comment="1 is April"),
        MartColumn(name="fy_day_no", type=INTEGER, comment="1 is 1 April"),
        MartColumn(name="month_name", type=varchar(16), comment="English name of the month"),
        MartColumn(name="iso_week", type=INTEGER, comment="ISO 8601 week"),
        MartColumn(name="is_month_end", type=BOOLEAN, comment="Last day of its month"),
    ),
)
