"""dim_state: states and union territories."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BOOLEAN, varchar

DIM_STATE = MartTable(
    name="dim_state",
    comment="States and union territories of India",
    kind=TableKind.SCD1,
    aggregate="state_ref",
    grain="one state or union territory",
    natural_key=("state_code",),
    sort_key=("state_code",),
    columns=(
        MartColumn(name="state_code", type=varchar(2), nullable=False, comment="GST code"),
        MartColumn(name="iso_code", type=varchar(8), comment="ISO 3166-2 letters"),
        MartColumn(name="state_name", type=varchar(128), comment="Name"),
        MartColumn(name="is_union_territory", type=BOOLEAN, comment="A union territory, not a state"),
        MartColumn(name="zone", type=varchar(32), comment="Zone of India"),
    ),
)
