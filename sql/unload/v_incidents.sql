-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.incident_id,
    exported.stage,
    exported.raised_by_type,
    exported.raised_by_id,
    exported.against_type,
    exported.against_id,
    exported.seller_id,
    exported.contract_id,
    exported.bid_id,
    exported.reason_code,
    exported.incident_reason_key,
    exported.seller_key,
    exported.raised_date_key,
    exported.closed_date_key,
    exported.raised_at,
    exported.escalated_at,
    exported.scn_at,
    exported.responded_at,
    exported.closed_at,
    exported.severity,
    exported.outcome,
    exported.hours_to_escalate,
    exported.hours_to_respond,
    exported.hours_to_close,
    exported.days_scn_to_response,
    exported.days_to_close,
    exported.suspension_days,
    day.financial_year
from bi.v_incidents as exported
join bi.v_dates as day
    on day.date_key = exported.raised_date_key;
