"""Every measure of DOMAIN 8 is declared once, and is one query on declared columns of tables and views."""

import re
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from pydantic import ValidationError
from sqlglot import exp

from gem.contracts.measures.conduct import BUYER_SCORE
from gem.contracts.measures.orders import NET_GMV, ORDERS
from gem.contracts.measures.registry import MEASURES, REMAINDER, STEADY
from gem.contracts.measures.relations import VIEWS, Relation, alias_of
from gem.contracts.measures.sellers import MSE_SHARE
from gem.contracts.measures.spec import Measure, Unit, rows
from gem.contracts.policy import PARAMETER_BY_CODE, POLICY_PARAMETERS
from gem.warehouse.declared import declared_shapes

ROOT = Path(__file__).parents[3]
DOMAIN_NUMBERS = set(range(1, 57))
SHAPES = declared_shapes()
IDS = [measure.key for measure in MEASURES]


def test_every_number_of_the_domain_has_a_measure_and_no_key_or_name_stands_twice() -> None:
    assert {measure.number for measure in MEASURES if measure.number <= 100} == DOMAIN_NUMBERS
    assert len(set(IDS)) == len({measure.name for measure in MEASURES}) == len(MEASURES)


def test_only_what_is_no_ratio_of_sums_has_sql_of_its_own() -> None:
    assert [measure.key for measure in REMAINDER] == ["buyer_score", "data_age_hours"]
    assert [measure.key for measure in MEASURES if measure not in STEADY] == ["data_age_hours"]


@pytest.mark.parametrize("measure", MEASURES, ids=IDS)
def test_a_measure_reads_only_declared_columns(measure: Measure) -> None:
    slices = [*measure.slices, *([measure.year] if measure.year else [])]
    query = sqlglot.parse_one(measure.sql(*slices), read="redshift")
    tables = {each.alias: f"{each.db}.{each.name}" for each in query.find_all(exp.Table)}
    columns = [column for column in query.find_all(exp.Column) if column.table in tables]
    for column in columns:
        relation = tables[column.table]
        assert column.name in SHAPES[relation].columns, f"{measure.key} reads {relation}.{column.name}"
    assert columns


@pytest.mark.parametrize("measure", MEASURES, ids=IDS)
def test_a_measure_depends_on_a_day_only_where_it_says_so(measure: Measure) -> None:
    assert ("2026-03-31" in measure.sql(as_of=date(2026, 3, 31))) == bool(measure.as_of_rule)
    assert ("as_of" in measure.sql()) == bool(measure.as_of_rule)


@pytest.mark.parametrize("relation", VIEWS, ids=lambda relation: relation.name)
def test_the_keys_of_a_view_are_columns_of_it(relation: Relation) -> None:
    assert {*relation.keys, "source_id"} <= set(SHAPES[relation.name].columns)
    assert relation.day in (None, *relation.keys)
    assert len({alias_of(key) for key in relation.keys}) == len(relation.keys)


def test_a_grouping_joins_the_dimension_that_it_names_once() -> None:
    query = MSE_SHARE.sql("seller.size", "buyer_org.ministry_name", "contract_date.financial_year")
    assert query.count("join mart.dim_seller ") == query.count("join mart.dim_buyer_org ") == 1
    assert "join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key" in query
    assert NET_GMV.sql("buyer_org.org_name", through=("buyer_org_key",)) == NET_GMV.sql("buyer_org.org_name")
    with pytest.raises(KeyError, match="fact_order_line has no key of brand"):
        NET_GMV.sql("brand.brand_name")


def test_a_ratio_has_its_parts_and_a_count_the_divisor_one() -> None:
    assert MSE_SHARE.parts_sql().count("sum(f.current_value) as denominator") == 1
    assert ORDERS.parts_sql().count("1 as denominator") == 1


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_says_how_it_is_rounded_and_shown(unit: Unit) -> None:
    assert unit.digits >= 0
    assert "#" in unit.format_string or "0" in unit.format_string


def test_a_measure_names_only_keys_and_parameters_that_there_are() -> None:
    fields = {"key": "x", "number": 1, "name": "X", "description": "", "folder": "", "unit": Unit.COUNT}
    with pytest.raises(ValidationError, match="neither keys"):
        Measure(relation="mart.fact_bid", numerator=rows(), dimensions=("brand_key",), **fields)
    with pytest.raises(ValidationError, match="neither keys"):
        Measure(relation="mart.fact_bid", numerator=rows(), parameters=("LIMIT",), as_of_rule="D", **fields)
    with pytest.raises(ValidationError, match="say the rule"):
        Measure(relation="mart.fact_bid", numerator=rows(), parameters=("DP_LIMIT",), **fields)


def test_the_code_of_a_parameter_stands_once_and_views_name_no_other() -> None:
    assert len(PARAMETER_BY_CODE) == len(POLICY_PARAMETERS)
    quoted = re.compile(r"'([A-Z0-9]+(?:_[A-Z0-9]+)+)'")
    conditions = re.compile(r"param_code = (?:case.*?end|'[^']*')", re.DOTALL)
    named = {
        code
        for path in (ROOT / "sql" / "views").glob("*.sql")
        for condition in conditions.findall(path.read_text())
        for code in quoted.findall(condition)
    }
    assert named <= set(PARAMETER_BY_CODE)
    assert len(named) > 20
    assert set(BUYER_SCORE.parameters) <= set(PARAMETER_BY_CODE)


def test_no_view_holds_a_limit_or_a_rate() -> None:
    """330 minutes are India's time, 4 the rates of the buyer score, 2 the least that a split has."""
    allowed = {"330", "0", "1", "2", "3", "4", "5", "6", "7", "8", "100", "0.01"}
    for name in {relation.name.removeprefix("bi.") for relation in VIEWS}:
        code = re.sub(
            r"--[^\n]*|'[^']*'|numeric\([\d,]+\)|varchar\(\d+\)", "", (ROOT / f"sql/views/{name}.sql").read_text()
        )
        assert set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", code)) <= allowed, name
