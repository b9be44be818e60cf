"""A transform makes its table of its own aggregate and of nothing else (DESIGN law 2)."""

import ast
from pathlib import Path

import pytest
from pyspark.sql import DataFrame

import emr_jobs.transforms
from emr_jobs.transforms import registry
from emr_jobs.transforms.registry import TRANSFORMS, transform_of
from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.source.aggregates import AGGREGATE_OF_TABLE

MODULES = sorted(Path(emr_jobs.transforms.__path__[0]).glob("*.py"))
READERS = {"read", "readStream", "table", "sql", "getOrCreate", "getActiveSession", "parquet", "load"}


def fact_bid(contract: DataFrame) -> DataFrame:
    """A transform that reads another aggregate."""
    return contract


def test_a_transform_that_reads_another_aggregate_is_refused() -> None:
    with pytest.raises(ValueError, match=r"fact_bid is made of aggregate bid and may not read \['contract'\]"):
        transform_of(fact_bid, "bid")
    with pytest.raises(ValueError, match=r"may not read \['contract_item'\]"):
        transform_of(registry.fact_bid, "contract_item")


def test_every_curated_table_has_a_transform_of_its_own_aggregate() -> None:
    assert [transform.table.name for transform in TRANSFORMS] == [table.name for table in CURATED_TABLES]
    for transform in TRANSFORMS:
        assert {AGGREGATE_OF_TABLE[name].name for name in transform.inputs} == {transform.table.aggregate}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_transform_reads_anything_by_itself(module: Path) -> None:
    read = {node.attr for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Attribute)}
    assert not read & READERS
