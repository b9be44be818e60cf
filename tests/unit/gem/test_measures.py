"""Every measure is one query on declared columns, under a number and a name of its own."""

import pytest
import sqlglot
from sqlglot import exp

from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.measures.registry import MEASURES
from gem.contracts.measures.spec import Measure


def test_numbers_and_names_are_given_once() -> None:
    assert len({measure.number for measure in MEASURES}) == len(MEASURES)
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.name)
def test_a_measure_reads_only_declared_columns(measure: Measure) -> None:
    query = sqlglot.parse_one(measure.sql(), read="redshift")
    tables = {table.alias: MART_TABLE_BY_NAME[table.name] for table in query.find_all(exp.Table)}
    columns = list(query.find_all(exp.Column))
    for column in columns:
        declared = tables[column.table]
        names = {each.name for each in declared.warehouse_columns}
        assert column.name in names, f"{measure.name} reads {declared.name}.{column.name}"
    assert columns or "count(*)" in measure.numerator
