-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Offers in the catalogue: one offer.
drop view if exists bi.v_catalogue_offers;

create view bi.v_catalogue_offers as
select
    cast(fact_catalogue_offer.source_id as varchar(32)) as source_id,
    cast(fact_catalogue_offer.offer_id as bigint) as offer_id,
    cast(fact_catalogue_offer.product_id as bigint) as product_id,
    cast(fact_catalogue_offer.category_id as bigint) as category_id,
    cast(fact_catalogue_offer.seller_id as bigint) as seller_id,
    cast(fact_catalogue_offer.product_key as bigint) as product_key,
    cast(fact_catalogue_offer.category_key as bigint) as category_key,
    cast(fact_catalogue_offer.seller_key as bigint) as seller_key,
    cast(fact_catalogue_offer.starts_date_key as integer) as starts_date_key,
    cast(fact_catalogue_offer.ends_date_key as integer) as ends_date_key,
    cast(fact_catalogue_offer.starts_at as timestamp) as starts_at,
    cast(fact_catalogue_offer.ends_at as timestamp) as ends_at,
    cast(fact_catalogue_offer.status as varchar(32)) as status,
    cast(fact_catalogue_offer.offer_price as numeric(18,2)) as offer_price,
    cast(fact_catalogue_offer.min_qty as numeric(18,3)) as min_qty,
    cast(fact_catalogue_offer.stock_qty as numeric(18,3)) as stock_qty,
    cast(starts_date.calendar_date as timestamp) as starts_date,
    cast(ends_date.calendar_date as timestamp) as ends_date,
    cast(coalesce(starts_date.calendar_date, cast(fact_catalogue_offer.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_catalogue_offer.dw_updated_at as timestamp) as changed_at
from mart.fact_catalogue_offer
join mart.dim_date as starts_date
    on starts_date.date_key = fact_catalogue_offer.starts_date_key
join mart.dim_date as ends_date
    on ends_date.date_key = fact_catalogue_offer.ends_date_key;
