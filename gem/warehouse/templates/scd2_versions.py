"""The versions of an SCD2 dimension's touched keys, computed from nothing but their observations."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart_spec import BEGINNING_OF_TIME, END_OF_TIME, MartTable
from gem.warehouse.templates.expressions import (
    batch_id,
    lines,
    md5_of,
    names,
    natural_identity,
    partition,
    same,
    surrogate_key,
)


def rebuild(table: MartTable) -> list[str]:
    """Leaves rebuilt_<dimension>: the rows that the dimension must have for the touched keys."""
    return [_change(table), _observed(table), _rebuilt(table)]


def _change(table: MartTable) -> str:
    """Of the touched keys the observations that differ from the one before, with the newest of them."""
    key = natural_identity(table)
    return f"""
create temp table change_{table.name} as
select
{lines([f"timeline.{name}" for name in [*key, "batch_seq", "hash_before", "takes_over_at"]])},
    max(timeline.batch_seq) over (partition by {", ".join(f"timeline.{name}" for name in key)}) as newest_seq
from timeline_{table.name} as timeline
join touched_{table.name} as touched
    on {same(key, "touched", "timeline")}
where timeline.hash_before is null or timeline.hash_before <> timeline.observation_hash
"""


def _observed(table: MartTable) -> str:
    """What those observations said, segment by segment."""
    key = natural_identity(table)
    return f"""
create temp table observed_{table.name} as
select
{lines([f"known.{name}" for name in [*key, "batch_seq", "segment_from", *names(table.attributes)]])},
    change.newest_seq,
    row_number() over (
        partition by {", ".join(f"known.{name}" for name in [*key, "batch_seq"])}
        order by known.segment_from
    ) as segment_no
from ops.{table.name}_version as known
join change_{table.name} as change
    on {same([*key, "batch_seq"], "change", "known")}
"""


def _rebuilt(table: MartTable) -> str:
    """The versions of the touched keys: the observed and the business boundaries, equal neighbours collapsed."""
    key = natural_identity(table)
    window = f"{partition(table)} order by valid_from"
    business = [c for c in table.attributes if c.business_validity]
    base = [c for c in table.attributes if not c.business_validity]
    # The newest observation has a say in every version of a dimension that follows business validity.
    decided_by = "newest_seq" if business else "base_seq"
    wide = [*key, *names(table.attributes), "valid_from", "version_seq", "row_hash"]
    return f"""
create temp table rebuilt_{table.name} as
with boundary as (
    select
{lines(key, indent=" " * 8)},
        newest_seq,
        case
            when hash_before is null then cast('{BEGINNING_OF_TIME}' as timestamp)
            else takes_over_at
        end as valid_from,
        batch_seq as base_seq,
        cast(null as timestamp) as segment_from
    from change_{table.name}
    union all
    select
{lines(key, indent=" " * 8)},
        newest_seq,
        segment_from as valid_from,
        cast(null as bigint) as base_seq,
        segment_from
    from observed_{table.name}
    where batch_seq = newest_seq
),
instant as (
    select
{lines(key, indent=" " * 8)},
        newest_seq,
        valid_from,
        max(base_seq) as base_seq,
        max(segment_from) as segment_from
    from boundary
    group by {", ".join([*key, "newest_seq", "valid_from"])}
),
governed as (
    select
{lines(key, indent=" " * 8)},
        newest_seq,
        valid_from,
        max(base_seq) over ({window} rows unbounded preceding) as base_seq,
        max(segment_from) over ({window} rows unbounded preceding) as segment_from
    from instant
),
described as (
    select
{lines([f"governed.{name}" for name in key], indent=" " * 8)},
        governed.valid_from,
        governed.{decided_by} as version_seq,
{lines([*(f"base.{c.name}" for c in base), *(f"segment.{c.name}" for c in business)], indent=" " * 8)}
    from governed
    join observed_{table.name} as base
        on {same(key, "base", "governed", indent=" " * 8)}
        and base.batch_seq = governed.base_seq
        and base.segment_no = 1
    left join observed_{table.name} as segment
        on {same(key, "segment", "governed", indent=" " * 8)}
        and segment.batch_seq = governed.newest_seq
        and segment.segment_from = governed.segment_from
),
hashed as (
    select
{lines([*key, *names(table.attributes), "valid_from", "version_seq"], indent=" " * 8)},
        {md5_of(table.attributes, "described", indent=" " * 8)} as row_hash
    from described
),
compared as (
    select
{lines(wide, indent=" " * 8)},
        lag(row_hash) over ({window}) as hash_before
    from hashed
),
version as (
    select
{lines(wide, indent=" " * 8)},
        lead(valid_from) over ({window}) as next_from
    from compared
    where hash_before is null or hash_before <> row_hash
)
select
    {surrogate_key(table, "version")} as {table.key_column},
{lines([f"version.{name}" for name in [*key, *names(table.attributes), "valid_from"]])},
    coalesce(version.next_from, cast('{END_OF_TIME}' as timestamp)) as valid_to,
    version.next_from is null as is_current,
    version.row_hash,
    {batch_id("version", "version_seq")} as batch_id,
    version.version_seq as source_version
from version
"""
