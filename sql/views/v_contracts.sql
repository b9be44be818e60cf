-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Contracts from bid to end: one contract.
drop view if exists bi.v_contracts;

create view bi.v_contracts as
select
    cast(fact_contract_lifecycle.source_id as varchar(32)) as source_id,
    cast(fact_contract_lifecycle.contract_id as bigint) as contract_id,
    cast(fact_contract_lifecycle.contract_number as varchar(64)) as contract_number,
    cast(fact_contract_lifecycle.buy_mode as varchar(32)) as buy_mode,
    cast(fact_contract_lifecycle.status as varchar(32)) as status,
    cast(fact_contract_lifecycle.cancelled_by as varchar(32)) as cancelled_by,
    cast(fact_contract_lifecycle.bid_id as bigint) as bid_id,
    cast(fact_contract_lifecycle.org_id as bigint) as org_id,
    cast(fact_contract_lifecycle.buyer_user_id as bigint) as buyer_user_id,
    cast(fact_contract_lifecycle.seller_id as bigint) as seller_id,
    cast(fact_contract_lifecycle.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_contract_lifecycle.seller_key as bigint) as seller_key,
    cast(fact_contract_lifecycle.buyer_user_key as bigint) as buyer_user_key,
    cast(fact_contract_lifecycle.bid_published_date_key as integer) as bid_published_date_key,
    cast(fact_contract_lifecycle.bid_awarded_date_key as integer) as bid_awarded_date_key,
    cast(fact_contract_lifecycle.contract_date_key as integer) as contract_date_key,
    cast(fact_contract_lifecycle.accepted_date_key as integer) as accepted_date_key,
    cast(fact_contract_lifecycle.first_dispatched_date_key as integer) as first_dispatched_date_key,
    cast(fact_contract_lifecycle.last_delivered_date_key as integer) as last_delivered_date_key,
    cast(fact_contract_lifecycle.first_prc_date_key as integer) as first_prc_date_key,
    cast(fact_contract_lifecycle.last_crac_date_key as integer) as last_crac_date_key,
    cast(fact_contract_lifecycle.first_invoiced_date_key as integer) as first_invoiced_date_key,
    cast(fact_contract_lifecycle.last_paid_date_key as integer) as last_paid_date_key,
    cast(fact_contract_lifecycle.rejected_date_key as integer) as rejected_date_key,
    cast(fact_contract_lifecycle.cancelled_date_key as integer) as cancelled_date_key,
    cast(fact_contract_lifecycle.contract_at as timestamp) as contract_at,
    cast(fact_contract_lifecycle.accepted_at as timestamp) as accepted_at,
    cast(fact_contract_lifecycle.first_dispatched_at as timestamp) as first_dispatched_at,
    cast(fact_contract_lifecycle.last_delivered_at as timestamp) as last_delivered_at,
    cast(fact_contract_lifecycle.first_prc_at as timestamp) as first_prc_at,
    cast(fact_contract_lifecycle.last_crac_at as timestamp) as last_crac_at,
    cast(fact_contract_lifecycle.first_invoiced_at as timestamp) as first_invoiced_at,
    cast(fact_contract_lifecycle.last_paid_at as timestamp) as last_paid_at,
    cast(fact_contract_lifecycle.rejected_at as timestamp) as rejected_at,
    cast(fact_contract_lifecycle.cancelled_at as timestamp) as cancelled_at,
    cast(fact_contract_lifecycle.award_to_contract_days as integer) as award_to_contract_days,
    cast(fact_contract_lifecycle.contract_to_acceptance_days as integer) as contract_to_acceptance_days,
    cast(fact_contract_lifecycle.acceptance_to_dispatch_days as integer) as acceptance_to_dispatch_days,
    cast(fact_contract_lifecycle.dispatch_to_delivery_days as integer) as dispatch_to_delivery_days,
    cast(fact_contract_lifecycle.delivery_to_crac_days as integer) as delivery_to_crac_days,
    cast(fact_contract_lifecycle.crac_to_payment_days as integer) as crac_to_payment_days,
    cast(fact_contract_lifecycle.order_to_cash_days as integer) as order_to_cash_days,
    cast(fact_contract_lifecycle.total_value as numeric(18,2)) as total_value,
    cast(fact_contract_lifecycle.accepted_value as numeric(18,2)) as accepted_value,
    cast(fact_contract_lifecycle.paid_value as numeric(18,2)) as paid_value,
    cast(fact_contract_lifecycle.ld_amount as numeric(18,2)) as ld_amount,
    cast(fact_contract_lifecycle.line_count as integer) as line_count,
    cast(fact_contract_lifecycle.is_fully_paid as boolean) as is_fully_paid,
    cast(fact_contract_lifecycle.is_mse_matched as boolean) as is_mse_matched,
    cast(fact_contract_lifecycle.has_amendment_without_line as boolean) as has_amendment_without_line,
    cast(fact_contract_lifecycle.is_void as boolean) as is_void,
    cast(bid_published_date.calendar_date as timestamp) as bid_published_date,
    cast(bid_awarded_date.calendar_date as timestamp) as bid_awarded_date,
    cast(contract_date.calendar_date as timestamp) as contract_date,
    cast(accepted_date.calendar_date as timestamp) as accepted_date,
    cast(first_dispatched_date.calendar_date as timestamp) as first_dispatched_date,
    cast(last_delivered_date.calendar_date as timestamp) as last_delivered_date,
    cast(first_prc_date.calendar_date as timestamp) as first_prc_date,
    cast(last_crac_date.calendar_date as timestamp) as last_crac_date,
    cast(first_invoiced_date.calendar_date as timestamp) as first_invoiced_date,
    cast(last_paid_date.calendar_date as timestamp) as last_paid_date,
    cast(rejected_date.calendar_date as timestamp) as rejected_date,
    cast(cancelled_date.calendar_date as timestamp) as cancelled_date,
    cast(coalesce(contract_date.calendar_date, cast(fact_contract_lifecycle.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_contract_lifecycle.dw_updated_at as timestamp) as changed_at
from mart.fact_contract_lifecycle
join mart.dim_date as bid_published_date
    on bid_published_date.date_key = fact_contract_lifecycle.bid_published_date_key
join mart.dim_date as bid_awarded_date
    on bid_awarded_date.date_key = fact_contract_lifecycle.bid_awarded_date_key
join mart.dim_date as contract_date
    on contract_date.date_key = fact_contract_lifecycle.contract_date_key
join mart.dim_date as accepted_date
    on accepted_date.date_key = fact_contract_lifecycle.accepted_date_key
join mart.dim_date as first_dispatched_date
    on first_dispatched_date.date_key = fact_contract_lifecycle.first_dispatched_date_key
join mart.dim_date as last_delivered_date
    on last_delivered_date.date_key = fact_contract_lifecycle.last_delivered_date_key
join mart.dim_date as first_prc_date
    on first_prc_date.date_key = fact_contract_lifecycle.first_prc_date_key
join mart.dim_date as last_crac_date
    on last_crac_date.date_key = fact_contract_lifecycle.last_crac_date_key
join mart.dim_date as first_invoiced_date
    on first_invoiced_date.date_key = fact_contract_lifecycle.first_invoiced_date_key
join mart.dim_date as last_paid_date
    on last_paid_date.date_key = fact_contract_lifecycle.last_paid_date_key
join mart.dim_date as rejected_date
    on rejected_date.date_key = fact_contract_lifecycle.rejected_date_key
join mart.dim_date as cancelled_date
    on cancelled_date.date_key = fact_contract_lifecycle.cancelled_date_key;
