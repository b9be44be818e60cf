"""dim_buyer_user: the users of buying organisations, without who they are in person."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, BOOLEAN, varchar

DIM_BUYER_USER = MartTable(
    name="dim_buyer_user",
    comment="Users of buying organisations, without personal data",
    kind=TableKind.SCD1,
    aggregate="buyer_user",
    grain="one user",
    natural_key=("user_id",),
    root_column="user_id",
    sort_key=("user_id",),
    columns=(
        MartColumn(name="user_id", type=BIGINT, nullable=False, comment="User at the source"),
        MartColumn(name="org_id", type=BIGINT, comment="Organisation of the user"),
        MartColumn(name="role", type=varchar(32), comment="HOD, BUYER, CONSIGNEE or PAO"),
        MartColumn(name="designation", type=varchar(256), comment="Post held"),
        MartColumn(name="is_active", type=BOOLEAN, comment="May act"),
    ),
)
