"""The tables of the semantic model with the rows that a warehouse has, for the DAX engine."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gem.powerbi.measures import model_measures
from gem.powerbi.names import words
from gem.powerbi.tables import ModelTable, model_tables
from gem.warehouse.connection import execute
from gem.warehouse.security import READERS_VIEW
from tests.powerbi.dax_engine import Data, Row, Way


def model_data(connection: Any, day: date) -> Data:
    """What the model would hold of a warehouse, the day D being the present one in India."""
    tables = {table.name: rows_of(connection, table) for table in model_tables() if table.view != READERS_VIEW}
    ways = tuple(
        Way((table.name, way.column), (way.to_table, way.to_column), way.is_active)
        for table in model_tables()
        for way in table.ways
    )
    measures = {measure.name: measure.dax for measure in model_measures()}
    return Data(tables, ways, measures, datetime.combine(day, datetime.min.time()) + timedelta(hours=6))


def rows_of(connection: Any, table: ModelTable) -> list[Row]:
    listed = ", ".join(column.source for column in table.columns)
    kept = " where date_key > 0 and financial_year between '2020-21' and '2027-28'" if table.view == "v_dates" else ""
    names = [(table.name, words(column.source)) for column in table.columns]
    return [
        dict(zip(names, map(plain, row), strict=True))
        for row in execute(connection, f"select {listed} from bi.{table.view}{kept}")
    ]


def plain(one: Any) -> Any:
    """A value as the engine computes with it: numbers as fractions, moments without a zone."""
    if isinstance(one, bool) or one is None:
        return one
    if isinstance(one, int | float | Decimal):
        return Fraction(one)
    if isinstance(one, datetime):
        return one.astimezone(UTC).replace(tzinfo=None) if one.tzinfo else one
    return datetime.combine(one, datetime.min.time()) if isinstance(one, date) else one
