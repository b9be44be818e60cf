"""The SQL that answers a measure, in Redshift's dialect; pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from gem.contracts.mart_spec import IST_MINUTES
from gem.contracts.measures.relations import alias_of, dimension_of_key
from gem.contracts.measures.spec import CONTINUOUS, Aggregate, Figure, Measure, Unit

PRESENT_DAY = f"cast(dateadd(minute, {IST_MINUTES}, getdate()) as date)"
DIVIDEND = "numeric(26,6)"
"""Redshift's quotient keeps 38 digits less those before the point of the dividend and behind that of the divisor."""
LARGE_DIVIDEND = "numeric(38,4)"
NO_MINISTRY = "State and local bodies (no Union ministry)"
GROUPINGS = {
    "buyer_org.ministry": "coalesce(buyer_org.ministry_name,"
    f" case when buyer_org.govt_tier in ('STATE', 'LOCAL') then '{NO_MINISTRY}' end)"
}
"""What may be grouped by like a column: the ministry, unknown only where the buyer or its place is."""


def value_query(measure: Measure, group_by: Sequence[str], through: Sequence[str], as_of: date | None) -> str:
    """One row per combination of `group_by`, with the measure's `value`."""
    return _query(measure, group_by, through, as_of, [f"{value(measure)} as value"])


def parts_query(measure: Measure, group_by: Sequence[str], through: Sequence[str], as_of: date | None) -> str:
    """One row per combination of `group_by`, with `numerator` and `denominator`."""
    below = _sql_of(measure.denominator) if measure.denominator else "1"
    return _query(measure, group_by, through, as_of, [f"{_numerator(measure)} as numerator", f"{below} as denominator"])


def values_query(measures: Sequence[Measure], group_by: Sequence[str], as_of: date | None) -> str:
    """Several measures of the same rows, none of two steps: one row per combination of `group_by`."""
    grouped = _grouped(group_by)
    return _select([*grouped, *_values(measures)], _common_rows(measures, group_by, as_of), grouped)


def sets_query(measures: Sequence[Measure], sets: Sequence[Sequence[str]], as_of: date | None) -> str:
    """Several measures of the same rows, by each of several sets of columns, in one pass over the rows.

    A row has every column of any set in alphabetical order, a flag for each, 1 where the row's set is without it, and
    the values.
    """
    columns = sorted({column for one in sets for column in one})
    flags = [f"grouping({column})" for column in _grouped(columns)]
    grouped = ", ".join(f"({', '.join(_grouped(one))})" for one in sets)
    selected = _select([*_grouped(columns), *flags, *_values(measures)], _common_rows(measures, columns, as_of), [])
    return f"{selected}\ngroup by grouping sets ({grouped})"


def rows_of(measure: Measure, group_by: Sequence[str], as_of: date | None) -> str:
    """The relation that it reads, with what is joined to it for the grouping, and which rows count.

    Measures with the same may be asked in one query.
    """
    return _rows(measure, group_by, (), as_of)


def _common_rows(measures: Sequence[Measure], group_by: Sequence[str], as_of: date | None) -> str:
    [rows] = {_rows(measure, group_by, (), as_of) for measure in measures}
    return rows


def _values(measures: Sequence[Measure]) -> list[str]:
    return [f"{value(measure)} as {measure.key}" for measure in measures]


def table_query(measure: Measure, group_by: Sequence[str]) -> str:
    """The `value` beside its parts, where it is made of them, and the day that it is as of, in the present."""
    parts = (
        [f"{_numerator(measure)} as numerator", f"{_sql_of(measure.denominator)} as denominator"]
        if (measure.denominator and not measure.expression)
        else []
    )
    day = ["max(as_of.calendar_date) as as_of_day"] if measure.as_of_rule else []
    return _query(measure, group_by, (), None, [*day, *parts, f"{value(measure)} as value"])


def value(measure: Measure) -> str:
    """The measure as an expression over aggregates, rounded to the digits of its unit."""
    exact = measure.expression or _ratio(measure)
    if measure.shown_where:
        exact = f"case when {measure.shown_where} then {exact} end"
    if measure.unit is Unit.COUNT:
        return exact
    return f"cast({exact} as numeric(38,{measure.unit.digits}))"


def _ratio(measure: Measure) -> str:
    above = _numerator(measure)
    if measure.denominator is None:
        return above
    dividend = LARGE_DIVIDEND if measure.unit is Unit.INDEX else DIVIDEND
    return f"cast({above} as {dividend}) / nullif({_sql_of(measure.denominator)}, 0)"


def _numerator(measure: Measure) -> str:
    if measure.denominator is None:
        return _sql_of(measure.numerator, is_alone=True)
    return _sql_of(measure.numerator, may_be_unknown=True)


def _sql_of(figure: Figure, *, is_alone: bool = False, may_be_unknown: bool = False) -> str:
    """The aggregate; of no rows a sum that `is_alone` is 0."""
    match figure.aggregate:
        case Aggregate.SUM:
            return _sum(figure, is_alone=is_alone)
        case Aggregate.COUNT:
            return _count(figure, may_be_unknown=may_be_unknown)
        case Aggregate.DISTINCT:
            return _distinct(figure, may_be_unknown=may_be_unknown)
        case Aggregate.SQUARED_SUM:
            return f"sum({figure.of}) * sum({figure.of})"
        case Aggregate.MAX:
            return f"max({figure.of})"
        case Aggregate.MEDIAN | Aggregate.P90:
            return f"percentile_cont({CONTINUOUS[figure.aggregate]}) within group (order by {figure.of})"


def _sum(figure: Figure, *, is_alone: bool) -> str:
    summed = f"sum({_belonging(figure.of, figure.where)})"
    if figure.less is None:
        return f"coalesce({summed}, 0)" if is_alone else summed
    left = f"({summed} - sum({figure.less}))"
    return f"case when {left} < 0 then 0 else {left} end" if figure.is_shortfall else left


def _count(figure: Figure, *, may_be_unknown: bool) -> str:
    if figure.where is None:
        return "count(*)"
    if may_be_unknown:
        return f"sum({_belonging('1', figure.where)})"
    return f"count(case when {figure.where} then 1 end)"


def _belonging(of: str, where: str | None) -> str:
    """A row's part of a sum: nothing where it does not belong, unknown where that is unknown."""
    return f"case when {where} then {of} when not ({where}) then 0 end" if where else of


def _distinct(figure: Figure, *, may_be_unknown: bool) -> str:
    identity = " || '/' || ".join(["f.source_id", *(f"cast(f.{name} as varchar)" for name in figure.of.split())])
    if figure.where is None:
        return f"count(distinct {identity})"
    counted = f"count(distinct case when {figure.where} then {identity} end)"
    if not may_be_unknown:
        return counted
    return f"case when count({_belonging('1', figure.where)}) > 0 then {counted} end"


def _query(
    measure: Measure, group_by: Sequence[str], through: Sequence[str], as_of: date | None, values: Iterable[str]
) -> str:
    if measure.per:
        return _in_two_steps(measure, group_by, through, as_of, values)
    grouped = _grouped(group_by)
    return _select([*grouped, *values], _rows(measure, group_by, through, as_of), grouped)


def _in_two_steps(
    measure: Measure, group_by: Sequence[str], through: Sequence[str], as_of: date | None, values: Iterable[str]
) -> str:
    """Rows are summed up by `per` within the groups before the figures are made of the sums."""
    assert measure.inner is not None  # the declaration sees to it  # noqa: S101
    per = ["f.source_id", *(f"f.{column}" for column in measure.per)]
    names = [f"group_{number}" for number in range(1, len(group_by) + 1)]
    grouped = _grouped(group_by)
    listed = [f"{column} as {name}" for column, name in zip(grouped, names, strict=True)]
    inner = _select(
        [*listed, *per, f"{_sql_of(measure.inner)} as amount"],
        _rows(measure, group_by, through, as_of),
        [*grouped, *per],
    )
    indented = "\n".join(f"  {line}" for line in inner.splitlines())
    shown = [f"{name} as {column.partition('.')[2] or column}" for column, name in zip(group_by, names, strict=True)]
    return _select([*shown, *values], f"(\n{indented}\n) part", names)


def _grouped(columns: Iterable[str]) -> list[str]:
    return [GROUPINGS.get(column, column) for column in columns]


def _select(columns: Sequence[str], relation: str, groups: Sequence[str]) -> str:
    listed = ",\n  ".join(columns)
    tail = f"\ngroup by {', '.join(groups)}" if groups else ""
    return f"select\n  {listed}\nfrom {relation}{tail}"


def _rows(measure: Measure, group_by: Sequence[str], through: Sequence[str], as_of: date | None) -> str:
    """The relation with all that is joined to it, and which of its rows count."""
    joins = [_dimension_join(key) for key in _keys(measure, group_by, through)]
    if measure.as_of_rule:
        joins.append(f"join mart.dim_date as_of on as_of.calendar_date = {_day(as_of)}")
    joins += [_parameter_join(code) for code in measure.parameters]
    condition = f"\nwhere {measure.where}" if measure.where else ""
    return "\n  ".join([f"{measure.relation} f", *joins]) + condition


def _keys(measure: Measure, group_by: Sequence[str], through: Sequence[str]) -> list[str]:
    """The keys of the dimensions that the figures and the grouping read, each once."""
    named = [*measure.dimensions, *through]
    known = {"f", *(alias_of(key) for key in named)}
    aliases = dict.fromkeys(column.partition(".")[0] for column in group_by if "." in column)
    return list(dict.fromkeys([*named, *(measure.source.key_of(alias) for alias in aliases if alias not in known)]))


def _dimension_join(key: str) -> str:
    dimension, alias = dimension_of_key(key), alias_of(key)
    own = "date_key" if dimension.name == "dim_date" else dimension.key_column
    return f"join mart.{dimension.name} {alias} on {alias}.{own} = f.{key}"


def _parameter_join(code: str) -> str:
    alias = code.lower()
    return (
        f"left join bi.v_policy {alias} on {alias}.source_id = f.source_id and {alias}.param_code = '{code}'"
        f"\n    and as_of.calendar_date >= {alias}.first_day and as_of.calendar_date < {alias}.until_day"
    )


def _day(as_of: date | None) -> str:
    return PRESENT_DAY if as_of is None else f"cast('{as_of.isoformat()}' as date)"
