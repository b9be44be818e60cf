-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.contract_id,
    exported.contract_number,
    exported.buy_mode,
    exported.status,
    exported.cancelled_by,
    exported.bid_id,
    exported.org_id,
    exported.seller_id,
    exported.buyer_org_key,
    exported.seller_key,
    exported.bid_published_date_key,
    exported.bid_awarded_date_key,
    exported.contract_date_key,
    exported.accepted_date_key,
    exported.rejected_date_key,
    exported.cancelled_date_key,
    exported.contract_at,
    exported.accepted_at,
    exported.rejected_at,
    exported.cancelled_at,
    exported.award_to_contract_days,
    exported.contract_to_acceptance_days,
    exported.total_value,
    exported.line_count,
    exported.is_void,
    day.financial_year
from bi.v_contracts as exported
join bi.v_dates as day
    on day.date_key = exported.contract_date_key;
