"""Columns of a fact that another aggregate owns: filled when the fact is inserted, and when the other side changes.

A lookup reads the other fact's row; where that row changed, came or went, the facts that name it follow. A rollup
counts rows of the same root by what a dimension says of each; where versions of the dimension changed, the roots that
such rows belong to are counted again.
"""

from gem.contracts.mart.tables import MART_TABLE_BY_NAME, MART_TABLES
from gem.contracts.mart_fill import Lookup, Rollup
from gem.contracts.mart_spec import MartColumn, MartTable
from gem.warehouse.templates.ddl import distribution
from gem.warehouse.templates.expressions import differ, identity, lines, names, same, touched_join
from gem.warehouse.templates.references import dimension_of, holds_stale_key

DEEP = " " * 8


def lookup_of(table: MartTable) -> Lookup | None:
    """Where the table's looked-up columns come from; ValueError where they are of two facts."""
    found = {(lookup.fact, lookup.by): lookup for _, lookup in table.lookups}
    if len(found) > 1:
        raise ValueError(f"{table.name} looks up in {sorted(found)}: one fact, by one column, is what the load knows")
    return next(iter(found.values()), None)


def rollup_of(table: MartTable) -> Rollup | None:
    """What the table's counted columns count; ValueError where they count two facts."""
    found = {(rollup.fact, rollup.key): rollup for _, rollup in table.rollups}
    if len(found) > 1:
        raise ValueError(f"{table.name} counts {sorted(found)}: one fact, by one key, is what the load knows")
    return next(iter(found.values()), None)


def counted_key(rollup: Rollup) -> MartColumn:
    """The key column of the counted fact."""
    return next(c for c in MART_TABLE_BY_NAME[rollup.fact].references if c.name == rollup.key)


def counted_attributes(dimension: MartTable) -> list[MartColumn]:
    """The columns of a dimension by which some fact counts."""
    rollups = [rollup for table in MART_TABLES for _, rollup in table.rollups]
    found = [rollup for rollup in rollups if dimension_of(counted_key(rollup)) is dimension]
    return [c for c in dimension.columns if any(c.name in rollup.attributes for rollup in found)]


def _alias(fact: str) -> str:
    return fact.removeprefix("fact_")


def filling_joins(table: MartTable) -> list[str]:
    """The joins of `staged` rows to what their filled columns need."""
    joins = []
    lookup, rollup = lookup_of(table), rollup_of(table)
    if lookup is not None:
        joins.append(_lookup_join(lookup, "staged"))
    if rollup is not None:
        counts = _counts(table, rollup, touched_join(table, _alias(rollup.fact), indent=DEEP))
        joins.append(f"left join (\n{counts}\n) as counted\n    on {same(identity(table), 'counted', 'staged')}")
    return joins


def filled(column: MartColumn) -> str:
    """The value of a filled column, of a `staged` row with its joins."""
    if isinstance(column.filled_from, Lookup):
        return f"{_looked_up(column.filled_from, 'staged')} as {column.name}"
    return f"coalesce(counted.{column.name}, 0) as {column.name}"


def _looked_up(lookup: Lookup, own: str) -> str:
    return lookup.value.format(own=own, other=_alias(lookup.fact))


def _lookup_join(lookup: Lookup, own: str, indent: str = "    ") -> str:
    other = MART_TABLE_BY_NAME[lookup.fact]
    alias = _alias(lookup.fact)
    return (
        f"left join mart.{other.name} as {alias}\n{indent}on {alias}.source_id = {own}.source_id\n"
        f"{indent}and {alias}.{other.root_column} = {own}.{lookup.by}"
    )


def follow(table: MartTable, lookup: Lookup) -> str:
    """Fill again the rows that name a touched root of the other fact; one that has gone leaves them unknown."""
    other = MART_TABLE_BY_NAME[lookup.fact]
    columns = [column for column, _ in table.lookups]
    values = [f"{_looked_up(one, 'present')} as {column.name}" for column, one in table.lookups]
    join = _lookup_join(lookup, "present", indent=DEEP).replace("left join", "    left join", 1)
    rows = (
        f"    select\n{lines([*(f'present.{name}' for name in identity(table)), *values], indent=DEEP)}\n"
        f"    from touched_root\n    join mart.{table.name} as present\n"
        f"        on present.source_id = touched_root.source_id\n"
        f"        and present.{lookup.by} = touched_root.root_id\n{join}\n"
        f"    where touched_root.aggregate = '{other.aggregate}'"
    )
    return _update(table, columns, rows)


def recount_roots(table: MartTable, rollup: Rollup) -> str:
    """Remember which rows of this table count rows whose key changed, before those are resolved again."""
    key = counted_key(rollup)
    own = identity(table)
    distributed = "".join(f"{clause}\n" for clause in distribution(table))
    return (
        f"create temp table recounted_{table.name}\n{distributed}as\nselect distinct\n"
        f"{lines(f'{_alias(rollup.fact)}.{name}' for name in own)}\nfrom stale_{dimension_of(key).name} as stale\n"
        f"join mart.{rollup.fact} as {_alias(rollup.fact)}\n    on {holds_stale_key(key, _alias(rollup.fact))}"
    )


def recount(table: MartTable, rollup: Rollup) -> str:
    """Count again for those rows; one that nothing is counted for any more was touched itself."""
    alias = _alias(rollup.fact)
    among = f"recounted_{table.name} as recounted\n        on {same(identity(table), 'recounted', alias, indent=DEEP)}"
    return _update(table, [column for column, _ in table.rollups], _counts(table, rollup, among))


def _counts(table: MartTable, rollup: Rollup, among: str) -> str:
    """Per row of the table its counts; `among` is a relation, with its join condition, that restricts what is read."""
    alias, key = _alias(rollup.fact), counted_key(rollup)
    dimension = dimension_of(key)
    said = dimension.name.removeprefix("dim_")
    counts = [
        f"count(case when {one.condition.format(row=alias, dimension=said)} then 1 end) as {column.name}"
        for column, one in table.rollups
    ]
    own = [f"{alias}.{name}" for name in identity(table)]
    return (
        f"    select\n{lines([*own, *counts], indent=DEEP)}\n    from mart.{rollup.fact} as {alias}\n"
        f"    join {among}\n    join mart.{dimension.name} as {said}\n"
        f"        on {said}.{dimension.key_column} = {alias}.{rollup.key}\n    group by {', '.join(own)}"
    )


def _update(table: MartTable, columns: list[MartColumn], rows: str) -> str:
    assigned = [f"{name} = filled.{name}" for name in names(columns)]
    return (
        f"update mart.{table.name}\nset\n{lines([*assigned, 'dw_updated_at = getdate()'])}\n"
        f"from (\n{rows}\n) as filled\nwhere {same(identity(table), table.name, 'filled')}\n"
        f"    and (\n        {differ(columns, table.name, 'filled', indent=DEEP)}\n    )"
    )
