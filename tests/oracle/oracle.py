"""The measures of DOMAIN 8 as plain PostgreSQL answers them from the source alone: what the warehouse is compared with.

Imports nothing of the pipeline. `measures/` has a file per measure, written from DOMAIN 5, 6, 8, 9 and ADR 13. Each
gives a row for all together (`overall` is 1) and one per slice, by a grouping natural to it; the other columns are its
figures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import extensions

FOLDER = Path(__file__).parent
MEASURES = {path.stem: path.read_text("utf-8") for path in sorted((FOLDER / "measures").glob("*.sql"))}
PRECISION = Decimal("0.000001")

Figures = dict[str, Decimal | None]


@dataclass(frozen=True)
class Answer:
    """The figures of one measure: of everything, and of each slice."""

    overall: Figures
    slices: dict[str, Figures]

    def figure(self, name: str, piece: str | None) -> Decimal | None:
        """One figure of that slice, or of everything; unknown where there is nothing."""
        figures = self.overall if piece is None else self.slices.get(piece, {})
        return figures.get(name)


class Oracle:
    """Beside the source's schema `gem` it keeps a schema `oracle`, with what the source showed in each round."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def install(self) -> None:
        with self._cursor() as cursor:
            cursor.execute((FOLDER / "schema.sql").read_text("utf-8"))

    def observe(self) -> None:
        """Notes what the source shows now: after every round of change, before it is extracted."""
        with self._cursor() as cursor:
            cursor.execute((FOLDER / "observe.sql").read_text("utf-8"))

    def answers(self, as_of: date, *names: str) -> dict[str, Answer]:
        """Every measure, or those named, as of the end of the day."""
        with self._cursor() as cursor:
            cursor.execute("select set_config('oracle.as_of', %s, true)", (as_of.isoformat(),))
            cursor.execute((FOLDER / "relations.sql").read_text("utf-8"))
            answers = {name: _answer(cursor, MEASURES[name]) for name in names or MEASURES}
            # The relations are of the present: the next question finds others.
            cursor.connection.rollback()
        return answers

    @contextmanager
    def _cursor(self) -> Iterator[extensions.cursor]:
        connection = psycopg2.connect(self._dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute("set time zone 'UTC'")
            yield cursor
        connection.close()


def _answer(cursor: extensions.cursor, query: str) -> Answer:
    cursor.execute(query)
    columns = [column.name for column in cursor.description or ()]
    overall: Figures = {}
    slices: dict[str, Figures] = {}
    for is_overall, piece, *values in cursor.fetchall():
        figures = _figures(dict(zip(columns[2:], values, strict=True)))
        if is_overall:
            overall = figures
        else:
            slices[str(piece)] = figures
    return Answer(overall, slices)


def _figures(values: dict[str, Any]) -> Figures:
    """The figures with the value of a ratio, which is unknown where its denominator is 0."""
    figures = {name: None if value is None else Decimal(str(value)) for name, value in values.items()}
    if "numerator" in figures:
        numerator, denominator = figures["numerator"], figures["denominator"]
        unknown = numerator is None or not denominator
        figures["value"] = None if unknown else numerator / denominator  # type: ignore[operator]
    return figures
