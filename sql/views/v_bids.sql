-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Bids: one bid.
drop view if exists bi.v_bids;

create view bi.v_bids as
select
    cast(fact_bid.source_id as varchar(32)) as source_id,
    cast(fact_bid.bid_id as bigint) as bid_id,
    cast(fact_bid.bid_number as varchar(64)) as bid_number,
    cast(fact_bid.bid_type as varchar(32)) as bid_type,
    cast(fact_bid.status as varchar(32)) as status,
    cast(fact_bid.org_id as bigint) as org_id,
    cast(fact_bid.buyer_user_id as bigint) as buyer_user_id,
    cast(fact_bid.category_id as bigint) as category_id,
    cast(fact_bid.evaluation_method as varchar(32)) as evaluation_method,
    cast(fact_bid.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_bid.category_key as bigint) as category_key,
    cast(fact_bid.buyer_user_key as bigint) as buyer_user_key,
    cast(fact_bid.published_date_key as integer) as published_date_key,
    cast(fact_bid.closes_date_key as integer) as closes_date_key,
    cast(fact_bid.awarded_date_key as integer) as awarded_date_key,
    cast(fact_bid.published_at as timestamp) as published_at,
    cast(fact_bid.closes_at as timestamp) as closes_at,
    cast(fact_bid.awarded_at as timestamp) as awarded_at,
    cast(fact_bid.cancelled_at as timestamp) as cancelled_at,
    cast(fact_bid.opened_at as timestamp) as opened_at,
    cast(fact_bid.tech_evaluated_at as timestamp) as tech_evaluated_at,
    cast(fact_bid.estimated_value as numeric(18,2)) as estimated_value,
    cast(fact_bid.emd_amount as numeric(18,2)) as emd_amount,
    cast(fact_bid.awarded_value as numeric(18,2)) as awarded_value,
    cast(fact_bid.l1_value as numeric(18,2)) as l1_value,
    cast(fact_bid.l2_value as numeric(18,2)) as l2_value,
    cast(fact_bid.ra_start_value as numeric(18,2)) as ra_start_value,
    cast(fact_bid.ra_final_value as numeric(18,2)) as ra_final_value,
    cast(fact_bid.item_count as integer) as item_count,
    cast(fact_bid.participants as integer) as participants,
    cast(fact_bid.classified_participants as integer) as classified_participants,
    cast(fact_bid.mse_participants as integer) as mse_participants,
    cast(fact_bid.ppp_mse_participants as integer) as ppp_mse_participants,
    cast(fact_bid.tech_qualified as integer) as tech_qualified,
    cast(fact_bid.awards as integer) as awards,
    cast(fact_bid.ra_count as integer) as ra_count,
    cast(fact_bid.ra_extensions as integer) as ra_extensions,
    cast(fact_bid.extension_count as integer) as extension_count,
    cast(fact_bid.cycle_hours as numeric(12,2)) as cycle_hours,
    cast(fact_bid.days_to_award as integer) as days_to_award,
    cast(fact_bid.is_opened as boolean) as is_opened,
    cast(fact_bid.is_mse_match as boolean) as is_mse_match,
    cast(fact_bid.is_evaluated as boolean) as is_evaluated,
    cast(fact_bid.is_single_bid as boolean) as is_single_bid,
    cast(fact_bid.is_cancelled as boolean) as is_cancelled,
    cast(fact_bid.is_awarded_before_closing as boolean) as is_awarded_before_closing,
    cast(fact_bid.has_rank_fault as boolean) as has_rank_fault,
    cast(published_date.calendar_date as timestamp) as published_date,
    cast(closes_date.calendar_date as timestamp) as closes_date,
    cast(awarded_date.calendar_date as timestamp) as awarded_date,
    cast(coalesce(published_date.calendar_date, cast(fact_bid.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_bid.dw_updated_at as timestamp) as changed_at
from mart.fact_bid
join mart.dim_date as published_date
    on published_date.date_key = fact_bid.published_date_key
join mart.dim_date as closes_date
    on closes_date.date_key = fact_bid.closes_date_key
join mart.dim_date as awarded_date
    on awarded_date.date_key = fact_bid.awarded_date_key;
