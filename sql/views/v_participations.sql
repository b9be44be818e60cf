-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Participations in bids: one participation; a seller may offer twice in a bid.
drop view if exists bi.v_participations;

create view bi.v_participations as
select
    cast(fact_bid_participation.source_id as varchar(32)) as source_id,
    cast(fact_bid_participation.participation_id as bigint) as participation_id,
    cast(fact_bid_participation.bid_id as bigint) as bid_id,
    cast(fact_bid_participation.seller_id as bigint) as seller_id,
    cast(fact_bid_participation.org_id as bigint) as org_id,
    cast(fact_bid_participation.category_id as bigint) as category_id,
    cast(fact_bid_participation.seller_key as bigint) as seller_key,
    cast(fact_bid_participation.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_bid_participation.category_key as bigint) as category_key,
    cast(fact_bid_participation.submitted_date_key as integer) as submitted_date_key,
    cast(fact_bid_participation.submitted_at as timestamp) as submitted_at,
    cast(fact_bid_participation.withdrawn_at as timestamp) as withdrawn_at,
    cast(fact_bid_participation.tech_status as varchar(32)) as tech_status,
    cast(fact_bid_participation.disq_reason as varchar(1024)) as disq_reason,
    cast(fact_bid_participation.emd_mode as varchar(32)) as emd_mode,
    cast(fact_bid_participation.quoted_value as numeric(18,2)) as quoted_value,
    cast(fact_bid_participation.final_value as numeric(18,2)) as final_value,
    cast(fact_bid_participation.l1_gap_value as numeric(18,2)) as l1_gap_value,
    cast(fact_bid_participation.price_rank as integer) as price_rank,
    cast(fact_bid_participation.award_basis as varchar(32)) as award_basis,
    cast(fact_bid_participation.claims_mse as boolean) as claims_mse,
    cast(fact_bid_participation.claims_mii as boolean) as claims_mii,
    cast(fact_bid_participation.is_qualified as boolean) as is_qualified,
    cast(fact_bid_participation.is_awarded as boolean) as is_awarded,
    cast(fact_bid_participation.is_disqualified as boolean) as is_disqualified,
    cast(fact_bid_participation.is_withdrawn as boolean) as is_withdrawn,
    cast(submitted_date.calendar_date as timestamp) as submitted_date,
    cast(coalesce(submitted_date.calendar_date, cast(fact_bid_participation.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_bid_participation.dw_updated_at as timestamp) as changed_at
from mart.fact_bid_participation
join mart.dim_date as submitted_date
    on submitted_date.date_key = fact_bid_participation.submitted_date_key;
