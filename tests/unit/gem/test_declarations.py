"""The declarations agree with one another."""

import re

import pytest
from pydantic import ValidationError

from gem.contracts.mart.tables import CURATED_TABLES, MART_TABLE_BY_NAME, MART_TABLES
from gem.contracts.mart_fill import GroupedBy, Lookup, Owner
from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, AGGREGATES, SOURCE_TABLES
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import BIGINT, MONEY, varchar
from gem.warehouse.templates.references import dimension_of

NAMES = [table.name for table in MART_TABLES]


def test_a_type_is_spelled_for_each_system() -> None:
    assert (MONEY.postgres, MONEY.arrow, MONEY.spark, MONEY.redshift) == (
        "numeric(18,2)",
        "decimal128(18,2)",
        "decimal(18,2)",
        "numeric(18,2)",
    )
    assert (varchar(9).postgres, varchar(9).redshift) == ("text", "varchar(9)")


def test_every_member_holds_its_roots_id_and_whole_tables_none() -> None:
    for aggregate in AGGREGATES:
        for table in aggregate.tables:
            if aggregate.travels_whole:
                assert table.root_column is None
            else:
                assert table.root_column == aggregate.root.primary_key[0]
                assert not table.column(table.root_column or "").nullable


def test_every_source_table_has_audit_columns_and_required_keys() -> None:
    for table in SOURCE_TABLES.values():
        for name in (*table.primary_key, "created_at", "updated_at"):
            assert not table.column(name).nullable, f"{table.name}.{name}"


def test_a_key_column_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValidationError, match="bid_idd"):
        SourceTable(
            name="bid",
            comment="",
            primary_key=("bid_idd",),
            root_column=None,
            columns=(Column(name="bid_id", type=BIGINT),),
        )


@pytest.mark.parametrize("table", CURATED_TABLES, ids=lambda t: t.name)
def test_every_loaded_table_names_its_aggregate_and_its_keys_are_columns(table: MartTable) -> None:
    assert table.aggregate in AGGREGATE_BY_NAME
    columns = {column.name for column in table.columns}
    assert {*table.natural_key} <= columns
    assert len(columns) == len(table.columns), "a column stands twice"
    if table.kind is TableKind.FACT:
        assert table.root_column in columns


@pytest.mark.parametrize("table", CURATED_TABLES, ids=lambda t: t.name)
def test_every_key_reference_resolves(table: MartTable) -> None:
    own = {column.name for column in table.columns if column.owner is Owner.CURATED}
    for column in table.references:
        assert column.reference is not None
        dimension = MART_TABLE_BY_NAME[column.reference.dimension]
        assert column.reference.natural_key in own
        assert (column.reference.as_of is not None) == (dimension.kind is TableKind.SCD2)
        assert column.reference.as_of is None or column.reference.as_of in own


def test_a_filled_column_comes_of_curated_columns_of_a_fact_that_is_loaded_before() -> None:
    filled = [(t, c, c.filled_from) for t in MART_TABLES for c in t.columns if c.owner is Owner.OTHER]
    assert {table.name for table, *_ in filled} == {"fact_bid", "fact_contract_lifecycle"}
    for table, column, source in filled:
        assert source is not None
        other = MART_TABLE_BY_NAME[source.fact]
        assert NAMES.index(other.name) < NAMES.index(table.name), f"{table.name}.{column.name}"
        if isinstance(source, Lookup):
            assert other.natural_key == (other.root_column,), "a lookup finds one row, by its root"
            assert source.by == table.sort_key[0], "rows that name a touched root are found by the sort key"
            read = set(re.findall(r"{other}\.(\w+)", source.value))
            assert read <= {c.name for c in other.columns if c.owner is Owner.CURATED}
        else:
            assert (other.aggregate, other.root_column) == (table.aggregate, table.natural_key[0])


SUMMED_UP = [table for table in MART_TABLES if table.sums_up]


@pytest.mark.parametrize("table", SUMMED_UP, ids=lambda t: t.name)
def test_an_aggregate_reads_what_its_fact_and_the_named_dimensions_have(table: MartTable) -> None:
    one = table.sums_up
    assert one is not None
    fact = MART_TABLE_BY_NAME[one.fact]
    keys = {column.name: dimension_of(column) for column in fact.references if column.name in one.keys}
    assert keys.keys() == set(one.keys)
    assert {dimension.kind for dimension in keys.values()} == {TableKind.SCD2}, "of no other the load knows the days"
    held = {"f": {c.name for c in fact.columns if c.owner is not Owner.OTHER}}
    held |= {d.name.removeprefix("dim_"): {c.name for c in d.warehouse_columns} for d in keys.values()}
    for column in table.columns:
        text = repr(column.filled_from)
        for relation, name in re.findall(r"\b([a-z_]+)\.(\w+)", text):
            assert name in held[relation], f"{column.name} reads {relation}.{name}"
    grouped = tuple(c.name for c in table.columns if isinstance(c.filled_from, GroupedBy))
    assert table.natural_key == grouped
    assert table.sort_key == (one.day,) == grouped[:1]


def test_a_table_says_what_it_sums_up_if_and_only_if_it_is_an_aggregate() -> None:
    (aggregate,) = SUMMED_UP
    with pytest.raises(ValidationError, match="says what it sums up"):
        MartTable(**{name: getattr(aggregate, name) for name in MartTable.model_fields if name != "sums_up"})


def test_facts_are_found_by_the_day_of_the_event_that_their_keys_are_resolved_as_of() -> None:
    for table in MART_TABLES:
        days = {
            c.reference.as_of.replace("_at", "_date_key") for c in table.references if c.reference and c.reference.as_of
        }
        assert days <= {table.sort_key[-1]}, table.name


def test_a_column_says_what_it_is_filled_from_if_and_only_if_another_aggregate_owns_it() -> None:
    with pytest.raises(ValidationError, match="says what it is filled from"):
        MartColumn(name="a", type=BIGINT, comment="", owner=Owner.OTHER)
    with pytest.raises(ValidationError, match="says what it is filled from"):
        MartColumn(name="a", type=BIGINT, comment="", filled_from=Lookup(fact="fact_bid", by="b", value="{other}.c"))


def test_distribution_and_sort_keys_are_columns() -> None:
    for table in MART_TABLES:
        names = {column.name for column in table.warehouse_columns}
        assert {*table.sort_key, *([table.dist_key] if table.dist_key else [])} <= names, table.name


def test_every_column_is_described() -> None:
    assert [f"{t.name}.{c.name}" for t in MART_TABLES for c in t.warehouse_columns if not c.comment] == []
