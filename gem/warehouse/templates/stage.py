"""Staging: the temporary tables that COPY fills, and what is asked of them before anything is written."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart_spec import MartTable, TableKind
from gem.contracts.root_tables import ROOTS
from gem.warehouse.templates.ddl import distribution
from gem.warehouse.templates.expressions import lines, names, same, step

BATCH_COLUMNS = ("batch_seq", "attempt")


def stage_steps(table: MartTable) -> list[str]:
    """Create the stage; take one batch in, counted and summed before it is kept."""
    columns = names(table.curated_columns)
    definitions = [f"{c.name} {c.type.redshift}" for c in table.curated_columns]
    style = "".join(f"\n{clause}" for clause in distribution(table))
    listed = lines([*columns, *BATCH_COLUMNS])
    return [
        step(
            "create_stage",
            f"create temp table stage_{table.name} (\n{lines([*definitions, 'batch_seq bigint', 'attempt integer'])}\n)"
            + style,
        ),
        step("create_incoming", f"create temp table incoming_{table.name} (\n{lines(definitions)}\n){style}"),
        step("count_incoming", _count(table)),
        step(
            "keep_incoming",
            f"insert into stage_{table.name} (\n{listed}\n)\n"
            f"select\n{lines([*columns, 'cast(%s as bigint)', 'cast(%s as integer)'])}\nfrom incoming_{table.name}",
            f"drop table incoming_{table.name}",
            # Only COPY and CREATE TABLE AS compute statistics by themselves; the joins below need them.
            f"analyze stage_{table.name}",
        ),
    ]


def _count(table: MartTable) -> str:
    sums = [f"sum({name})" for name in table.money_columns]
    return f"select\n{lines(['count(*)', *sums])}\nfrom incoming_{table.name}"


def copy_statement(table: MartTable, copy_manifest_uri: str, role_arn: str) -> str:
    """COPY of one batch's files into the incoming table, by an explicit column list.

    COPY takes no parameters: both texts must come from settings and key classes, and a quote in them is refused.
    """
    for text in (copy_manifest_uri, role_arn):
        if "'" in text or "\\" in text:
            raise ValueError(f"{text!r} cannot stand in a COPY: it holds a quote or a backslash")
    return (
        f"copy incoming_{table.name} ({', '.join(names(table.curated_columns))})\n"
        f"from '{copy_manifest_uri}'\niam_role '{role_arn}'\nformat as parquet\nmanifest"
    )


def stage_checks(table: MartTable) -> str:
    """Audit the stage: no key twice in one attempt, and no row without its root (it would be dropped in silence)."""
    key = _stage_key(table)
    duplicates = twice(
        "the curated files hold one key twice", key_text(key), f"stage_{table.name}", [*key, *BATCH_COLUMNS]
    )
    if table.aggregate is None:
        return step("check_stage", duplicates)
    root = f"stage_{table.name}.{table.root_column}" if table.root_column else "0"
    rootless = (
        f"select 'the row belongs to no root that the batch speaks of' as problem,\n"
        f"    min({key_text(key, f'stage_{table.name}')}) as example\n"
        f"from stage_{table.name}\nleft join stage_root\n"
        f"    on {same(['source_id', *BATCH_COLUMNS], 'stage_root', f'stage_{table.name}')}\n"
        f"    and stage_root.aggregate = '{table.aggregate}'\n    and stage_root.root_id = {root}\n"
        f"    and not stage_root.is_deleted\nwhere stage_root.root_id is null\nhaving count(*) > 0"
    )
    return step("check_stage", duplicates, rootless)


def twice(problem: str, example: str, relation: str, key: list[str]) -> str:
    """A check that a key is unique in a relation.

    Here as in the other checks an aggregate takes the place of LIMIT 1: a plan made for finding one row early is the
    worst where there is none to find.
    """
    return (
        f"select '{problem}' as problem, min(example) as example\nfrom (\n    select {example} as example\n"
        f"    from {relation}\n    group by {', '.join(key)}\n    having count(*) > 1\n) as twice\nhaving count(*) > 0"
    )


def unique_key(table: MartTable, written: str) -> str:
    """A check that the surrogate keys of the rows just written stand once in the dimension."""
    key = table.key_column
    return twice(
        "the surrogate key stands twice",
        key_text([key], "present"),
        f"mart.{table.name} as present\n    join {written} as written\n        on written.{key} = present.{key}",
        [f"present.{key}"],
    )


def _stage_key(table: MartTable) -> list[str]:
    root = [table.root_column] if table.root_column and table.kind is TableKind.FACT else []
    segment = ["segment_from"] if table.kind is TableKind.SCD2 else []
    return list(dict.fromkeys(["source_id", *root, *table.natural_key, *segment]))


def key_text(columns: list[str], relation: str = "") -> str:
    """The key as `column=value column=value`, for an error message."""
    prefix = f"{relation}." if relation else ""
    return " || ' ' || ".join(f"'{name}=' || coalesce(cast({prefix}{name} as varchar), 'null')" for name in columns)


def root_script() -> str:
    """The steps of the roots: which of them this load touches, and from which batch."""
    key = ["source_id", "aggregate", "root_id"]
    columns = [*key, "is_deleted", *BATCH_COLUMNS]
    touched = (
        "create temp table touched_root\ndistkey (root_id) as\nwith recent as (\n    select\n"
        + lines(
            [
                *columns,
                f"row_number() over (\n            partition by {', '.join(key)}\n"
                "            order by batch_seq desc, attempt desc\n        ) as recency",
            ],
            indent=" " * 8,
        )
        + "\n    from stage_root\n)\nselect\n"
        + lines([f"recent.{name}" for name in columns])
        + f"\nfrom recent\nleft join ops.root_version as known\n    on {same(key, 'known', 'recent')}\n"
        "where recent.recency = 1\n    and " + newer("recent", "known")
    )
    return "\n".join(
        [
            *stage_steps(ROOTS),
            stage_checks(ROOTS),
            step("touch", touched, merge("ops.root_version", "touched_root", key, ["is_deleted", *BATCH_COLUMNS])),
        ]
    )


def newer(row: str, known: str) -> str:
    """The condition that a row's version is above the one known, or none is known."""
    return (
        f"(\n        {known}.batch_seq is null\n        or {row}.batch_seq > {known}.batch_seq\n"
        f"        or ({row}.batch_seq = {known}.batch_seq and {row}.attempt > {known}.attempt)\n    )"
    )


def merge(
    target: str,
    source: str,
    key: list[str],
    columns: list[str],
    *,
    always: dict[str, str] | None = None,
    on_insert: dict[str, str] | None = None,
) -> str:
    """MERGE as Redshift has it: a table as source, no alias on the target, both branches.

    `always` are expressions for columns the source does not hold, `on_insert` those that a match leaves alone.
    """
    always, on_insert = always or {}, on_insert or {}
    short = target.rpartition(".")[2]
    values = {**{name: f"{source}.{name}" for name in columns}, **always}
    inserted = {**{name: f"{source}.{name}" for name in key}, **values, **on_insert}
    return (
        f"merge into {target}\nusing {source}\n    on {same(key, short, source)}\n"
        f"when matched then update set\n{lines(f'{name} = {value}' for name, value in values.items())}\n"
        f"when not matched then insert (\n{lines(inserted)}\n)\nvalues (\n{lines(inserted.values())}\n)"
    )
