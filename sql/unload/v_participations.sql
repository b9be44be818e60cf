-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.participation_id,
    exported.bid_id,
    exported.seller_id,
    exported.org_id,
    exported.category_id,
    exported.seller_key,
    exported.buyer_org_key,
    exported.category_key,
    exported.submitted_date_key,
    exported.submitted_at,
    exported.withdrawn_at,
    exported.tech_status,
    exported.disq_reason,
    exported.emd_mode,
    exported.quoted_value,
    exported.final_value,
    exported.l1_gap_value,
    exported.price_rank,
    exported.award_basis,
    exported.claims_mse,
    exported.claims_mii,
    exported.is_qualified,
    exported.is_awarded,
    exported.is_disqualified,
    exported.is_withdrawn,
    day.financial_year
from bi.v_participations as exported
join bi.v_dates as day
    on day.date_key = exported.submitted_date_key;
