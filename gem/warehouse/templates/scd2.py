"""The load of an SCD2 dimension: its versions are a pure function of all observations of a key (DESIGN 7, step 4).

Observations are ordered by batch_seq, never by the time of loading. `takes_over_at` is the running maximum of
`observed_at`: an observation governs the attributes from then on, the first one from 1900-01-01, and of two that take
over at once the higher seq. Columns that follow business validity come from the newest observation's segments, for all
time. An observation that equals the one before it opens no version; the lowest seq of such a run is what counts.
"""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.spec import BEGINNING_OF_TIME, END_OF_TIME, OBSERVATION_COLUMNS, SCD2_COLUMNS, MartColumn, MartTable
from gem.warehouse.templates.ddl import memory_columns
from gem.warehouse.templates.expressions import (
    batch_id,
    lines,
    md5_of,
    names,
    natural_identity,
    same,
    step,
    surrogate_key,
)
from gem.warehouse.templates.stage import key_text, merge, stage_checks, stage_steps, unique_key

SEGMENT_FROM: MartColumn = next(column for column in OBSERVATION_COLUMNS if column.name == "segment_from")


def scd2_script(table: MartTable) -> str:
    """All steps of one SCD2 dimension."""
    return "\n".join(
        [
            *stage_steps(table),
            stage_checks(table),
            step(
                "observe",
                _unseen(table),
                _hashed(table),
                _fresh(table),
                _replaced(table),
                _forget(table),
                _remember(table),
            ),
            step("analyze_memory", f"analyze ops.{table.name}_version"),
            step("touch", _timeline(table), _touched(table)),
            step(
                "publish",
                _change(table),
                _observed(table),
                _rebuilt(table),
                _vanished(table),
                _changed(table),
                _rekeyed(table),
                *_write(table),
            ),
            step("analyze", f"analyze mart.{table.name}"),
            step("check", _unique(table), _continuity(table)),
        ]
    )


def _partition(table: MartTable) -> str:
    return f"partition by {', '.join(natural_identity(table))}"


def _unseen(table: MartTable) -> str:
    """The staged observations that are not known yet, of one batch only its newest attempt, each segment hashed."""
    key = [*natural_identity(table), "batch_seq"]
    columns = [*names(table.curated_columns), "batch_seq", "attempt"]
    return f"""
create temp table unseen_{table.name} as
with staged as (
    select
{lines(columns, indent=" " * 8)},
        max(attempt) over (partition by {", ".join(key)}) as newest_attempt
    from stage_{table.name}
)
select
{lines([f"staged.{name}" for name in columns])},
    {md5_of([SEGMENT_FROM, *table.attributes], "staged", indent=" " * 4)} as segment_hash
from staged
left join ops.{table.name}_version as known
    on {same(key, "known", "staged")}
    and known.attempt >= staged.attempt
where staged.attempt = staged.newest_attempt
    and known.batch_seq is null
"""


def _hashed(table: MartTable) -> str:
    """One hash for all segments of an observation; a table of its own, so that the join below knows its size."""
    key = [*natural_identity(table), "batch_seq"]
    return f"""
create temp table hashed_{table.name} as
select
{lines(key)},
    max(observed_at) as observed_at,
    md5(listagg(segment_hash, ',') within group (order by segment_from)) as observation_hash
from unseen_{table.name}
group by {", ".join(key)}
"""


def _fresh(table: MartTable) -> str:
    """The observations to remember, as rows of ops.<dimension>_version."""
    key = [*natural_identity(table), "batch_seq"]
    kept = [c.name for c in memory_columns(table) if c.name not in ("observed_at", "observation_hash")]
    return f"""
create temp table fresh_{table.name} as
select
{lines([f"unseen.{name}" for name in kept])},
    hashed.observed_at,
    hashed.observation_hash
from unseen_{table.name} as unseen
join hashed_{table.name} as hashed
    on {same(key, "hashed", "unseen")}
"""


def _replaced(table: MartTable) -> str:
    key = natural_identity(table)
    return f"""
create temp table replaced_{table.name} as
select distinct
{lines(f"fresh.{name}" for name in key)}
from fresh_{table.name} as fresh
join ops.{table.name}_version as known
    on {same([*key, "batch_seq"], "known", "fresh")}
"""


def _forget(table: MartTable) -> str:
    key = [*natural_identity(table), "batch_seq"]
    condition = same(key, f"{table.name}_version", f"fresh_{table.name}")
    return f"delete from ops.{table.name}_version\nusing fresh_{table.name}\nwhere {condition}"


def _remember(table: MartTable) -> str:
    columns = names(memory_columns(table))
    return (
        f"insert into ops.{table.name}_version (\n{lines(columns)}\n)\n"
        f"select\n{lines(columns)}\nfrom fresh_{table.name}"
    )


def _timeline(table: MartTable) -> str:
    key = natural_identity(table)
    window = f"{_partition(table)} order by batch_seq"
    columns = [*key, "batch_seq", "observed_at", "observation_hash"]
    return f"""
create temp table timeline_{table.name} as
with observation as (
    select distinct
{lines([f"known.{name}" for name in columns], indent=" " * 8)}
    from ops.{table.name}_version as known
    join (select distinct {", ".join(key)} from fresh_{table.name}) as seen
        on {same(key, "seen", "known", indent=" " * 8)}
)
select
{lines([*key, "batch_seq", "observation_hash"])},
    max(observed_at) over ({window} rows unbounded preceding) as takes_over_at,
    lag(observation_hash) over ({window}) as hash_before,
    lead(batch_seq) over ({window}) as seq_after
from observation
"""


def _touched(table: MartTable) -> str:
    """The keys whose versions may change.

    An observation changes nothing when it equals the one before it and does not move the moment at which a later one
    takes over.
    """
    key = natural_identity(table)
    return f"""
create temp table touched_{table.name} as
with step as (
    select
{lines([*key, "batch_seq", "observation_hash", "hash_before", "seq_after", "takes_over_at"], indent=" " * 8)},
        lag(takes_over_at) over ({_partition(table)} order by batch_seq) as taken_over_before
    from timeline_{table.name}
)
select
{lines(f"step.{name}" for name in key)}
from step
join fresh_{table.name} as fresh
    on {same([*key, "batch_seq"], "fresh", "step")}
where step.hash_before is null
    or step.hash_before <> step.observation_hash
    or (step.seq_after is not null and step.takes_over_at > step.taken_over_before)
union
select
{lines(key)}
from replaced_{table.name}
"""


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
    window = f"{_partition(table)} order by valid_from"
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


def _vanished(table: MartTable) -> str:
    key = natural_identity(table)
    return f"""
create temp table vanished_{table.name} as
select
{lines([f"present.{name}" for name in [table.key_column, *key]])}
from mart.{table.name} as present
join touched_{table.name} as touched
    on {same(key, "touched", "present")}
left join rebuilt_{table.name} as rebuilt
    on rebuilt.{table.key_column} = present.{table.key_column}
where rebuilt.{table.key_column} is null
"""


def _changed(table: MartTable) -> str:
    return f"""
create temp table changed_{table.name} as
select
{lines(f"rebuilt.{name}" for name in _published(table))},
    present.{table.key_column} is null as is_new
from rebuilt_{table.name} as rebuilt
left join mart.{table.name} as present
    on present.{table.key_column} = rebuilt.{table.key_column}
where present.{table.key_column} is null
    or present.row_hash <> rebuilt.row_hash
    or present.valid_to <> rebuilt.valid_to
    or present.source_version <> rebuilt.source_version
"""


def _published(table: MartTable) -> list[str]:
    own = [table.key_column, "source_id", *names(table.columns), *names(SCD2_COLUMNS)]
    return [*own, "batch_id", "source_version"]


def _rekeyed(table: MartTable) -> str:
    """The natural keys whose intervals changed: facts that refer to them are resolved again."""
    key = natural_identity(table)
    return f"""
create temp table rekeyed_{table.name} as
select
{lines(key)}
from vanished_{table.name}
union
select
{lines(key)}
from changed_{table.name}
where is_new
"""


def _write(table: MartTable) -> list[str]:
    return [
        f"delete from mart.{table.name}\nusing vanished_{table.name}\n"
        f"where {table.name}.{table.key_column} = vanished_{table.name}.{table.key_column}",
        merge(
            f"mart.{table.name}",
            f"changed_{table.name}",
            [table.key_column],
            _published(table)[1:],
            always={"dw_updated_at": "getdate()"},
            on_insert={"dw_inserted_at": "getdate()"},
        ),
    ]


def _unique(table: MartTable) -> str:
    return unique_key(table, f"rebuilt_{table.name}")


def _continuity(table: MartTable) -> str:
    key = natural_identity(table)
    window = f"partition by {', '.join(f'present.{name}' for name in key)} order by present.valid_from"
    return f"""
with version as (
    select
{lines([f"present.{name}" for name in [*key, "valid_from", "valid_to", "is_current"]], indent=" " * 8)},
        lag(present.valid_to) over ({window}) as valid_to_before,
        lead(present.valid_from) over ({window}) as next_from
    from mart.{table.name} as present
    join touched_{table.name} as touched
        on {same(key, "touched", "present", indent=" " * 8)}
)
select 'the versions leave a gap, overlap or have no single current one' as problem, min({key_text(key)}) as example
from version
where valid_from <> coalesce(valid_to_before, cast('{BEGINNING_OF_TIME}' as timestamp))
    or valid_to <> coalesce(next_from, cast('{END_OF_TIME}' as timestamp))
    or is_current <> (next_from is null)
having count(*) > 0
"""
