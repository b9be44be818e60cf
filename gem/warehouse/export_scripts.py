"""The queries of an export, generated from the declarations: sql/unload/<view>.sql."""

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import MartColumn, MartTable
from gem.contracts.measures.relations import VIEWS
from gem.warehouse.security import RESTRICTED
from gem.warehouse.templates.expressions import HEADER, lines
from gem.warehouse.templates.quality import QUALITY_VIEWS
from gem.warehouse.templates.totals import TOTALS_VIEW
from gem.warehouse.templates.views import BOOKKEEPING, VIEW_OF, day_of

PARTITION = "financial_year"


MEASURED_VIEWS = tuple(
    dict.fromkeys((*(one.name.removeprefix("bi.") for one in VIEWS), "v_policy", *QUALITY_VIEWS, TOTALS_VIEW))
)
"""Views of no table of their own that measures and reports read; they are exported whole."""


def export_files() -> dict[str, str]:
    """Every file of sql/unload, by its path from the repository's root; pure."""
    queries = {VIEW_OF[table.name]: _query(table) for table in MART_TABLES}
    queries |= {view: f"select exported.*\nfrom bi.{view} as exported" for view in MEASURED_VIEWS}
    return {f"sql/unload/{view}.sql": f"{HEADER}{query};\n" for view, query in queries.items()}


def exported_views() -> dict[str, bool]:
    """Every view that is exported, and whether by financial year."""
    by_table = {VIEW_OF[table.name]: partition_day(table) is not None for table in MART_TABLES}
    return by_table | dict.fromkeys(MEASURED_VIEWS, False)


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
