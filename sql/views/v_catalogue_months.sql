-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Live offers of the catalogue at the end of each month: one category and seller at the end of a month in India.
drop view if exists bi.v_catalogue_months;

create view bi.v_catalogue_months as
select
    cast(fact_catalogue_month.source_id as varchar(32)) as source_id,
    cast(fact_catalogue_month.category_id as bigint) as category_id,
    cast(fact_catalogue_month.seller_id as bigint) as seller_id,
    cast(fact_catalogue_month.category_key as bigint) as category_key,
    cast(fact_catalogue_month.seller_key as bigint) as seller_key,
    cast(fact_catalogue_month.month_end_date_key as integer) as month_end_date_key,
    cast(fact_catalogue_month.month_end_at as timestamp) as month_end_at,
    cast(fact_catalogue_month.live_offers as integer) as live_offers,
    cast(fact_catalogue_month.min_price as numeric(18,2)) as min_price,
    cast(fact_catalogue_month.median_price as numeric(18,2)) as median_price,
    cast(month_end_date.calendar_date as timestamp) as month_end_date
from mart.fact_catalogue_month
join mart.dim_date as month_end_date
    on month_end_date.date_key = fact_catalogue_month.month_end_date_key;
