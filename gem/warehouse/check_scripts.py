"""The checks of whole tables, generated from the declarations as SQL that a person can run: sql/checks/<table>.sql.

The checks inside a load (sql/load) look at the rows that it touches, before COMMIT, and stop at the first fault. These
look at everything that stands, whoever wrote it, and name the rows.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gem.contracts.mart.tables import MART_TABLE_BY_NAME, MART_TABLES
from gem.contracts.mart_fill import KeyReference
from gem.contracts.mart_spec import BEGINNING_OF_TIME, END_OF_TIME, UNKNOWN_KEY, MartColumn, MartTable, TableKind
from gem.warehouse.templates.aggregates import aggregate_of, wrong_cells, wrong_days
from gem.warehouse.templates.digests import keeps_digests, wrong_digests
from gem.warehouse.templates.expressions import HEADER, identity, lines, natural_identity, same

CHECK = "-- check: "
DATE_KEY_SUFFIX = "_date_key"


class CheckQuery(NamedTuple):
    """A query that gives one row per fault, in the column `example`; `meaning` says what holds where it gives none."""

    name: str
    meaning: str
    sql: str


def check_files() -> dict[str, str]:
    """Every generated file of sql/checks, by its path from the repository's root; pure."""
    return {f"sql/checks/{table.name}.sql": _script(table) for table in MART_TABLES}


def _script(table: MartTable) -> str:
    return HEADER + "\n" + "\n".join(f"{CHECK}{c.name}\n-- {c.meaning}\n{c.sql};\n" for c in _checks(table))


def _checks(table: MartTable) -> Iterator[CheckQuery]:
    if table.is_dimension:
        return _dimension_checks(table)
    return _aggregate_checks(table) if table.kind is TableKind.AGGREGATE else _fact_checks(table)


def _dimension_checks(table: MartTable) -> Iterator[CheckQuery]:
    key = table.key_column
    if table.kind is TableKind.STATIC:
        yield _unique(table, "natural_key_is_unique", "No member stands twice.", list(table.natural_key))
        return
    yield _unique(table, "surrogate_key_is_unique", "No surrogate key stands twice.", [key])
    version = ["valid_from"] if table.kind is TableKind.SCD2 else []
    yield _unique(
        table, "natural_key_is_unique", "No key of the source stands twice.", [*natural_identity(table), *version]
    )
    yield CheckQuery(
        "unknown_member_stands_once",
        f"Facts whose key is unknown refer to {UNKNOWN_KEY}.",
        f"select '{key}={UNKNOWN_KEY} stands ' || cast(count(*) as varchar) || ' times' as example\n"
        f"from mart.{table.name}\nwhere {key} = {UNKNOWN_KEY}\nhaving count(*) <> 1",
    )
    yield _remembered(table)
    if table.kind is TableKind.SCD2:
        yield _contiguous(table)
        yield _one_current(table)


def _key(columns: list[str], relation: str = "") -> str:
    """The columns as `name=value name=value`, one a line."""
    prefix = f"{relation}." if relation else ""
    texts = (f"{name}=' || coalesce(cast({prefix}{name} as varchar), 'null')" for name in columns)
    return "'" + "\n    || ' ".join(texts)


def _unique(table: MartTable, name: str, meaning: str, key: list[str]) -> CheckQuery:
    sql = (
        f"select\n    {_key(key)} || ' stands ' || cast(count(*) as varchar) || ' times' as example\n"
        f"from mart.{table.name}\ngroup by {', '.join(key)}\nhaving count(*) > 1"
    )
    return CheckQuery(name, meaning, sql)


def _remembered(table: MartTable) -> CheckQuery:
    key = natural_identity(table)
    memory = f"{table.name}_version"
    return CheckQuery(
        "every_observed_key_is_there",
        "What the load remembers of the source stands in the dimension.",
        f"select distinct\n    {_key(key, 'observed')} as example\nfrom ops.{memory} as observed\n"
        f"left join mart.{table.name} as present\n    on {same(key, 'present', 'observed')}\n"
        f"where present.{table.key_column} is null",
    )


def _contiguous(table: MartTable) -> CheckQuery:
    key = natural_identity(table)
    window = f"partition by {', '.join(key)} order by valid_from"
    return CheckQuery(
        "versions_are_contiguous",
        "From the beginning of time to its end each instant has one version of a key.",
        "with version as (\n    select\n"
        + lines(
            [
                *key,
                "valid_from",
                "valid_to",
                f"lag(valid_to) over ({window}) as valid_to_before",
                f"lead(valid_from) over ({window}) as next_from",
            ],
            indent=" " * 8,
        )
        + f"\n    from mart.{table.name}\n)\n"
        f"select\n    {_key([*key, 'valid_to_before', 'valid_from', 'valid_to', 'next_from'])} as example\n"
        "from version\n"
        f"where valid_from <> coalesce(valid_to_before, cast('{BEGINNING_OF_TIME}' as timestamp))\n"
        f"    or valid_to <> coalesce(next_from, cast('{END_OF_TIME}' as timestamp))",
    )


def _one_current(table: MartTable) -> CheckQuery:
    key = natural_identity(table)
    return CheckQuery(
        "one_version_is_current",
        "Of each key one version is current: the one that is valid to the end of time.",
        f"select\n    {_key(key)} as example\nfrom mart.{table.name}\ngroup by {', '.join(key)}\n"
        "having sum(case when is_current then 1 else 0 end) <> 1\n"
        f"    or max(case when is_current then valid_to end) <> cast('{END_OF_TIME}' as timestamp)",
    )


def _fact_checks(table: MartTable) -> Iterator[CheckQuery]:
    yield _unique(table, "grain_is_unique", f"No row stands twice: {table.grain}.", identity(table))
    for column in table.references:
        if column.reference is not None:
            yield _in_dimension(table, column.name, MART_TABLE_BY_NAME[column.reference.dimension])
            yield _as_of_event(table, column, column.reference)
    for column in table.columns:
        if column.member_of is not None:
            yield _in_dimension(table, column.name, MART_TABLE_BY_NAME[column.member_of])
        elif column.name.endswith(DATE_KEY_SUFFIX):
            yield _in_dimension(table, column.name, MART_TABLE_BY_NAME["dim_date"])
    if keeps_digests(table):
        yield CheckQuery(
            "digests_are_those_of_its_rows",
            "What loads have kept of each bucket of roots is what its rows give now.",
            wrong_digests(table, _key(["source_id", "bucket"])),
        )
    if table.kind is TableKind.FACT:
        yield from _of_loads(table)


def _of_loads(table: MartTable) -> Iterator[CheckQuery]:
    yield _of_root_version(table)
    yield from _of_load_log(table)


def _aggregate_checks(table: MartTable) -> Iterator[CheckQuery]:
    one = aggregate_of(table)
    yield _unique(table, "grain_is_unique", f"No row stands twice: {table.grain}.", identity(table))
    yield _in_dimension(table, one.day, MART_TABLE_BY_NAME["dim_date"])
    yield CheckQuery(
        "days_add_up_to_their_fact",
        f"What can be told from {one.fact} alone is the same in both, for every source and day.",
        wrong_days(table, _key(["source_id", one.day])),
    )
    yield CheckQuery(
        "cells_are_those_of_their_fact",
        f"Every cell is what {one.fact} and its dimensions give now; none is missing or too many.",
        wrong_cells(table, _key(identity(table))),
    )


def _in_dimension(table: MartTable, key: str, dimension: MartTable) -> CheckQuery:
    own = dimension.natural_key[0] if dimension.kind is TableKind.STATIC else dimension.key_column
    return CheckQuery(
        f"{key}_has_its_member",
        f"Every {key} stands in {dimension.name}.",
        f"select\n    {_key([*identity(table), key], 'fact')} as example\nfrom mart.{table.name} as fact\n"
        f"left join mart.{dimension.name} as member\n    on member.{own} = fact.{key}\nwhere member.{own} is null",
    )


def _as_of_event(table: MartTable, column: MartColumn, reference: KeyReference) -> CheckQuery:
    dimension = MART_TABLE_BY_NAME[reference.dimension]
    own, natural_key = dimension.key_column, dimension.natural_key[0]
    is_versioned = dimension.kind is TableKind.SCD2
    at = (
        f"\n    and member.valid_from <= fact.{reference.as_of}\n    and member.valid_to > fact.{reference.as_of}"
        if is_versioned
        else ""
    )
    shown = [*identity(table), reference.natural_key, *([str(reference.as_of)] if is_versioned else []), column.name]
    return CheckQuery(
        f"{column.name}_is_of_its_event",
        f"Every {column.name} is the version that was valid at {reference.as_of}; below 0 only where there is none."
        if is_versioned
        else f"Every {column.name} is that of its {reference.natural_key}; below 0 only where there is none.",
        f"select\n    {_key(list(dict.fromkeys(shown)), 'fact')} as example\nfrom mart.{table.name} as fact\n"
        f"left join mart.{dimension.name} as member\n    on member.source_id = fact.source_id\n"
        f"    and member.{natural_key} = fact.{reference.natural_key}{at}\n"
        f"where fact.{column.name} <> member.{own}\n    or (member.{own} is null and fact.{column.name} >= 0)",
    )


def _of_root_version(table: MartTable) -> CheckQuery:
    return CheckQuery(
        "rows_are_of_their_root_version",
        "No row is of a deleted root, and none of another batch than the newest version of its root.",
        f"select\n    {_key([*identity(table), 'batch_id'], 'fact')}\n"
        "    || ' newest_batch_seq=' || cast(newest.batch_seq as varchar) as example\n"
        f"from mart.{table.name} as fact\njoin ops.root_version as newest\n"
        f"    on newest.aggregate = '{table.aggregate}'\n    and newest.source_id = fact.source_id\n"
        f"    and newest.root_id = fact.{table.root_column}\n"
        "where newest.is_deleted\n    or newest.batch_seq <> fact.source_version",
    )


def _of_load_log(table: MartTable) -> Iterator[CheckQuery]:
    yield CheckQuery(
        "rows_are_of_a_logged_batch",
        "Every row was brought by a batch that the load log holds.",
        f"select 'batch_id=' || fact.batch_id || ' rows=' || cast(count(*) as varchar) as example\n"
        f"from mart.{table.name} as fact\nleft join ops.load_log as log\n    on log.batch_id = fact.batch_id\n"
        "where log.batch_id is null\ngroup by fact.batch_id",
    )
    yield CheckQuery(
        "no_batch_has_more_rows_than_it_brought",
        "Later batches replace rows of a batch; none can be added to it.",
        "with brought as (\n    select\n        batch_id,\n        sum(row_count) as row_count\n"
        f"    from ops.load_rows\n    where table_name = '{table.name}'\n    group by batch_id\n), held as (\n"
        "    select\n        batch_id,\n        count(*) as row_count\n"
        f"    from mart.{table.name}\n    group by batch_id\n)\n"
        "select 'batch_id=' || held.batch_id || ' rows=' || cast(held.row_count as varchar)\n"
        "    || ' brought=' || cast(coalesce(brought.row_count, 0) as varchar) as example\n"
        "from held\nleft join brought\n    on brought.batch_id = held.batch_id\n"
        "where held.row_count > coalesce(brought.row_count, 0)",
    )
