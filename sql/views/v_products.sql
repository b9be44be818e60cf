-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Catalogue products by validity of their Make in India class: one version of one product.
drop view if exists bi.v_products;

create view bi.v_products as
select
    cast(dim_product.product_key as bigint) as product_key,
    cast(dim_product.source_id as varchar(32)) as source_id,
    cast(dim_product.product_id as bigint) as product_id,
    cast(dim_product.mii_class as varchar(32)) as mii_class,
    cast(dim_product.category_id as bigint) as category_id,
    cast(dim_product.brand_id as bigint) as brand_id,
    cast(dim_product.model as varchar(256)) as model,
    cast(dim_product.country_of_origin as varchar(64)) as country_of_origin,
    cast(dim_product.local_content_pct as numeric(7,3)) as local_content_pct,
    cast(dim_product.valid_from as timestamp) as valid_from,
    cast(dim_product.valid_to as timestamp) as valid_to,
    cast(dim_product.is_current as boolean) as is_current
from mart.dim_product;
