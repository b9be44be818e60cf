"""dim_category: product and service categories with the path to their top."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, BOOLEAN, INTEGER, PERCENT, varchar

DIM_CATEGORY = MartTable(
    name="dim_category",
    comment="Product and service categories by validity",
    kind=TableKind.SCD2,
    aggregate="category",
    grain="one version of one category",
    natural_key=("category_id",),
    sort_key=("category_id", "valid_from"),
    columns=(
        MartColumn(name="category_id", type=BIGINT, nullable=False, comment="Category at the source"),
        MartColumn(name="parent_category_id", type=BIGINT, comment="Parent category"),
        MartColumn(name="category_name", type=varchar(512), comment="Name"),
        MartColumn(name="level", type=INTEGER, comment="1 is the top"),
        MartColumn(name="kind", type=varchar(32), comment="PRODUCT or SERVICE; works have none"),
        MartColumn(name="hsn_sac", type=varchar(8), comment="HSN of goods, SAC of services"),
        MartColumn(name="gst_rate", type=PERCENT, comment="GST in percent"),
        MartColumn(name="is_mse_reserved", type=BOOLEAN, comment="Reserved for micro and small enterprises"),
        MartColumn(name="is_active", type=BOOLEAN, comment="Open for trade"),
        MartColumn(name="level1_name", type=varchar(512), comment="Category of the first level"),
        MartColumn(name="level2_name", type=varchar(512), comment="Category of the second level"),
        MartColumn(name="level3_name", type=varchar(512), comment="Category of the third level"),
    ),
)
