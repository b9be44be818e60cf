"""The golden cases through the whole pipeline, all in one source: extracted, curated by Spark, loaded, and asked for.

What happened in the first round of every case is one batch, in the second another, in the third a third.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg2
import pytest

from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedManifest
from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.measures.registry import STEADY
from gem.powerbi.dax import dax_of
from tests.golden.cases import CASES
from tests.golden.source import Case, Figure, policies
from tests.model.lab import Lab
from tests.powerbi.dax_engine import computed
from tests.powerbi.model_rows import exact, model_data
from tests.story.asked import Ask, answers, asking, same
from tests.story.short_line import ShortLine, open_short_line

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

DAYS_OF_DAX = (date(2025, 3, 31), date(2026, 3, 31))
ROUNDS = max(len(case.rounds) for case in CASES)
TOLD = [(case, number) for case in CASES for number in range(len(case.rounds))]


@dataclass(frozen=True)
class Told:
    """The batches of the rounds, a second attempt of the first, and a warehouse as it was after each of them."""

    lab: Lab
    batches: list[CuratedManifest]
    again: CuratedManifest
    warehouses: list[str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with open_short_line(tmp_path_factory.mktemp("golden")) as line:
        batches, again = tell(line)
        warehouses = []
        for batch in batches:
            warehouses.append(line.lab.copy(*warehouses[-1:]))
            line.lab.load(warehouses[-1], batch)
        yield Told(line.lab, batches, again, warehouses)


def tell(line: ShortLine) -> tuple[list[CuratedManifest], CuratedManifest]:
    site = line.site("golden", contracts=0)
    site.execute(*policies())
    batches = []
    for number in range(ROUNDS):
        site.execute(*(each for case in CASES for step in case.rounds[number : number + 1] for each in step.statements))
        batches += site.batches()
    assert len(batches) == ROUNDS
    return batches, site.curated(BatchId.parse(batches[0].batch_id), 2)


@pytest.mark.parametrize(("case", "number"), TOLD, ids=[f"{case.letter}-{number + 1}" for case, number in TOLD])
def test_a_golden_case(told: Told, case: Case, number: int) -> None:
    warehouse = alone(told.lab, told.warehouses[number], case)
    expected = case.rounds[number]
    with asking(told.lab, warehouse) as ask:
        found = {figure: answer(ask, figure) for figure in expected.figures}
        rows = [[" ".join(map(str, row)) for row in ask(seen.query)] for seen in expected.seen]
    assert {figure: value for figure, value in found.items() if not is_as_computed(figure, value)} == {}
    assert rows == [list(seen.rows) for seen in expected.seen]
    told.lab.drop(warehouse)


def answer(ask: Ask, figure: Figure) -> Decimal | None:
    return answers(ask, figure.as_of, figure.measure)[figure.measure].figure(figure.name, figure.slice)


def is_as_computed(figure: Figure, found: Decimal | None) -> bool:
    return same(None if figure.value is None else Decimal(figure.value), found)


def alone(lab: Lab, warehouse: str, case: Case) -> str:
    """A copy of the warehouse that holds the rows of this case and no other."""
    name = lab.copy(warehouse)
    connection = psycopg2.connect(lab.postgres.dsn(name))
    with connection, connection.cursor() as cursor:
        for table in MART_TABLES:
            if table.root_column is not None:
                members = f"{table.key_column} > 0 and" if table.is_dimension else ""
                cursor.execute(
                    f"delete from mart.{table.name} where {members} {table.root_column} not between %s and %s",
                    (case.base, case.base + 999),
                )
    connection.close()
    return name


def test_the_order_of_the_batches_changes_nothing(told: Told) -> None:
    first, second, third = told.batches
    in_order = told.lab.digests(told.warehouses[-1])
    for order in ([third, second, first, third], [second, first, told.again, third, second]):
        warehouse = told.lab.copy()
        for batch in order:
            told.lab.load(warehouse, batch)
        assert told.lab.digests(warehouse) == in_order, [(batch.batch_seq, batch.attempt) for batch in order]
        told.lab.drop(warehouse)


@pytest.mark.parametrize("day", DAYS_OF_DAX, ids=str)
def test_every_measure_in_dax_says_the_same_of_all_cases_as_in_sql(told: Told, day: date) -> None:
    with asking(told.lab, told.warehouses[-1]) as ask:
        data = model_data(ask, day)
        for measure in STEADY:
            [[value]] = ask(measure.sql(as_of=day))
            expected = None if value is None else Decimal(str(value))
            assert exact(computed(data, dax_of(measure)), measure) == expected, measure.key
