"""dim_buyer_org: buying organisations, flattened to office, organisation, department and ministry."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, BOOLEAN, varchar

DIM_BUYER_ORG = MartTable(
    name="dim_buyer_org",
    comment="Buying organisations by validity, with their place in the hierarchy",
    kind=TableKind.SCD2,
    aggregate="buyer_organisation",
    grain="one version of one organisation",
    natural_key=("org_id",),
    sort_key=("org_id", "valid_from"),
    columns=(
        MartColumn(name="org_id", type=BIGINT, nullable=False, comment="Organisation at the source"),
        MartColumn(name="parent_org_id", type=BIGINT, comment="Parent organisation"),
        MartColumn(name="org_name", type=varchar(1024), comment="Name"),
        MartColumn(name="level", type=varchar(32), comment="MINISTRY, DEPARTMENT, ORGANISATION or OFFICE"),
        MartColumn(name="org_type", type=varchar(32), comment="Kind of body"),
        MartColumn(name="govt_tier", type=varchar(32), comment="CENTRAL, STATE or LOCAL"),
        MartColumn(name="state_code", type=varchar(2), comment="GST code of its state"),
        MartColumn(name="is_ppp_mse_bound", type=BOOLEAN, comment="Bound by the MSE mandate"),
        MartColumn(name="ministry_id", type=BIGINT, comment="Ministry it belongs to"),
        MartColumn(name="ministry_name", type=varchar(1024), comment="Name of the ministry"),
        MartColumn(name="department_id", type=BIGINT, comment="Department it belongs to"),
        MartColumn(name="department_name", type=varchar(1024), comment="Name of the department"),
        MartColumn(name="organisation_id", type=BIGINT, comment="Organisation it belongs to"),
        MartColumn(name="organisation_name", type=varchar(1024), comment="Name of that organisation"),
        MartColumn(name="office_id", type=BIGINT, comment="Office"),
        MartColumn(name="office_name", type=varchar(1024), comment="Name of the office"),
    ),
)
