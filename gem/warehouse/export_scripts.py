"""The queries of an export, generated from the declarations: sql/unload/<view>.sql."""

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.spec import MartColumn, MartTable
from gem.warehouse.security import RESTRICTED
from gem.warehouse.templates.expressions import HEADER, lines
from gem.warehouse.templates.views import BOOKKEEPING, VIEW_OF, day_of

PARTITION = "financial_year"


def export_files() -> dict[str, str]:
    """Every file of sql/unload, by its path from the repository's root; pure."""
    return {f"sql/unload/{VIEW_OF[table.name]}.sql": f"{HEADER}{_query(table)};\n" for table in MART_TABLES}


def exported_columns(table: MartTable) -> list[MartColumn]:
    """What is exported of a table: neither bookkeeping nor restricted columns."""
    left_out = {*BOOKKEEPING, *RESTRICTED.get(table.name, ())}
    return [column for column in table.warehouse_columns if column.name not in left_out]


def partition_day(table: MartTable) -> str | None:
    """The day by whose financial year a fact or aggregate is parted: that of its sort key; None without one."""
    return day_of(table)


def _query(table: MartTable) -> str:
    view, day = VIEW_OF[table.name], partition_day(table)
    names = [f"exported.{column.name}" for column in exported_columns(table)]
    if day is None:
        return f"select\n{lines(names)}\nfrom bi.{view} as exported"
    return (
        f"select\n{lines([*names, f'day.{PARTITION}'])}\nfrom bi.{view} as exported\n"
        f"join bi.v_dates as day\n    on day.date_key = exported.{day}"
    )
