"""dim_seller: sellers with their class by validity."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, BOOLEAN, DATE, INTEGER, Type, varchar


def _class(name: str, type: Type, comment: str) -> MartColumn:
    """A column that follows the validity of the seller's classification."""
    return MartColumn(name=name, type=type, comment=comment, business_validity=True)


DIM_SELLER = MartTable(
    name="dim_seller",
    comment="Sellers by validity; class columns follow the classification's own validity",
    kind=TableKind.SCD2,
    aggregate="seller",
    grain="one version of one seller",
    natural_key=("seller_id",),
    root_column="seller_id",
    sort_key=("seller_id", "valid_from"),
    columns=(
        MartColumn(name="seller_id", type=BIGINT, nullable=False, comment="Seller at the source"),
        MartColumn(name="seller_name", type=varchar(512), comment="Legal name"),
        MartColumn(name="constitution", type=varchar(32), comment="Legal form"),
        MartColumn(name="seller_type", type=varchar(32), comment="OEM, RESELLER or SERVICE_PROVIDER"),
        MartColumn(name="status", type=varchar(32), comment="Standing on the market"),
        MartColumn(name="registered_on", type=DATE, comment="Day of registration"),
        MartColumn(name="state_code", type=varchar(2), comment="GST code of the state of registration"),
        MartColumn(name="pincode", type=varchar(6), comment="Postal code"),
        MartColumn(name="gst_state_code", type=varchar(2), comment="GST code of its primary registration"),
        MartColumn(name="gstin_count", type=INTEGER, comment="GST registrations"),
        _class("udyam_no", varchar(32), "Udyam registration"),
        _class("size", varchar(32), "MICRO, SMALL, MEDIUM or LARGE"),
        _class("is_mse", BOOLEAN, "Micro or small: the published GeM notion"),
        _class("is_ppp_mse", BOOLEAN, "Micro or small and not a trader: the mandate's notion"),
        _class("is_trader", BOOLEAN, "Trades without making"),
        _class("is_women_owned", BOOLEAN, "Owned by women"),
        _class("social_category", varchar(32), "SC, ST, OBC or GEN"),
        _class("is_scst", BOOLEAN, "Owned by Scheduled Castes or Tribes"),
        _class("is_startup", BOOLEAN, "Recognised start-up (DPIIT)"),
        _class("is_shg", BOOLEAN, "Self-help group"),
        _class("is_artisan", BOOLEAN, "Artisan or weaver"),
    ),
)
