-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.brand_key,
    exported.source_id,
    exported.brand_id,
    exported.brand_name,
    exported.oem_seller_id
from bi.v_brands as exported;
