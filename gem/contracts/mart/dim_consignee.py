"""dim_consignee: the places where goods are received."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, varchar

DIM_CONSIGNEE = MartTable(
    name="dim_consignee",
    comment="Places of receipt",
    kind=TableKind.SCD1,
    aggregate="consignee_location",
    grain="one place of receipt",
    natural_key=("consignee_id",),
    root_column="consignee_id",
    sort_key=("consignee_id",),
    columns=(
        MartColumn(name="consignee_id", type=BIGINT, nullable=False, comment="Consignee at the source"),
        MartColumn(name="org_id", type=BIGINT, comment="Organisation it belongs to"),
        MartColumn(name="pincode", type=varchar(6), comment="Postal code"),
        MartColumn(name="district", type=varchar(128), comment="District"),
        MartColumn(name="state_code", type=varchar(2), comment="GST code of the state"),
    ),
)
