-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.category_key,
    exported.source_id,
    exported.category_id,
    exported.parent_category_id,
    exported.category_name,
    exported.level,
    exported.kind,
    exported.hsn_sac,
    exported.gst_rate,
    exported.is_mse_reserved,
    exported.is_active,
    exported.level1_name,
    exported.level2_name,
    exported.level3_name,
    exported.valid_from,
    exported.valid_to,
    exported.is_current
from bi.v_categories as exported;
