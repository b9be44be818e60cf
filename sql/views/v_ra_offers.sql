-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Price offers in reverse auctions: one price offer.
drop view if exists bi.v_ra_offers;

create view bi.v_ra_offers as
select
    cast(fact_ra_offer.source_id as varchar(32)) as source_id,
    cast(fact_ra_offer.ra_offer_id as bigint) as ra_offer_id,
    cast(fact_ra_offer.bid_id as bigint) as bid_id,
    cast(fact_ra_offer.ra_id as bigint) as ra_id,
    cast(fact_ra_offer.ra_number as varchar(64)) as ra_number,
    cast(fact_ra_offer.ra_status as varchar(32)) as ra_status,
    cast(fact_ra_offer.participation_id as bigint) as participation_id,
    cast(fact_ra_offer.seller_id as bigint) as seller_id,
    cast(fact_ra_offer.org_id as bigint) as org_id,
    cast(fact_ra_offer.category_id as bigint) as category_id,
    cast(fact_ra_offer.seller_key as bigint) as seller_key,
    cast(fact_ra_offer.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_ra_offer.category_key as bigint) as category_key,
    cast(fact_ra_offer.offered_date_key as integer) as offered_date_key,
    cast(fact_ra_offer.offered_at as timestamp) as offered_at,
    cast(fact_ra_offer.start_price as numeric(18,2)) as start_price,
    cast(fact_ra_offer.offered_value as numeric(18,2)) as offered_value,
    cast(fact_ra_offer.sequence_no as integer) as sequence_no,
    cast(fact_ra_offer.seconds_to_end as bigint) as seconds_to_end,
    cast(fact_ra_offer.is_final_l1 as boolean) as is_final_l1,
    cast(offered_date.calendar_date as timestamp) as offered_date,
    cast(coalesce(offered_date.calendar_date, cast(fact_ra_offer.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_ra_offer.dw_updated_at as timestamp) as changed_at
from mart.fact_ra_offer
join mart.dim_date as offered_date
    on offered_date.date_key = fact_ra_offer.offered_date_key;
