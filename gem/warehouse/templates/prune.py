"""Pruning what loads remember: of what lies at or below a mark, only what a newer batch still needs is kept.

Every batch that may yet be loaded is above its source's mark (gem.warehouse.mark), so it is newer than any root and any
SCD1 row below it, and needs no version to be compared with. The versions of an SCD2 dimension follow from all its
observations, but equal neighbours below the mark will never be parted: one that repeats the one before it says nothing
unless it is the first of its run to tell of a change that late, for what differs next takes over by that.
"""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.mart_spec import MartTable, TableKind
from gem.warehouse.templates.expressions import HEADER, lines, natural_identity, partition, same

ROOT_VERSION = "root_version"


def prune_files() -> dict[str, str]:
    """Every file of sql/prune, by its path from the repository's root; each finds moved_mark, the marks as they move.

    moved_mark (source_id, seq_before, batch_seq) has one row per source whose mark goes up to batch_seq.
    """
    statements = {ROOT_VERSION: [_forget(ROOT_VERSION)]}
    statements |= {f"{table.name}_version": _of_dimension(table) for table in CURATED_TABLES if table.is_dimension}
    return {
        f"sql/prune/{name}.sql": HEADER + "\n" + "\n\n".join(f"{one.strip()};" for one in several) + "\n"
        for name, several in statements.items()
    }


def _of_dimension(table: MartTable) -> list[str]:
    memory = f"{table.name}_version"
    if table.kind is TableKind.SCD2:
        return [_repeated(table), _collapse(table), f"drop table repeated_{table.name}"]
    return [_forget(memory)]


def _forget(memory: str) -> str:
    return (
        f"delete from ops.{memory}\nusing moved_mark\nwhere moved_mark.source_id = {memory}.source_id\n"
        f"    and {memory}.batch_seq <= moved_mark.batch_seq"
    )


def _repeated(table: MartTable) -> str:
    """The observations that say nothing, of those keys that were observed since the mark before."""
    key = natural_identity(table)
    window = f"{partition(table)} order by batch_seq"
    return f"""
create temp table repeated_{table.name} as
with seen as (
    select distinct
{lines([f"known.{name}" for name in key], indent=" " * 8)},
        moved_mark.batch_seq as mark
    from ops.{table.name}_version as known
    join moved_mark
        on moved_mark.source_id = known.source_id
    where known.batch_seq > moved_mark.seq_before
        and known.batch_seq <= moved_mark.batch_seq
),
observation as (
    select distinct
{lines([f"known.{name}" for name in [*key, "batch_seq", "observed_at", "observation_hash"]], indent=" " * 8)}
    from ops.{table.name}_version as known
    join seen
        on {same(key, "seen", "known", indent=" " * 8)}
    where known.batch_seq <= seen.mark
),
step as (
    select
{lines([*key, "batch_seq", "observation_hash"], indent=" " * 8)},
        max(observed_at) over ({window} rows unbounded preceding) as newest_change,
        lag(observation_hash) over ({window}) as hash_before
    from observation
),
run as (
    select
{lines([*key, "batch_seq", "newest_change"], indent=" " * 8)},
        sum(case when hash_before = observation_hash then 0 else 1 end)
            over ({window} rows unbounded preceding) as run_no
    from step
),
ranked as (
    select
{lines([*key, "batch_seq"], indent=" " * 8)},
        row_number() over (partition by {", ".join(key)}, run_no order by batch_seq) as place,
        row_number() over (
            partition by {", ".join(key)}, run_no
            order by newest_change desc, batch_seq
        ) as latest_place
    from run
)
select
{lines([*key, "batch_seq"])}
from ranked
where place > 1
    and latest_place > 1
"""


def _collapse(table: MartTable) -> str:
    memory, key = f"{table.name}_version", [*natural_identity(table), "batch_seq"]
    return f"delete from ops.{memory}\nusing repeated_{table.name}\nwhere {same(key, f'repeated_{table.name}', memory)}"
