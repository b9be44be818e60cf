"""The measures of the model: those of the registry, their forms in lakh and crore, and by other days."""

from collections.abc import Iterator
from dataclasses import dataclass

from gem.contracts.measures.registry import MEASURES
from gem.contracts.measures.spec import Measure, Unit
from gem.powerbi.comparing import AGREEMENT, BY_MODEL, BY_WAREHOUSE, DIFFERENCE, DIFFERING, SAME, comparing_dax
from gem.powerbi.dax import AS_OF_DAX, AS_OF_DAY, dax_of, through_day
from gem.powerbi.tables import DATES, table_of_relation

HOME = "GeM measures"
"""The table that holds them all: "Measures" is a name that Analysis Services keeps for itself."""
IN_LARGE_UNITS = {"lakh": 10**5, "crore": 10**7}
PLAYED_BY_OTHER_DAYS = ("net_gmv", "bids", "deposits_outstanding")
"""Measures that are also read by each other day that their table knows."""

IN_FULL = "#,##0.00##"
COMPARING = {
    BY_WAREHOUSE: (
        "The total that the warehouse computed by SQL when its rows were read; shares are in percent.",
        IN_FULL,
    ),
    BY_MODEL: (
        "The same measure by the model, over every row that the reader may see, whatever is chosen on the page, as of "
        "the day of the total.",
        IN_FULL,
    ),
    DIFFERENCE: ("By the model less by the warehouse; blank where either is unknown.", IN_FULL),
    AGREEMENT: (f"'{SAME}' where no more than rounding parts the two, or neither is known.", "@"),
    DIFFERING: ("How many measures the model and the warehouse do not agree in.", "0"),
}
"""What the measures that compare mean, and their formats."""


@dataclass(frozen=True)
class ModelMeasure:
    """One measure of the model."""

    name: str
    description: str
    folder: str
    dax: str
    format_string: str


def model_measures() -> tuple[ModelMeasure, ...]:
    """Every measure, with the day D that some are as of, and those that compare; names are unique."""
    return (_as_of_day(), *(each for measure in MEASURES for each in _forms(measure)), *_comparing())


def _as_of_day() -> ModelMeasure:
    meaning = "The day D of measures that are as of one: that chosen of 'As of', else the present day in India."
    return ModelMeasure(AS_OF_DAY, meaning, "As of", AS_OF_DAX, "dd MMM yyyy")


def _comparing() -> Iterator[ModelMeasure]:
    for name, dax in comparing_dax().items():
        meaning, format_string = COMPARING[name]
        yield ModelMeasure(name, meaning, "Reconciliation", dax, format_string)


def _forms(measure: Measure) -> Iterator[ModelMeasure]:
    yield ModelMeasure(
        measure.name, description_of(measure), measure.folder, dax_of(measure), _format(measure.format_string)
    )
    if measure.unit is Unit.RUPEES:
        for name, size in IN_LARGE_UNITS.items():
            short = "Cr" if name == "crore" else "L"
            yield ModelMeasure(
                f"{measure.name} ({name})",
                f"{measure.name} in {name}: {size:,} rupees are one.",
                f"{measure.folder}\\In {name}",
                f"DIVIDE ( [{measure.name}], {size} )",
                f'\\₹\\ #,##0.00"\u00a0{short}"',
            )
    if measure.key in PLAYED_BY_OTHER_DAYS:
        yield from _by_other_days(measure)


def _by_other_days(measure: Measure) -> Iterator[ModelMeasure]:
    table = table_of_relation(measure.relation)
    for way in table.ways:
        if way.to_table == DATES and not way.is_active:
            day = way.column.removesuffix(" key")
            yield ModelMeasure(
                f"{measure.name} by {day[0].lower() + day[1:]}",
                f"{description_of(measure)} Periods are those of the {day.lower()}.",
                f"{measure.folder}\\By other days",
                f"CALCULATE ( [{measure.name}], {through_day(table.name, way.column)} )",
                _format(measure.format_string),
            )


def description_of(measure: Measure) -> str:
    """What it means, with the rule of its day D."""
    rule = f" As of a day D: {measure.as_of_rule}" if measure.as_of_rule else ""
    return f"{measure.description}{rule}"


def _format(format_string: str) -> str:
    """A format with its literal marks escaped."""
    return format_string.replace("₹ ", "\\₹\\ ").replace(" %", "\\ %")
