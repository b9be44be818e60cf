"""Which keys of an SCD2 dimension have facts that are out of date once its versions have changed."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart_spec import BEGINNING_OF_TIME, IST_MINUTES, UNKNOWN_KEY, MartColumn, MartTable
from gem.warehouse.templates.aggregates import read_attributes
from gem.warehouse.templates.expressions import differ, lines, names, natural_identity
from gem.warehouse.templates.filled import counted_attributes


def told_attributes(table: MartTable) -> list[MartColumn]:
    """The columns by which facts count or aggregates sum up."""
    told = {*names(counted_attributes(table)), *read_attributes(table)}
    return [column for column in table.columns if column.name in told]


def tells_else(table: MartTable) -> str:
    """For changed_<dimension>: whether a version tells those that count or sum up by it something else than before."""
    attributes = told_attributes(table)
    if not attributes:
        return ""
    condition = differ(attributes, "present", "rebuilt", indent="        ")
    return f",\n    present.{table.key_column} is not null and (\n        {condition}\n    ) as tells_else"


def stale(table: MartTable) -> str:
    """Leaves stale_<dimension>: the keys that facts hold, and the day in India from which that is out of date.

    A version that has gone, one that ends earlier, and -1 for a key that was unknown: their facts belong to another
    version now. Where a version only tells else, facts keep their key, but what counts or sums them does so anew.
    """
    key = natural_identity(table)
    old, own = table.key_column, lines(key, indent=" " * 8)
    began = f"cast('{BEGINNING_OF_TIME}' as timestamp)"
    told = f"""
    union all
    select
        {old},
{own},
        valid_from,
        false
    from changed_{table.name}
    where tells_else"""
    return f"""
create temp table stale_{table.name} as
with stale as (
    select
        {old} as old_key,
{own},
        valid_from as changed_from,
        true as is_moved
    from vanished_{table.name}
    union all
    select
        {old},
{own},
        valid_to,
        true
    from changed_{table.name}
    where valid_to < valid_to_before
    union all
    select
        cast({UNKNOWN_KEY} as bigint),
{own},
        valid_from,
        true
    from changed_{table.name}
    where is_new
        and valid_from = {began}{told if told_attributes(table) else ""}
)
select
    old_key,
{lines(key)},
    is_moved,
    cast(to_char(dateadd(minute, {IST_MINUTES}, changed_from), 'YYYYMMDD') as integer) as changed_from_date_key
from stale
"""
