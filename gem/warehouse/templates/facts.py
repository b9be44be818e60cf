"""The load of a fact: the rows of every touched root are replaced as one set, their keys resolved as of the event."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.mart_fill import Owner
from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.warehouse.templates.ddl import distribution
from gem.warehouse.templates.digests import count_anew, count_inserted, count_removed, keep_digests, keeps_digests
from gem.warehouse.templates.expressions import batch_id, identity, lines, names, same, step, touched_join
from gem.warehouse.templates.filled import (
    filled,
    filling_joins,
    follow,
    lookup_of,
    recount,
    recount_roots,
    rollup_of,
)
from gem.warehouse.templates.references import DATE_KEY_SUFFIX, dimension_of, rekey, resolved, resolving_join
from gem.warehouse.templates.stage import key_text, stage_checks, stage_steps, twice


def fact_script(table: MartTable) -> str:
    """All steps of one fact."""
    lookup, rollup, has_digests = lookup_of(table), rollup_of(table), keeps_digests(table)
    return "\n".join(
        [
            *stage_steps(table),
            stage_checks(table),
            *([step("recount_roots", recount_roots(table, rollup))] if rollup else []),
            step("remember_replaced", _replaced(table)),
            *([step("count_removed", count_removed(table))] if has_digests else []),
            step("remove", _delete(table)),
            *(step(f"rekey_{column.name}", rekey(table, column)) for column in table.references),
            step("insert", _insert(table)),
            *([step("count_inserted", count_inserted(table))] if has_digests else []),
            *([step("keep_digests", *keep_digests(table))] if has_digests else []),
            *([step("recount", recount(table, rollup))] if rollup else []),
            *([step("follow", follow(table, lookup))] if lookup else []),
            step("analyze", f"analyze mart.{table.name}"),
            step("check", _unique(table), *_orphans(table)),
            *([step("count_digests_anew", *count_anew(table))] if has_digests else []),
        ]
    )


def _replaced(table: MartTable) -> str:
    columns = [*identity(table), "dw_inserted_at"]
    distributed = "".join(f"{clause}\n" for clause in distribution(table))
    return (
        f"create temp table replaced_{table.name}\n{distributed}as\nselect\n"
        f"{lines(f'present.{name}' for name in columns)}\n"
        f"from mart.{table.name} as present\njoin {touched_join(table, 'present')}"
    )


def _delete(table: MartTable) -> str:
    return (
        f"delete from mart.{table.name}\nusing touched_root\n"
        f"where touched_root.aggregate = '{table.aggregate}'\n"
        f"    and touched_root.source_id = {table.name}.source_id\n"
        f"    and touched_root.root_id = {table.name}.{table.root_column}"
    )


def _insert(table: MartTable) -> str:
    joins = [*(resolving_join(column, "staged") for column in table.references), *filling_joins(table)]
    return (
        f"insert into mart.{table.name} (\n{lines(names(table.warehouse_columns))}\n)\nselect\n"
        f"{lines(_value(column) for column in table.warehouse_columns)}\n"
        f"from stage_{table.name} as staged\njoin {touched_join(table, 'staged')}\n"
        f"    and {same(['batch_seq', 'attempt'], 'touched_root', 'staged')}\n"
        + "".join(f"{join}\n" for join in joins)
        + f"left join replaced_{table.name} as replaced\n    on {same(identity(table), 'replaced', 'staged')}"
    )


def _value(column: MartColumn) -> str:
    if column.owner is Owner.KEY:
        return resolved(column, "staged")
    if column.owner is Owner.OTHER:
        return filled(column)
    written = {
        "batch_id": f"{batch_id('staged')} as batch_id",
        "source_version": "staged.batch_seq as source_version",
        "dw_inserted_at": "coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at",
        "dw_updated_at": "getdate() as dw_updated_at",
    }
    return written.get(column.name, f"staged.{column.name}")


def _unique(table: MartTable) -> str:
    key = identity(table)
    return twice(
        "the key stands twice",
        key_text(key, "present"),
        f"mart.{table.name} as present\njoin {touched_join(table, 'present')}",
        [f"present.{name}" for name in key],
    )


def _orphans(table: MartTable) -> list[str]:
    """Every key of the touched rows stands in its dimension; -1 does, as the unknown member. A bridge has no keys."""
    keys = [(c.name, dimension_of(c)) for c in table.references]
    keys += [(c.name, MART_TABLE_BY_NAME[c.member_of]) for c in table.columns if c.member_of]
    keys += [(c.name, MART_TABLE_BY_NAME["dim_date"]) for c in table.columns if c.name.endswith(DATE_KEY_SUFFIX)]
    return [_orphan(table, keys)] if keys else []


def _orphan(table: MartTable, keys: list[tuple[str, MartTable]]) -> str:
    cases = [
        f"when {_in(name, dimension)} is null then '{name} is not in {dimension.name}'" for name, dimension in keys
    ]
    joins = [
        f"left join mart.{dimension.name} as {name.removesuffix('_key')}\n"
        f"    on {_in(name, dimension)} = present.{name}"
        for name, dimension in keys
    ]
    return (
        f"select\n    case\n{lines(cases, separator='', indent=' ' * 8)}\n    end as problem,\n"
        f"    min({key_text([*identity(table), *(name for name, _ in keys)], 'present')}) as example\n"
        f"from mart.{table.name} as present\njoin {touched_join(table, 'present')}\n"
        + "\n".join(joins)
        + "\nwhere "
        + "\n    or ".join(f"{_in(name, dimension)} is null" for name, dimension in keys)
        + "\ngroup by 1"
    )


def _in(column: str, dimension: MartTable) -> str:
    key = dimension.natural_key[0] if dimension.kind is TableKind.STATIC else dimension.key_column
    return f"{column.removesuffix('_key')}.{key}"
