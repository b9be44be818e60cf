"""buyer_organisation: the hierarchy of ministries, departments, organisations and offices that buy."""

from gem.contracts.source.columns import AUDIT, code, flag, reference, required_id, text
from gem.contracts.source_spec import SourceTable

BUYER_ORGANISATION = SourceTable(
    name="buyer_organisation",
    comment="Buying organisations, a tree from ministry to office",
    primary_key=("org_id",),
    root_column=None,
    parent_column="parent_org_id",
    columns=(
        required_id("org_id"),
        reference("parent_org_id"),
        code("level", "MINISTRY", "DEPARTMENT", "ORGANISATION", "OFFICE"),
        code(
            "org_type",
            "CENTRAL_MINISTRY",
            "CPSE",
            "AUTONOMOUS",
            "STATE_DEPT",
            "SPSU",
            "LOCAL_BODY",
            "PANCHAYAT",
            "COOPERATIVE",
        ),
        code("govt_tier", "CENTRAL", "STATE", "LOCAL"),
        text("name", 1024),
        text("state_code", 2),
        flag("is_ppp_mse_bound", "Bound by the 25 percent MSE mandate (PPP-MSE Order 2012)"),
        *AUDIT,
    ),
)
