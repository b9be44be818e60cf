"""What the load of an SCD2 dimension remembers: every observation of a key, and which keys one of them touches."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart_spec import OBSERVATION_COLUMNS, MartColumn, MartTable
from gem.warehouse.templates.ddl import memory_columns
from gem.warehouse.templates.expressions import lines, md5_of, names, natural_identity, partition, same

SEGMENT_FROM: MartColumn = next(column for column in OBSERVATION_COLUMNS if column.name == "segment_from")


def observe(table: MartTable) -> list[str]:
    """Remember what is staged and not known yet; leaves fresh_<dimension>."""
    return [_unseen(table), _hashed(table), _fresh(table), _replaced(table), _forget(table), _remember(table)]


def touch(table: MartTable) -> list[str]:
    """Find the keys whose versions may change; leaves timeline_<dimension> and touched_<dimension>."""
    return [_timeline(table), _touched(table)]


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
    """One hash for all segments of an observation; a table of its own, so that the join below knows its size.

    LISTAGG ends at 65,535 bytes, 1,985 segments. A segment begins at a midnight on which something of one seller or
    office changed: more than five years of daily changes, where the rules make a few a year. Beyond it the load stops
    and quarantines nobody.
    """
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
    own = {"observed_at": "hashed", "observation_hash": "hashed", "snapshot_at": "log"}
    columns = [f"{own.get(name, 'unseen')}.{name}" for name in names(memory_columns(table))]
    return f"""
create temp table fresh_{table.name} as
select
{lines(columns)}
from unseen_{table.name} as unseen
join hashed_{table.name} as hashed
    on {same(key, "hashed", "unseen")}
join ops.load_log as log
    on {same(["source_id", "batch_seq", "attempt"], "log", "unseen")}
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
    """All observations of the keys that were seen, each with the moment at which it takes over.

    `newest_before` is the newest change of which those before it tell. A content that differs and tells of no newer one
    (a member was deleted, a clock ran backwards) has no moment of its own but the snapshot that first shows it.
    """
    key = natural_identity(table)
    window = f"{partition(table)} order by batch_seq"
    columns = [*key, "batch_seq", "observed_at", "snapshot_at", "observation_hash"]
    return f"""
create temp table timeline_{table.name} as
with observation as (
    select distinct
{lines([f"known.{name}" for name in columns], indent=" " * 8)}
    from ops.{table.name}_version as known
    join (select distinct {", ".join(key)} from fresh_{table.name}) as seen
        on {same(key, "seen", "known", indent=" " * 8)}
),
step as (
    select
{lines(columns, indent=" " * 8)},
        max(observed_at) over ({window} rows between unbounded preceding and 1 preceding) as newest_before,
        lag(observation_hash) over ({window}) as hash_before,
        lead(batch_seq) over ({window}) as seq_after
    from observation
)
select
{lines([*key, "batch_seq", "observation_hash", "hash_before", "seq_after"])},
    observed_at > newest_before as tells_newer,
    max(
        case
            when observation_hash <> hash_before and observed_at <= newest_before then snapshot_at
            else observed_at
        end
    ) over ({window} rows unbounded preceding) as takes_over_at
from step
"""


def _touched(table: MartTable) -> str:
    """The keys whose versions may change.

    An observation changes nothing when it equals the one before it and tells of no newer change: then it does not move
    the moment at which a later one takes over.
    """
    key = natural_identity(table)
    return f"""
create temp table touched_{table.name} as
select
{lines(f"timeline.{name}" for name in key)}
from timeline_{table.name} as timeline
join fresh_{table.name} as fresh
    on {same([*key, "batch_seq"], "fresh", "timeline")}
where timeline.hash_before is null
    or timeline.hash_before <> timeline.observation_hash
    or (timeline.seq_after is not null and timeline.tells_newer)
union
select
{lines(key)}
from replaced_{table.name}
"""
