"""The data dictionary that lies beside an export: every file's columns, as a CSV file that any program reads."""

import csv
import io
from collections.abc import Iterator

from gem.contracts.mart.tables import MART_TABLES
from gem.warehouse.export_scripts import PARTITION, exported_columns, partition_day
from gem.warehouse.templates.views import VIEW_OF

HEAD = ("table", "row_is", "column", "type", "may_be_null", "meaning")


def data_dictionary() -> str:
    """One line per exported column: its table, what a row of it is, its type in Redshift and its meaning; pure."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(_lines())
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
