"""dim_product: catalogue products; only their Make in India class is historic."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, PERCENT, Type, varchar


def _overwritten(name: str, type: Type, comment: str) -> MartColumn:
    """A column whose newest value stands in every version (DOMAIN 7.1)."""
    return MartColumn(name=name, type=type, comment=comment, business_validity=True)


DIM_PRODUCT = MartTable(
    name="dim_product",
    comment="Catalogue products by validity of their Make in India class",
    kind=TableKind.SCD2,
    aggregate="catalogue_product",
    grain="one version of one product",
    natural_key=("product_id",),
    root_column="product_id",
    sort_key=("product_id", "valid_from"),
    columns=(
        MartColumn(name="product_id", type=BIGINT, nullable=False, comment="Product at the source"),
        MartColumn(name="mii_class", type=varchar(32), comment="Make in India class: I, II or NON_LOCAL"),
        _overwritten("category_id", BIGINT, "Category"),
        _overwritten("brand_id", BIGINT, "Brand"),
        _overwritten("model", varchar(256), "Model"),
        _overwritten("country_of_origin", varchar(64), "Country of origin"),
        _overwritten("local_content_pct", PERCENT, "Percent made in India"),
    ),
)
