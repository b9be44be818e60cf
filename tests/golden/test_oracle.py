"""The oracle gives the numbers that were computed by hand."""

import ast
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal

import psycopg2
import pytest

from local_aws.postgres import EmbeddedPostgres
from local_aws.source import schema
from tests.golden.cases import CASES
from tests.golden.source import Case, Figure, policies
from tests.oracle.oracle import FOLDER, MEASURES, Oracle

TEMPLATE = "golden"
Source = Callable[[str], str]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """Makes a source of that name, with the parameters of policy and nothing else; its DSN."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("golden"), durable=False, settings={"jit": False}) as postgres:
        postgres.create_database(TEMPLATE)
        connection = psycopg2.connect(postgres.dsn(TEMPLATE))
        with connection:
            schema.install(connection)
        connection.close()
        execute(postgres.dsn(TEMPLATE), policies())
        Oracle(postgres.dsn(TEMPLATE)).install()

        def copy(name: str) -> str:
            admin = psycopg2.connect(postgres.dsn())
            admin.autocommit = True
            admin.cursor().execute(f"create database {name} template {TEMPLATE}")
            admin.close()
            return postgres.dsn(name)

        yield copy


def execute(dsn: str, statements: tuple[str, ...]) -> None:
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.letter)
def test_a_golden_case(source: Source, case: Case) -> None:
    dsn = source(f"case_{case.letter}")
    oracle = Oracle(dsn)
    for number, each in enumerate(case.rounds, start=1):
        execute(dsn, each.statements)
        oracle.observe()
        answered = {figure: answer(oracle, figure) for figure in each.figures}
        computed = {figure: None if figure.value is None else Decimal(figure.value) for figure in each.figures}
        assert answered == computed, f"after round {number}"


def answer(oracle: Oracle, figure: Figure) -> Decimal | None:
    return oracle.answers(figure.as_of, figure.measure)[figure.measure].figure(figure.name, figure.slice)


def test_every_measure_has_a_golden_number() -> None:
    assert {figure.measure for case in CASES for each in case.rounds for figure in each.figures} == MEASURES.keys()


def test_the_oracle_imports_nothing_of_the_pipeline() -> None:
    tree = ast.parse((FOLDER / "oracle.py").read_text("utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {name.partition(".")[0] for name in imported} <= {*sys.stdlib_module_names, "psycopg2"}


def test_every_measure_answers_where_there_is_nothing(source: Source) -> None:
    oracle = Oracle(source("nothing"))
    oracle.observe()
    answers = oracle.answers(CASES[0].rounds[0].figures[0].as_of)
    assert answers.keys() == MEASURES.keys()
    assert {name for name, found in answers.items() if any(found.overall.values())} <= {"06_daily_average_gmv"}
