"""The load of an SCD2 dimension: its versions are a pure function of all observations of a key (DESIGN 7, step 4).

Observations are ordered by batch_seq, never by the time of loading. An observation governs the attributes from
`takes_over_at` on, the first one from 1900-01-01, and of two that take over at once the higher seq. That moment is when
its newest row changed (`observed_at`); where the content differs and no row of it is newer than all that was observed
before, when its snapshot was taken (ADR 21); and never earlier than that of an observation before it. Columns that
follow business validity come from the newest observation's segments, for all time. An observation that equals the one
before it opens no version; the lowest seq of such a run is what counts.
"""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart_spec import BEGINNING_OF_TIME, END_OF_TIME, SCD2_COLUMNS, MartTable
from gem.warehouse.templates.expressions import lines, names, natural_identity, same, step
from gem.warehouse.templates.scd2_observations import observe, touch
from gem.warehouse.templates.scd2_stale import stale, tells_else
from gem.warehouse.templates.scd2_versions import rebuild
from gem.warehouse.templates.stage import key_text, merge, stage_checks, stage_steps, unique_key


def scd2_script(table: MartTable) -> str:
    """All steps of one SCD2 dimension."""
    return "\n".join(
        [
            *stage_steps(table),
            stage_checks(table),
            step("observe", *observe(table)),
            step("analyze_memory", f"analyze ops.{table.name}_version"),
            step("touch", *touch(table)),
            step("publish", *rebuild(table), *_publish(table)),
            step("analyze", f"analyze mart.{table.name}"),
            step("check", unique_key(table, f"rebuilt_{table.name}"), _continuity(table)),
        ]
    )


def _publish(table: MartTable) -> list[str]:
    return [_vanished(table), _changed(table), stale(table), *_write(table)]


def _vanished(table: MartTable) -> str:
    key = natural_identity(table)
    return f"""
create temp table vanished_{table.name} as
select
{lines([f"present.{name}" for name in [table.key_column, *key, "valid_from"]])}
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
    present.{table.key_column} is null as is_new,
    present.valid_to as valid_to_before{tells_else(table)}
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
