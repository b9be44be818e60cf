-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.org_id,
    exported.buyer_org_key,
    exported.year_begins_date_key,
    exported.year_begins_at,
    exported.target_code,
    exported.target_pct,
    day.financial_year
from bi.v_procurement_targets as exported
join bi.v_dates as day
    on day.date_key = exported.year_begins_date_key;
