-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Brands: one brand.
drop view if exists bi.v_brands;

create view bi.v_brands as
select
    cast(dim_brand.brand_key as bigint) as brand_key,
    cast(dim_brand.source_id as varchar(32)) as source_id,
    cast(dim_brand.brand_id as bigint) as brand_id,
    cast(dim_brand.brand_name as varchar(256)) as brand_name,
    cast(dim_brand.oem_seller_id as bigint) as oem_seller_id
from mart.dim_brand;
