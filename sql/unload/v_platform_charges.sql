-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.charge_id,
    exported.seller_id,
    exported.contract_id,
    exported.kind,
    exported.fy,
    exported.seller_key,
    exported.charged_date_key,
    exported.charged_at,
    exported.status,
    exported.base_value,
    exported.amount,
    exported.gst,
    day.financial_year
from bi.v_platform_charges as exported
join bi.v_dates as day
    on day.date_key = exported.charged_date_key;
