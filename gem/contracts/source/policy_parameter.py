"""policy_parameter: limits, rates and targets of the rules, each from a day to a day."""

from gem.contracts.source.columns import AUDIT, text
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import DATE, PARAMETER, varchar

POLICY_PARAMETER = SourceTable(
    name="policy_parameter",
    comment="Parameters of procurement policy by validity",
    primary_key=("param_code", "effective_from"),
    root_column=None,
    columns=(
        Column(name="param_code", type=varchar(64), nullable=False, comment="Such as DP_LIMIT"),
        Column(name="effective_from", type=DATE, nullable=False, comment="First day in force, IST"),
        Column(name="effective_to", type=DATE, comment="First day no longer in force, IST; open: NULL"),
        Column(name="num_value", type=PARAMETER, comment="Rupees, percent, days or a count"),
        text("text_value", 1024),
        text("authority_ref", 512, "Order, rule or circular it stands in"),
        *AUDIT,
    ),
)
