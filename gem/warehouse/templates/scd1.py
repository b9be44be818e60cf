"""The load of an SCD1 dimension: the newest batch wins row by row; a row that a newer batch lacks stays."""

from gem.contracts.mart_spec import UNKNOWN_KEY, MartTable
from gem.warehouse.templates.expressions import batch_id, lines, names, natural_identity, same, step, surrogate_key
from gem.warehouse.templates.stage import BATCH_COLUMNS, merge, newer, stage_checks, stage_steps, unique_key


def scd1_script(table: MartTable) -> str:
    """All steps of one SCD1 dimension."""
    key = natural_identity(table)
    attributes = names(table.attributes)
    publish = step(
        "publish",
        _fresh(table),
        _stale(table),
        merge(f"ops.{table.name}_version", f"fresh_{table.name}", key, list(BATCH_COLUMNS)),
        merge(
            f"mart.{table.name}",
            f"fresh_{table.name}",
            [table.key_column],
            [*key, *attributes, "batch_id", "source_version"],
            always={"dw_updated_at": "getdate()"},
            on_insert={"dw_inserted_at": "getdate()"},
        ),
    )
    return "\n".join(
        [
            *stage_steps(table),
            stage_checks(table),
            publish,
            step("analyze", f"analyze mart.{table.name}"),
            step("check", unique_key(table, f"fresh_{table.name}")),
        ]
    )


def _fresh(table: MartTable) -> str:
    key = natural_identity(table)
    columns = [*names(table.curated_columns), *BATCH_COLUMNS]
    ranked = (
        f"row_number() over (\n            partition by {', '.join(key)}\n"
        "            order by batch_seq desc, attempt desc\n        ) as recency"
    )
    return (
        f"create temp table fresh_{table.name} as\nwith recent as (\n    select\n"
        f"{lines([*columns, ranked], indent=' ' * 8)}\n    from stage_{table.name}\n)\nselect\n"
        + lines(
            [
                f"{surrogate_key(table, 'recent')} as {table.key_column}",
                *(f"recent.{name}" for name in columns),
                f"{batch_id('recent')} as batch_id",
                "recent.batch_seq as source_version",
            ]
        )
        + f"\nfrom recent\nleft join ops.{table.name}_version as known\n    on {same(key, 'known', 'recent')}\n"
        f"where recent.recency = 1\n    and {newer('recent', 'known')}"
    )


def _stale(table: MartTable) -> str:
    """The keys that were unknown: the facts that wait for them hold -1. A known row keeps its key for ever."""
    key = natural_identity(table)
    unknown = f"cast({UNKNOWN_KEY} as bigint) as old_key"
    return (
        f"create temp table stale_{table.name} as\nselect\n"
        f"{lines([unknown, *(f'fresh.{name}' for name in key), 'true as is_moved'])}\n"
        f"from fresh_{table.name} as fresh\nleft join mart.{table.name} as present\n"
        f"    on present.{table.key_column} = fresh.{table.key_column}\nwhere present.{table.key_column} is null"
    )
