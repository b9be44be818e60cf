-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Ratings: one rating.
drop view if exists bi.v_ratings;

create view bi.v_ratings as
select
    cast(fact_rating.source_id as varchar(32)) as source_id,
    cast(fact_rating.rating_id as bigint) as rating_id,
    cast(fact_rating.contract_id as bigint) as contract_id,
    cast(fact_rating.ratee_type as varchar(32)) as ratee_type,
    cast(fact_rating.seller_id as bigint) as seller_id,
    cast(fact_rating.org_id as bigint) as org_id,
    cast(fact_rating.seller_key as bigint) as seller_key,
    cast(fact_rating.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_rating.rated_date_key as integer) as rated_date_key,
    cast(fact_rating.rated_at as timestamp) as rated_at,
    cast(fact_rating.score as numeric(7,3)) as score,
    cast(fact_rating.component_scores as varchar(4096)) as component_scores,
    cast(rated_date.calendar_date as timestamp) as rated_date,
    cast(coalesce(rated_date.calendar_date, cast(fact_rating.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_rating.dw_updated_at as timestamp) as changed_at
from mart.fact_rating
join mart.dim_date as rated_date
    on rated_date.date_key = fact_rating.rated_date_key;
