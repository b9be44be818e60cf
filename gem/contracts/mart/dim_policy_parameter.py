"""dim_policy_parameter: limits, rates and targets of the rules, each as of any day."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import PARAMETER, Type, varchar


def _in_force(name: str, type: Type, comment: str) -> MartColumn:
    """A column that follows the validity that the rule itself states; NULL while none is in force."""
    return MartColumn(name=name, type=type, comment=comment, business_validity=True)


DIM_POLICY_PARAMETER = MartTable(
    name="dim_policy_parameter",
    comment="Parameters of procurement policy by their own validity",
    kind=TableKind.SCD2,
    aggregate="policy_parameter",
    grain="one period of one parameter",
    natural_key=("param_code",),
    sort_key=("param_code", "valid_from"),
    columns=(
        MartColumn(name="param_code", type=varchar(64), nullable=False, comment="Parameter"),
        _in_force("num_value", PARAMETER, "Rupees, percent, days or a count"),
        _in_force("text_value", varchar(1024), "Value of a parameter that is no number"),
        _in_force("authority_ref", varchar(512), "Order, rule or circular it stands in"),
    ),
)
