"""The view that states every measure over the whole warehouse, for Power BI to hold its own figures against; pure."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from collections.abc import Iterator, Sequence

from gem.contracts.measures.query import PRESENT_DAY, rows_of, values_query
from gem.contracts.measures.registry import STEADY
from gem.contracts.measures.spec import Measure
from gem.contracts.types import DATE
from gem.warehouse.templates.expressions import HEADER, lines

TOTALS_VIEW = "v_measure_totals"
TOTAL = "numeric(19,4)"
"""What Power BI keeps exactly: its fixed decimal."""
SHARE = "numeric(18,6)"
"""So narrow that Redshift's product with a number has room for all its digits."""
COLUMNS = {
    "place": "integer",
    "measure": "varchar(128)",
    "folder": "varchar(64)",
    "unit": "varchar(16)",
    "as_of": DATE.redshift,
    "digits": "integer",
    "rounding": TOTAL,
    "total": TOTAL,
}


def totals_views() -> dict[str, str]:
    """The view, by the path of its script from the repository's root.

    Measures of the same rows are one pass over them. Those of the hour, as the age of the data is, are left out: no two
    readers would see the same. It is read when a model is refreshed or exported, which reads all those rows too.
    """
    figures = [
        f"{_figure(number)} as (\n{_indented(_query(own))}\n)" for number, own in enumerate(_companies(), start=1)
    ]
    listed = ",\n".join([*figures, f"listed as (\n{_indented(_listed())}\n)"])
    columns = lines(f"{_cast(f'listed.{name}', type_)} as {name}" for name, type_ in COLUMNS.items())
    return {
        f"sql/views/{TOTALS_VIEW}.sql": (
            f"{HEADER}-- Every measure over the whole warehouse, as of the present day in India: one measure.\n"
            f"drop view if exists bi.{TOTALS_VIEW};\n\ncreate view bi.{TOTALS_VIEW} as\nwith {listed}\n"
            f"select\n{columns}\nfrom listed;\n"
        )
    }


def compared() -> tuple[Measure, ...]:
    """The measures of the view, in its order."""
    return STEADY


def _companies() -> list[list[Measure]]:
    """Measures that one query answers together."""
    together: dict[str, list[Measure]] = {}
    for measure in compared():
        company = measure.key if measure.is_asked_alone else rows_of(measure, (), None)
        together.setdefault(company, []).append(measure)
    return list(together.values())


def _query(measures: Sequence[Measure]) -> str:
    return measures[0].sql() if measures[0].per else values_query(measures, (), None)


def _listed() -> str:
    """A row for each measure, in the order of the registry."""
    return "\nunion all\n".join(_rows())


def _rows() -> Iterator[str]:
    figure_of = {each.key: _figure(number) for number, own in enumerate(_companies(), start=1) for each in own}
    for place, measure in enumerate(compared(), start=1):
        columns = {
            "place": str(place),
            "measure": _text(measure.name),
            "folder": _text(measure.folder),
            "unit": _text("percent" if measure.unit.is_of_shares else measure.unit.value),
            "as_of": PRESENT_DAY if measure.as_of_rule else f"cast(null as {DATE.redshift})",
            "digits": str(measure.unit.digits_in_full),
            "rounding": _rounding(measure),
            "total": _total(measure),
        }
        # Which digits a union keeps is nowhere documented for Redshift: every branch has those of the view.
        typed = {name: _cast(value, TOTAL) if COLUMNS[name] == TOTAL else value for name, value in columns.items()}
        selected = ", ".join(f"{value} as {name}" for name, value in typed.items())
        yield f"select {selected} from {figure_of[measure.key]}"


def _cast(value: str, type_: str) -> str:
    return f"cast({value} as {type_})"


def _total(measure: Measure) -> str:
    value = "value" if measure.per else measure.key
    return f"100 * cast({value} as {SHARE})" if measure.unit.is_of_shares else value


def _rounding(measure: Measure) -> str:
    """How far rounding alone may part two computations: sums and counts not at all, all else by its last digit."""
    return "0" if measure.adds_up else f"{10**-measure.unit.digits_in_full:.{measure.unit.digits_in_full}f}"


def _figure(number: int) -> str:
    return f"figure_{number}"


def _text(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
