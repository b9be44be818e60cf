"""A view per measure, by financial year and its natural slices; where it is as of a day, a query as of the present."""

from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.measures.query import table_query
from gem.contracts.measures.registry import MEASURES
from gem.contracts.measures.relations import dimension_of_key
from gem.contracts.measures.spec import Measure
from gem.contracts.types import Type, varchar
from gem.warehouse.templates.expressions import HEADER, lines

EXACT = "numeric(38,6)"
FIRST_EXTRA = 101
"""Counts from this number on are no measures of DOMAIN 8 and have no view."""


def measure_files() -> dict[str, str]:
    """Every view and query of a measure, by its path from the repository's root; pure."""
    files = {}
    for measure in MEASURES:
        if measure.as_of_rule:
            files[f"sql/measures/{measure.key}.sql"] = _query_file(measure)
        elif measure.number < FIRST_EXTRA:
            files[f"sql/views/{view_of(measure)}.sql"] = _view_file(measure)
    return files


def view_of(measure: Measure) -> str:
    """The name of the measure's view, where it has one."""
    return f"m_{measure.key}"


def measure_views() -> list[str]:
    """The names of all views of measures."""
    return [view_of(one) for one in MEASURES if not one.as_of_rule and one.number < FIRST_EXTRA]


def _query_file(measure: Measure) -> str:
    rule = f"-- As of a day D, here the present one in India: {measure.as_of_rule}\n"
    return f"{_head(measure)}{rule}{table_query(measure, measure.slices)};\n"


def _view_file(measure: Measure) -> str:
    view = f"bi.{view_of(measure)}"
    groups = [*([measure.year] if measure.year else []), *measure.slices]
    columns = [f"cast(figure.{_name(group)} as {_type(measure, group).redshift}) as {_name(group)}" for group in groups]
    if measure.denominator and not measure.expression:
        columns += [f"cast(figure.{part} as {EXACT}) as {part}" for part in ("numerator", "denominator")]
    columns.append(f"cast(figure.value as numeric(38,{measure.unit.digits})) as value")
    body = "\n".join(f"    {line}" for line in table_query(measure, groups).splitlines())
    return (
        f"{_head(measure)}drop view if exists {view};\n\n"
        f"create view {view} as\nwith figure as (\n{body}\n)\nselect\n{lines(columns)}\nfrom figure;\n"
    )


def _head(measure: Measure) -> str:
    return f"{HEADER}-- {measure.number}. {measure.name}, in {measure.unit.value}. {measure.description}\n"


def _name(group: str) -> str:
    return group.partition(".")[2]


def _type(measure: Measure, group: str) -> Type:
    """The type of a column that is grouped by: a dimension's or the fact's; text where a view states it."""
    alias, _, name = group.partition(".")
    schema, _, relation = measure.relation.partition(".")
    if alias != "f":
        table = dimension_of_key(measure.source.key_of(alias))
    elif schema == "mart":
        table = MART_TABLE_BY_NAME[relation]
    else:
        return varchar(128)
    return next(column.type for column in table.columns if column.name == name)
