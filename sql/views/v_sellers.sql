-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Sellers by validity; class columns follow the classification's own validity: one version of one seller.
drop view if exists bi.v_sellers;

create view bi.v_sellers as
select
    cast(dim_seller.seller_key as bigint) as seller_key,
    cast(dim_seller.source_id as varchar(32)) as source_id,
    cast(dim_seller.seller_id as bigint) as seller_id,
    cast(dim_seller.seller_name as varchar(512)) as seller_name,
    cast(dim_seller.constitution as varchar(32)) as constitution,
    cast(dim_seller.seller_type as varchar(32)) as seller_type,
    cast(dim_seller.status as varchar(32)) as status,
    cast(dim_seller.registered_on as date) as registered_on,
    cast(dim_seller.state_code as varchar(2)) as state_code,
    cast(dim_seller.pincode as varchar(6)) as pincode,
    cast(dim_seller.gst_state_code as varchar(2)) as gst_state_code,
    cast(dim_seller.gstin_count as integer) as gstin_count,
    cast(dim_seller.udyam_no as varchar(32)) as udyam_no,
    cast(dim_seller.size as varchar(32)) as size,
    cast(dim_seller.is_mse as boolean) as is_mse,
    cast(dim_seller.is_ppp_mse as boolean) as is_ppp_mse,
    cast(dim_seller.is_trader as boolean) as is_trader,
    cast(dim_seller.is_women_owned as boolean) as is_women_owned,
    cast(dim_seller.social_category as varchar(32)) as social_category,
    cast(dim_seller.is_scst as boolean) as is_scst,
    cast(dim_seller.is_startup as boolean) as is_startup,
    cast(dim_seller.is_shg as boolean) as is_shg,
    cast(dim_seller.is_artisan as boolean) as is_artisan,
    cast(dim_seller.valid_from as timestamp) as valid_from,
    cast(dim_seller.valid_to as timestamp) as valid_to,
    cast(dim_seller.is_current as boolean) as is_current
from mart.dim_seller;
