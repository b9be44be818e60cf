"""The data dictionary that lies beside an export: every file's columns and every measure, as a CSV file."""

import csv
import io
from collections.abc import Iterator

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.measures.registry import MEASURES
from gem.contracts.measures.spec import Measure
from gem.powerbi.tables import table_of_view
from gem.warehouse.export_scripts import MEASURED_VIEWS, PARTITION, exported_columns, partition_day
from gem.warehouse.templates.views import VIEW_OF

HEAD = ("table", "row_is", "column", "type", "may_be_null", "meaning")
MEASURE = "measure"


def data_dictionary() -> str:
    """A line per exported column: its table, what a row of it is, its type in Redshift and its meaning; pure.

    Then a line per measure, of the table `measure`: the rows it sums up, its key, its type and its meaning.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(_lines())
    writer.writerows(_measure(each) for each in MEASURES)
    return out.getvalue()


def _lines() -> Iterator[tuple[str, ...]]:
    for table in MART_TABLES:
        view = VIEW_OF[table.name]
        for column in exported_columns(table):
            nullable = "yes" if column.nullable else "no"
            yield view, table.grain, column.name, column.type.redshift, nullable, column.comment
        day = partition_day(table)
        if day:
            meaning = f"Financial year (April to March, IST) of {day}; the folder's name"
            yield view, table.grain, PARTITION, "varchar(7)", "no", meaning
    for view in MEASURED_VIEWS:
        model = table_of_view(view)
        for shown in model.columns:
            nullable = "yes" if shown.may_be_blank else "no"
            yield view, model.description, shown.source, shown.warehouse_type, nullable, shown.description


def _measure(measure: Measure) -> tuple[str, ...]:
    rule = f" As of a day D: {measure.as_of_rule}" if measure.as_of_rule else ""
    type_ = f"numeric(38,{measure.unit.digits})"
    meaning = f"{measure.name} ({measure.unit.value}). {measure.description}{rule}"
    return (
        MEASURE,
        f"{measure.grain} ({measure.relation})",
        measure.key,
        type_,
        "no" if measure.adds_up else "yes",
        meaning,
    )
