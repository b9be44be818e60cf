"""docs/measures.md: every measure with its meaning, and what SQL and DAX make of it side by side; pure."""

import re

from gem.contracts.measures.registry import FREE_DAX, MEASURES
from gem.contracts.measures.spec import Measure
from gem.powerbi.dax import dax_of
from gem.powerbi.measures import description_of
from gem.powerbi.tables import model_tables

HEADER = """\
<!-- Generated from gem.contracts by `gem contracts generate`; do not edit. -->
# Measures and columns

A measure is declared once, in `gem/contracts/measures`: its relation, its conditions, what is summed up and what that
is divided by. SQL and DAX are made of these parts, except where the list says *own DAX*. Both round nothing before the
end. A sum or count of no rows is 0 in SQL and blank in DAX; everything else that is unknown is NULL and blank.
`tests/warehouse/test_dax.py` computes both over the same rows.
"""


def dictionary_page() -> str:
    """The list of measures, then each in both languages, then the tables of the model with their columns."""
    head = "| No. | Measure | Unit | Folder | Meaning | DAX |\n|--:|---|---|---|---|---|"
    listed = "\n".join(map(_row, MEASURES))
    both = "\n".join(map(_both, MEASURES))
    return f"{HEADER}\n{head}\n{listed}\n\n## In SQL and in DAX\n\n{both}\n## Tables of the model\n\n{_tables()}"


def _row(measure: Measure) -> str:
    how = "own" if measure in FREE_DAX else "of its parts"
    meaning = description_of(measure)
    name = f"[{measure.name}](#{_anchor(measure.name)})"
    return f"| {measure.number} | {name} | {measure.unit.value} | {measure.folder} | {meaning} | {how} |"


def _anchor(heading: str) -> str:
    """The fragment by which Markdown's readers know a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _both(measure: Measure) -> str:
    return (
        f"### {measure.name}\n\n`{measure.key}`, of {measure.relation}: {measure.grain}.\n\n"
        f"```sql\n{measure.sql()}\n```\n\n```dax\n{dax_of(measure)}\n```\n"
    )


def _tables() -> str:
    return "\n".join(
        f"### {table.name}\n\nbi.{table.view}. {table.description}\n\n| Column | In the view | Type | Meaning |\n"
        "|---|---|---|---|\n"
        + "".join(f"| {c.name} | `{c.source}` | {c.warehouse_type} | {c.description} |\n" for c in table.columns)
        for table in model_tables()
    )
