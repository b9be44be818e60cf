-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.deposit_id,
    exported.kind,
    exported.bid_id,
    exported.contract_id,
    exported.seller_id,
    exported.mode,
    exported.status,
    exported.seller_key,
    exported.held_date_key,
    exported.released_date_key,
    exported.held_at,
    exported.valid_until,
    exported.released_at,
    exported.amount,
    exported.held_days,
    exported.is_forfeited,
    day.financial_year
from bi.v_security_deposits as exported
join bi.v_dates as day
    on day.date_key = exported.held_date_key;
