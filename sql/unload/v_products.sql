-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.product_key,
    exported.source_id,
    exported.product_id,
    exported.mii_class,
    exported.category_id,
    exported.brand_id,
    exported.model,
    exported.country_of_origin,
    exported.local_content_pct,
    exported.valid_from,
    exported.valid_to,
    exported.is_current
from bi.v_products as exported;
