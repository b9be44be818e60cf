"""The tables of the semantic model with the rows that a warehouse has, for the DAX engine."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from gem.contracts.measures.spec import Measure
from gem.powerbi.measures import model_measures
from gem.powerbi.names import words
from gem.powerbi.tables import ModelTable, model_tables
from gem.warehouse.security import READERS_VIEW
from tests.powerbi.dax_engine import Data, Row, Way

Ask = Callable[[str], Sequence[Sequence[Any]]]
"""Answers a query with its rows."""


def model_data(ask: Ask, day: date) -> Data:
    """What the model would hold of a warehouse, the day D being the present one in India."""
    tables = {table.name: rows_of(ask, table) for table in model_tables() if table.view != READERS_VIEW}
    ways = tuple(
        Way((table.name, way.column), (way.to_table, way.to_column), way.is_active)
        for table in model_tables()
        for way in table.ways
    )
    measures = {measure.name: measure.dax for measure in model_measures()}
    return Data(tables, ways, measures, datetime.combine(day, datetime.min.time()) + timedelta(hours=6))


def rows_of(ask: Ask, table: ModelTable) -> list[Row]:
    listed = ", ".join(column.source for column in table.columns)
    kept = " where date_key > 0 and financial_year between '2015-16' and '2030-31'" if table.view == "v_dates" else ""
    names = [(table.name, words(column.source)) for column in table.columns]
    return [
        dict(zip(names, map(plain, row), strict=True)) for row in ask(f"select {listed} from bi.{table.view}{kept}")
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


def exact(value: Any, measure: Measure) -> Decimal | None:
    """A value of the engine, rounded as SQL rounds; a sum or count of nothing is blank there and 0 here."""
    if value is None:
        return Decimal(0) if measure.adds_up else None
    number = Fraction(value)
    quotient = Decimal(number.numerator) / Decimal(number.denominator)
    return quotient.quantize(Decimal(1).scaleb(-measure.unit.digits), ROUND_HALF_UP)
