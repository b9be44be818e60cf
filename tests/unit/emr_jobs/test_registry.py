"""The transforms and their declarations fit together, and no transform reads another aggregate."""

import inspect

from emr_jobs.transforms.registry import TRANSFORMS
from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME


def test_every_curated_table_has_one_transform() -> None:
    assert sorted(t.table.name for t in TRANSFORMS) == sorted(table.name for table in CURATED_TABLES)


def test_a_transform_reads_its_own_aggregate_only() -> None:
    for transform in TRANSFORMS:
        assert transform.table.aggregate is not None
        own = {table.name for table in AGGREGATE_BY_NAME[transform.table.aggregate].tables}
        assert set(transform.inputs) <= own, transform.table.name
        assert transform.rows_of in transform.inputs


def test_a_transform_names_its_arguments_after_the_tables_it_reads() -> None:
    for transform in TRANSFORMS:
        assert tuple(inspect.signature(transform.build).parameters) == transform.inputs
