-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Product and service categories by validity: one version of one category.
drop view if exists bi.v_categories;

create view bi.v_categories as
select
    cast(dim_category.category_key as bigint) as category_key,
    cast(dim_category.source_id as varchar(32)) as source_id,
    cast(dim_category.category_id as bigint) as category_id,
    cast(dim_category.parent_category_id as bigint) as parent_category_id,
    cast(dim_category.category_name as varchar(512)) as category_name,
    cast(dim_category.level as integer) as level,
    cast(dim_category.kind as varchar(32)) as kind,
    cast(dim_category.hsn_sac as varchar(8)) as hsn_sac,
    cast(dim_category.gst_rate as numeric(7,3)) as gst_rate,
    cast(dim_category.is_mse_reserved as boolean) as is_mse_reserved,
    cast(dim_category.is_active as boolean) as is_active,
    cast(dim_category.level1_name as varchar(512)) as level1_name,
    cast(dim_category.level2_name as varchar(512)) as level2_name,
    cast(dim_category.level3_name as varchar(512)) as level3_name,
    cast(dim_category.valid_from as timestamp) as valid_from,
    cast(dim_category.valid_to as timestamp) as valid_to,
    cast(dim_category.is_current as boolean) as is_current
from mart.dim_category;
