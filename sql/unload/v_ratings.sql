-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.rating_id,
    exported.contract_id,
    exported.ratee_type,
    exported.seller_id,
    exported.org_id,
    exported.seller_key,
    exported.buyer_org_key,
    exported.rated_date_key,
    exported.rated_at,
    exported.score,
    exported.component_scores,
    day.financial_year
from bi.v_ratings as exported
join bi.v_dates as day
    on day.date_key = exported.rated_date_key;
