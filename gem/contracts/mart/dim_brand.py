"""dim_brand: brands and who makes them."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, varchar

DIM_BRAND = MartTable(
    name="dim_brand",
    comment="Brands",
    kind=TableKind.SCD1,
    aggregate="brand",
    grain="one brand",
    natural_key=("brand_id",),
    sort_key=("brand_id",),
    columns=(
        MartColumn(name="brand_id", type=BIGINT, nullable=False, comment="Brand at the source"),
        MartColumn(name="brand_name", type=varchar(256), comment="Name"),
        MartColumn(name="oem_seller_id", type=BIGINT, comment="Seller who makes it"),
    ),
)
