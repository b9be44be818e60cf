"""The tables of the semantic model: views of bi with their columns, types and ways to one another; pure."""

from dataclasses import dataclass
from functools import cache

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import MartTable
from gem.contracts.measures.relations import DATE_KEY_SUFFIX, DIMENSION_OF, VIEWS, Relation, dimension_of_key
from gem.powerbi.meanings import meaning_of
from gem.powerbi.names import words
from gem.warehouse.declared import TableShape, shape_of
from gem.warehouse.export_scripts import partition_day
from gem.warehouse.scripts import scripts, statements
from gem.warehouse.security import READERS_VIEW, RESTRICTED
from gem.warehouse.templates.quality import quality_views
from gem.warehouse.templates.totals import TOTALS_VIEW, totals_views
from gem.warehouse.templates.views import CHANGED_AT, REFRESH_DAY, VIEW_OF, view_script

DATES = "Dates"
LEFT_OUT = frozenset({"bridge_org_hierarchy", "dim_brand", "agg_gmv_daily"})
"""What no measure reads and nothing leads to; and sums, which the model makes itself."""
BESIDE = ("v_policy", "v_freshness", "v_quality", "v_open_rejects", READERS_VIEW, TOTALS_VIEW)
"""Views that stand alone: rules, freshness, what was rejected, who reads which ministry, and totals to compare."""
TYPES = {
    "bigint": "int64",
    "integer": "int64",
    "boolean": "boolean",
    "character varying": "string",
    "date": "dateTime",
    "timestamp without time zone": "dateTime",
}
FIXED_DIGITS = 4
"""Digits behind the point that Power BI's fixed decimal keeps."""


@dataclass(frozen=True)
class ModelColumn:
    """A column: its name for people, the view's own, its type in TMDL, and whether people see it."""

    name: str
    source: str
    type: str
    warehouse_type: str
    description: str
    is_hidden: bool
    may_be_blank: bool = True


@dataclass(frozen=True)
class Way:
    """A relationship from a key of a table to a dimension; of those between a pair one is active."""

    column: str
    to_table: str
    to_column: str
    is_active: bool


@dataclass(frozen=True)
class ModelTable:
    """A table of the model: the rows of one view of bi."""

    name: str
    view: str
    description: str
    columns: tuple[ModelColumn, ...]
    ways: tuple[Way, ...] = ()
    is_refreshed_by_day: bool = False
    """Whether the view has the day and the time of change that incremental refresh asks for."""
    only_where: str = ""
    """M over a row that keeps a row, "" for all."""

    def column(self, source: str) -> ModelColumn:
        """The column of that name in the view; KeyError names the table too."""
        for column in self.columns:
            if column.source == source:
                return column
        raise KeyError(f"{self.view} has no {source}")


@cache
def model_tables() -> tuple[ModelTable, ...]:
    """Every table of the model: dimensions, facts, the views that measures stand on, and what stands alone."""
    of_mart = [_mart_table(table) for table in MART_TABLES if table.name not in LEFT_OUT]
    of_views = [_view_table(relation) for relation in VIEWS if relation.name.removeprefix("bi.") not in BESIDE]
    return (*of_mart, *of_views, *(_table_beside(view) for view in BESIDE), _as_of())


@cache
def table_of_view(view: str) -> ModelTable:
    """The table that reads a view of bi."""
    return next(table for table in model_tables() if table.view == view and table.name != "As of")


def table_of_relation(relation: str) -> ModelTable:
    """The table of what a measure is read from: `mart.fact_bid` or `bi.v_payables`."""
    schema, _, name = relation.partition(".")
    return table_of_view(VIEW_OF[name] if schema == "mart" else name)


def table_name(view: str) -> str:
    """`v_order_lines` is "Order lines"."""
    return words(view.removeprefix("v_"))


def _mart_table(table: MartTable) -> ModelTable:
    view = VIEW_OF[table.name]
    shape = _shape_in(view_script(table))
    required = {column.name for column in table.warehouse_columns if not column.nullable}
    left_out = {*RESTRICTED.get(table.name, ()), REFRESH_DAY, CHANGED_AT}
    columns = _columns(view, shape, left_out, required)
    return ModelTable(
        name=table_name(view),
        view=view,
        description=f"{table.comment}: {table.grain}.",
        columns=columns,
        ways=() if table.is_dimension else _ways(columns, partition_day(table)),
        is_refreshed_by_day=REFRESH_DAY in shape.columns,
        only_where="[date_key] > 0" if table.name == "dim_date" else "",
    )


def _view_table(relation: Relation) -> ModelTable:
    view = relation.name.removeprefix("bi.")
    columns = _columns(view, _shape_in(_text_of(view)), set(), set(relation.keys))
    description = f"{relation.grain[0].upper()}{relation.grain[1:]}."
    return ModelTable(table_name(view), view, description, columns, _ways(columns, relation.day))


def _table_beside(view: str) -> ModelTable:
    shape = _shape_in(_text_of(view))
    return ModelTable(table_name(view), view, meaning_of(view, ""), _columns(view, shape, set(), set()))


def _as_of() -> ModelTable:
    """The days to choose from for measures that are as of a day; related to nothing."""
    day = next(column for column in _mart_table(MART_TABLES[0]).columns if column.source == "calendar_date")
    return ModelTable(
        "As of",
        "v_dates",
        "The day D of measures that are as of one; without a choice it is the present day in India.",
        (day,),
        only_where="[date_key] > 0",
    )


def _columns(view: str, shape: TableShape, left_out: set[str], required: set[str]) -> tuple[ModelColumn, ...]:
    return tuple(
        ModelColumn(
            name=words(column.name),
            source=column.name,
            type=tmdl_type(column.type),
            warehouse_type=column.type,
            description=meaning_of(view, column.name),
            is_hidden=column.name.endswith("_key"),
            may_be_blank=column.name not in required,
        )
        for column in shape.columns.values()
        if column.name not in left_out
    )


def tmdl_type(catalog_type: str) -> str:
    """A type of the warehouse in TMDL; fixed decimal where its digits suffice, so that no paisa is lost."""
    name, _, arguments = catalog_type.partition("(")
    if name == "numeric":
        scale = int(arguments.rstrip(")").partition(",")[2] or 0)
        return "decimal" if scale <= FIXED_DIGITS else "double"
    return TYPES[name]


def _ways(columns: tuple[ModelColumn, ...], day: str | None) -> tuple[Way, ...]:
    """A relationship for every key; of the date keys that of its day is active."""
    found = []
    for column in columns:
        if column.source.endswith(DATE_KEY_SUFFIX):
            found.append(Way(column.name, DATES, words("date_key"), is_active=column.source == day))
        elif column.source in DIMENSION_OF:
            dimension = dimension_of_key(column.source)
            to = table_name(VIEW_OF[dimension.name])
            found.append(Way(column.name, to, words(dimension.key_column), is_active=True))
    return tuple(found)


def _shape_in(text: str) -> TableShape:
    return next(shape for statement in statements(text + "\n") if (shape := shape_of(statement)))


def _text_of(view: str) -> str:
    """The script of a view that is written by hand, or that tells of quality or totals."""
    generated = (quality_views() | totals_views()).get(f"sql/views/{view}.sql")
    if generated is not None:
        return generated
    folder = "security" if view == READERS_VIEW else "views"
    return ";\n".join(
        statement
        for script in scripts(folder)
        for statement in script.statements
        if f"create view bi.{view} as" in statement
    )
