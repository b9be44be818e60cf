-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Orders and their value by day, kept by every load: one day, ministry, state of the buyer, category of the first level, size of the seller and mode of purchase.
drop view if exists bi.v_gmv_daily;

create view bi.v_gmv_daily as
select
    cast(agg_gmv_daily.source_id as varchar(32)) as source_id,
    cast(agg_gmv_daily.contract_date_key as integer) as contract_date_key,
    cast(agg_gmv_daily.ministry_id as bigint) as ministry_id,
    cast(agg_gmv_daily.ministry_name as varchar(1024)) as ministry_name,
    cast(agg_gmv_daily.buyer_state_code as varchar(2)) as buyer_state_code,
    cast(agg_gmv_daily.category_level1 as varchar(512)) as category_level1,
    cast(agg_gmv_daily.seller_size as varchar(32)) as seller_size,
    cast(agg_gmv_daily.buy_mode as varchar(32)) as buy_mode,
    cast(agg_gmv_daily.orders as bigint) as orders,
    cast(agg_gmv_daily.orders_in_category as bigint) as orders_in_category,
    cast(agg_gmv_daily.order_lines as bigint) as order_lines,
    cast(agg_gmv_daily.gross_gmv as numeric(18,2)) as gross_gmv,
    cast(agg_gmv_daily.net_gmv as numeric(18,2)) as net_gmv,
    cast(agg_gmv_daily.mse_value as numeric(18,2)) as mse_value,
    cast(agg_gmv_daily.women_value as numeric(18,2)) as women_value,
    cast(agg_gmv_daily.scst_value as numeric(18,2)) as scst_value,
    cast(agg_gmv_daily.startup_value as numeric(18,2)) as startup_value,
    cast(contract_date.calendar_date as timestamp) as contract_date
from mart.agg_gmv_daily
join mart.dim_date as contract_date
    on contract_date.date_key = agg_gmv_daily.contract_date_key;
