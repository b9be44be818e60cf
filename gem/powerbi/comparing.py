"""The DAX that holds the model's measures against the warehouse's totals of them; pure."""

from gem.contracts.measures.spec import Measure
from gem.powerbi.layout import call, with_variables
from gem.powerbi.names import reference
from gem.powerbi.tables import table_name, table_of_view
from gem.warehouse.templates.totals import TOTALS_VIEW, compared

BY_WAREHOUSE, BY_MODEL = "By the warehouse (SQL)", "By the model (DAX)"
DIFFERENCE, AGREEMENT, DIFFERING = "Difference", "Agreement", "Measures that differ"
SAME, DIFFERS = "same", "differs"
TOTALS = table_name(TOTALS_VIEW)
SIDES = {"Warehouse": f"[{BY_WAREHOUSE}]", "Model": f"[{BY_MODEL}]"}


def comparing_dax() -> dict[str, str]:
    """The measures of the comparison, by name, each after what it reads.

    All but the last are of the one measure of the registry that is chosen of the table of totals, and blank of several.
    """
    return {
        BY_WAREHOUSE: _chosen("total"),
        BY_MODEL: _by_model(),
        DIFFERENCE: _difference(),
        AGREEMENT: _agreement(),
        DIFFERING: f'SUMX ( VALUES ( {_column("measure")} ), IF ( [{AGREEMENT}] == "{DIFFERS}", 1, 0 ) )',
    }


def _by_model() -> str:
    """The chosen measure over everything the reader may see, as of the day of its total, rounded as that is."""
    variables = {
        "Asked": _chosen("measure"),
        "AsOf": _chosen("as_of"),
        "Found": call(
            "CALCULATE",
            call("SWITCH", "Asked", *(f'"{measure.name}", {_value(measure)}' for measure in compared())),
            "REMOVEFILTERS ()",
            "TREATAS ( { AsOf }, 'As of'[Calendar date] )",
        ),
    }
    return with_variables(variables, f"IF ( NOT ISBLANK ( Found ), ROUND ( Found, {_chosen('digits')} ) )")


def _value(measure: Measure) -> str:
    """The measure in the unit of its total; what adds up is 0 of no rows there."""
    if measure.unit.is_of_shares:
        return f"100 * [{measure.name}]"
    return f"[{measure.name}] + 0" if measure.adds_up else f"[{measure.name}]"


def _difference() -> str:
    apart = f"ROUND ( Model - Warehouse, {_chosen('digits')} )"
    return with_variables(SIDES, call("IF", "NOT ISBLANK ( Warehouse ) && NOT ISBLANK ( Model )", apart))


def _agreement() -> str:
    """Whether both sides say the same, as far as rounding lets them; what neither knows is the same."""
    cases = [
        f'ISBLANK ( Warehouse ) && ISBLANK ( Model ), "{SAME}"',
        f'ISBLANK ( Apart ), "{DIFFERS}"',
        f'ABS ( Apart ) <= {_chosen("rounding")}, "{SAME}"',
        f'"{DIFFERS}"',
    ]
    found = with_variables({**SIDES, "Apart": f"[{DIFFERENCE}]"}, call("SWITCH", "TRUE ()", *cases))
    return call("IF", f"HASONEVALUE ( {_column('measure')} )", found)


def _chosen(source: str) -> str:
    return f"SELECTEDVALUE ( {_column(source)} )"


def _column(source: str) -> str:
    return reference(TOTALS, table_of_view(TOTALS_VIEW).column(source).name)
