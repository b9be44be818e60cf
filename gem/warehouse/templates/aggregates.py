"""The load of an aggregate: the days of rows that the load changed in its fact are computed again, and no others.

A cell is a pure function of the fact's rows and their dimensions, so that the order of loads does not matter. Days are
noted where rows go, where they come, and, before the fact's keys are resolved again, where they hold a key of a version
that has changed.
"""

# ruff: noqa: S608 - the names come from the declarations, never from data

import re

from gem.contracts.mart.tables import MART_TABLE_BY_NAME, MART_TABLES
from gem.contracts.mart_fill import DayAggregate, GroupedBy, RootsOf, SumOf
from gem.contracts.mart_spec import MartColumn, MartTable
from gem.warehouse.templates.expressions import identity, lines, names, same, step, touched_join
from gem.warehouse.templates.references import dimension_of, holds_stale_key
from gem.warehouse.templates.stage import key_text

DEEP, DEEPER = " " * 8, " " * 12
Expression = GroupedBy | SumOf | RootsOf


def aggregate_of(table: MartTable) -> DayAggregate:
    """What the aggregate sums up; ValueError for a table that is none."""
    if table.sums_up is None:
        raise ValueError(f"{table.name} sums nothing up")
    return table.sums_up


def keys_of(table: MartTable) -> list[MartColumn]:
    """The keys of the fact whose dimensions the aggregate reads."""
    one = aggregate_of(table)
    return [column for column in MART_TABLE_BY_NAME[one.fact].references if column.name in one.keys]


def read_attributes(dimension: MartTable) -> set[str]:
    """The columns of a dimension that some aggregate reads."""
    text = " ".join(text for table in MART_TABLES for text in _texts(table))
    return set(re.findall(rf"\b{_alias(dimension)}\.(\w+)", text))


def _texts(table: MartTable) -> list[str]:
    return [_text(source) for _, source in _derived(table)]


def _text(source: Expression) -> str:
    return source.condition if isinstance(source, RootsOf) else source.value


def _derived(table: MartTable) -> list[tuple[MartColumn, Expression]]:
    return [(c, c.filled_from) for c in table.columns if isinstance(c.filled_from, GroupedBy | SumOf | RootsOf)]


def _measures(table: MartTable) -> list[tuple[MartColumn, Expression]]:
    return [(column, source) for column, source in _derived(table) if not isinstance(source, GroupedBy)]


def aggregate_script(table: MartTable) -> str:
    """All steps of one aggregate."""
    return "\n".join(
        [
            step("create_days", _create_days(table)),
            step("note_removed", _note_removed(table)),
            *(step(f"note_{column.name}", _note_stale(table, column)) for column in keys_of(table)),
            step("note_inserted", _note_inserted(table)),
            step("touch", _touched(table)),
            step("compute", _delete(table), _insert(table)),
            step("analyze", f"analyze mart.{table.name}"),
            step("check", _check(table)),
        ]
    )


def _create_days(table: MartTable) -> str:
    day = aggregate_of(table).day
    return f"create temp table noted_{table.name} (\n    source_id varchar(32),\n    {day} integer\n)\ndiststyle all"


def _note(table: MartTable, relation: str, rows: str) -> str:
    day = aggregate_of(table).day
    return (
        f"insert into noted_{table.name} (source_id, {day})\n"
        f"select distinct\n    {relation}.source_id,\n    {relation}.{day}\nfrom {rows}"
    )


def _note_stale(table: MartTable, column: MartColumn) -> str:
    """Before the keys are resolved again: afterwards nothing tells these rows from others."""
    rows = f"stale_{dimension_of(column).name} as stale\njoin mart.{aggregate_of(table).fact} as f\n"
    return _note(table, "f", f"{rows}    on {holds_stale_key(column, 'f')}")


def _note_removed(table: MartTable) -> str:
    fact = MART_TABLE_BY_NAME[aggregate_of(table).fact]
    return _note(table, "present", f"mart.{fact.name} as present\njoin {touched_join(fact, 'present')}")


def _note_inserted(table: MartTable) -> str:
    fact = MART_TABLE_BY_NAME[aggregate_of(table).fact]
    versions = same(["batch_seq", "attempt"], "touched_root", "staged")
    return _note(
        table, "staged", f"stage_{fact.name} as staged\njoin {touched_join(fact, 'staged')}\n    and {versions}"
    )


def _touched(table: MartTable) -> str:
    day = aggregate_of(table).day
    return (
        f"create temp table touched_{table.name}\ndiststyle all as\nselect distinct\n    source_id,\n    {day}\n"
        f"from noted_{table.name}"
    )


def _among(table: MartTable, relation: str, indent: str = "    ") -> str:
    """The join of a relation's rows to the touched days."""
    days = same(["source_id", aggregate_of(table).day], "touched", relation, indent)
    return f"\n{indent.removesuffix('    ')}join touched_{table.name} as touched\n{indent}on {days}"


def _delete(table: MartTable) -> str:
    days = same(["source_id", aggregate_of(table).day], f"touched_{table.name}", table.name)
    return f"delete from mart.{table.name}\nusing touched_{table.name}\nwhere {days}"


def _insert(table: MartTable) -> str:
    columns = lines(names(table.warehouse_columns))
    return f"insert into mart.{table.name} (\n{columns}\n)\n{cells(table, _among(table, 'f', DEEP), 'getdate()')}"


def cells(table: MartTable, among: str = "", *further: str) -> str:
    """The query of the aggregate's rows, from its fact; `among` restricts what is read, `further` columns follow."""
    one = aggregate_of(table)
    groups = [f"{source.value} as {c.name}" for c, source in _derived(table) if isinstance(source, GroupedBy)]
    measures = [f"{_total(table, column, source)} as {column.name}" for column, source in _measures(table)]
    positions = ", ".join(str(place) for place in range(1, len(groups) + 2))
    dimensions = [(column.name, dimension_of(column)) for column in keys_of(table)]
    joins = [f"join mart.{d.name} as {_alias(d)}\n    on {_alias(d)}.{d.key_column} = f.{key}" for key, d in dimensions]
    return (
        f"select\n{lines(['f.source_id', *groups, *measures, *further])}\nfrom (\n    select\n"
        f"{lines(_read(table), indent=DEEP)}\n    from mart.{one.fact} as f{among}\n) as f\n"
        + "\n".join(joins)
        + f"\ngroup by {positions}"
    )


def _alias(dimension: MartTable) -> str:
    return dimension.name.removeprefix("dim_")


def _read(table: MartTable) -> list[str]:
    """The columns of the fact that the cells read, and which rows of a root stand for it."""
    one = aggregate_of(table)
    fact = MART_TABLE_BY_NAME[one.fact]
    read = {*one.keys, one.day, str(fact.root_column), *re.findall(r"\bf\.(\w+)", " ".join(_texts(table)))}
    counted = [(column, source) for column, source in _measures(table) if _is_once(source)]
    return [
        "f.source_id",
        *(f"f.{column.name}" for column in fact.columns if column.name in read),
        *(_turn(table, column, source) for column, source in counted),
    ]


def _is_once(source: Expression) -> bool:
    return isinstance(source, RootsOf) and source.is_additive


def _turn(table: MartTable, column: MartColumn, source: Expression) -> str:
    """The number of a row among those of its root and day that meet the condition; NULL for one that does not."""
    one = aggregate_of(table)
    fact = MART_TABLE_BY_NAME[one.fact]
    order = [f"f.{name}" for name in fact.natural_key]
    parts = ["f.source_id", f"f.{one.day}", f"f.{fact.root_column}", f"case when {_text(source)} then 1 else 0 end"]
    window = f"partition by\n{lines(parts, indent=DEEPER + '    ')}\n{DEEPER}order by {', '.join(order)}"
    number = f"row_number() over (\n{DEEPER}{window}\n{DEEP})"
    return f"case when {_text(source)} then {number} end as {column.name}_turn"


def _total(table: MartTable, column: MartColumn, source: Expression) -> str:
    root = MART_TABLE_BY_NAME[aggregate_of(table).fact].root_column
    match source:
        case RootsOf(is_additive=True):
            return f"count(case when f.{column.name}_turn = 1 then 1 end)"
        case RootsOf():
            return f"count(distinct case when {source.condition} then f.{root} end)"
        case _:
            return f"coalesce(sum({source.value}), 0)"


def wrong_days(table: MartTable, example: str, among: tuple[str, str] = ("", "")) -> str:
    """The days whose cells do not add up to the rows of the fact, without any of the joins that made the cells."""
    one = aggregate_of(table)
    plain = [(column, source) for column, source in _measures(table) if _is_plain(source)]
    own = ["cell.source_id", f"cell.{one.day}", *(f"cell.{column.name}" for column, _ in plain)]
    of_fact = ["f.source_id", f"f.{one.day}", *(f"-{_plain_total(table, source)}" for _, source in plain)]
    differs = "\n    or ".join(f"sum({column.name}) <> 0" for column, _ in plain)
    return (
        f"select {example} as example\nfrom (\n    select\n{lines(own, indent=DEEP)}\n"
        f"    from mart.{table.name} as cell{among[0]}\n    union all\n    select\n{lines(of_fact, indent=DEEP)}\n"
        f"    from mart.{one.fact} as f{among[1]}\n    group by f.source_id, f.{one.day}\n) as held\n"
        f"group by source_id, {one.day}\nhaving {differs}"
    )


def _is_plain(source: Expression) -> bool:
    """Whether a measure adds up over cells, and needs no dimension to be found."""
    if isinstance(source, RootsOf):
        return source.is_additive
    return isinstance(source, SumOf) and not re.search(r"\b(?!f\.)[a-z_]+\.", source.value)


def _plain_total(table: MartTable, source: Expression) -> str:
    root = MART_TABLE_BY_NAME[aggregate_of(table).fact].root_column
    if isinstance(source, RootsOf):
        return f"count(distinct case when {source.condition} then f.{root} end)"
    return f"coalesce(sum({_text(source)}), 0)"


def _check(table: MartTable) -> str:
    one = aggregate_of(table)
    example = key_text(["source_id", one.day])
    wrong = wrong_days(table, example, (_among(table, "cell", DEEP), _among(table, "f", DEEP)))
    return (
        f"select 'its cells do not add up to the rows of {one.fact}' as problem, min(example) as example\n"
        f"from (\n{_indented(wrong)}\n) as wrong\nhaving count(*) > 0"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def wrong_cells(table: MartTable, example: str) -> str:
    """The cells that are not what the fact and its dimensions give now."""
    key = identity(table)
    measures = names(column for column, _ in _measures(table))
    own = [f"cell.{name}" for name in [*key, *measures]]
    given = [*(f"given.{name}" for name in key), *(f"-given.{name}" for name in measures)]
    differs = "\n    or ".join(f"sum({name}) <> 0" for name in measures)
    return (
        f"select\n    {example} as example\nfrom (\n    select\n{lines(own, indent=DEEP)}\n"
        f"    from mart.{table.name} as cell\n    union all\n    select\n{lines(given, indent=DEEP)}\n"
        f"    from (\n{_indented(_indented(cells(table)))}\n    ) as given\n) as held\n"
        f"group by {', '.join(key)}\nhaving {differs}"
    )
