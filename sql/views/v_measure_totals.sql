-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Every measure over the whole warehouse, as of the present day in India: one measure.
drop view if exists bi.v_measure_totals;

create view bi.v_measure_totals as
with figure_1 as (
    select
      cast(coalesce(sum(f.line_value), 0) as numeric(38,2)) as gross_gmv,
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as net_gmv,
      count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.source_id || '/' || cast(f.contract_id as varchar) end) as orders,
      cast(cast(sum(f.current_value) as numeric(26,6)) / nullif(count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.source_id || '/' || cast(f.contract_id as varchar) end), 0) as numeric(38,2)) as average_order_value,
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as procurement_by_seller_state,
      count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.source_id || '/' || cast(f.org_id as varchar) end) as active_buyers,
      count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.source_id || '/' || cast(f.seller_id as varchar) end) as active_sellers,
      cast(cast(sum(case when (f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') then f.line_value when not ((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED')) then 0 end) as numeric(26,6)) / nullif(sum(f.line_value), 0) as numeric(38,6)) as cancellation_rate,
      cast(cast(sum(case when ((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') and f.cancelled_by = 'BUYER') then f.line_value when not (((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') and f.cancelled_by = 'BUYER')) then 0 end) as numeric(26,6)) / nullif(sum(f.line_value), 0) as numeric(38,6)) as cancellation_rate_buyer,
      cast(cast(sum(case when ((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') and f.cancelled_by = 'SELLER') then f.line_value when not (((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') and f.cancelled_by = 'SELLER')) then 0 end) as numeric(26,6)) / nullif(sum(f.line_value), 0) as numeric(38,6)) as cancellation_rate_seller,
      cast(cast(sum(case when ((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') and f.cancelled_by = 'SYSTEM') then f.line_value when not (((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') and f.cancelled_by = 'SYSTEM')) then 0 end) as numeric(26,6)) / nullif(sum(f.line_value), 0) as numeric(38,6)) as cancellation_rate_system,
      count(distinct f.source_id || '/' || cast(f.contract_id as varchar)) as contracts,
      count(*) as order_lines,
      count(distinct case when f.is_rate_contract and f.line_value is null then f.source_id || '/' || cast(f.contract_id as varchar) end) as rate_contracts
    from mart.fact_order_line f
),
figure_2 as (
    select
      cast(cast((sum(case when contract_date.fy_start_year = as_of.fy_start_year then f.current_value when not (contract_date.fy_start_year = as_of.fy_start_year) then 0 end) - sum(case when contract_date.fy_start_year = as_of.fy_start_year - 1 then f.current_value else 0 end)) as numeric(26,6)) / nullif(sum(case when contract_date.fy_start_year = as_of.fy_start_year - 1 then f.current_value when not (contract_date.fy_start_year = as_of.fy_start_year - 1) then 0 end), 0) as numeric(38,6)) as gmv_growth
    from mart.fact_order_line f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where contract_date.fy_day_no <= as_of.fy_day_no
),
figure_3 as (
    select
      cast(cast(sum(f.current_value) as numeric(26,6)) / nullif(max(as_of.fy_day_no), 0) as numeric(38,2)) as daily_average_gmv
    from mart.fact_order_line f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where contract_date.fy_start_year = as_of.fy_start_year and contract_date.fy_day_no <= as_of.fy_day_no
),
figure_4 as (
    select
      cast(cast(sum(case when category.kind = 'SERVICE' then f.current_value when not (category.kind = 'SERVICE') then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as services_share
    from mart.fact_order_line f
      join mart.dim_category category on category.category_key = f.category_key
),
figure_5 as (
    select
      cast(cast(sum(case when buyer_org.govt_tier = 'CENTRAL' then f.current_value when not (buyer_org.govt_tier = 'CENTRAL') then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as central_share
    from mart.fact_order_line f
      join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
),
figure_6 as (
    select
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as procurement_by_buyer_state
    from mart.fact_order_line f
      join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
    where buyer_org.govt_tier in ('STATE', 'LOCAL')
),
figure_7 as (
    select
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as procurement_by_consignee_state,
      cast(cast(sum(case when f.seller_state_code <> consignee.state_code then f.current_value when not (f.seller_state_code <> consignee.state_code) then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as interstate_share
    from mart.fact_order_line f
      join mart.dim_consignee consignee on consignee.consignee_key = f.consignee_key
),
figure_8 as (
    select
      cast(cast(sum(case when seller.is_mse then f.current_value when not (seller.is_mse) then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as mse_share,
      cast(cast(sum(case when seller.is_ppp_mse then f.current_value when not (seller.is_ppp_mse) then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as ppp_mse_share,
      cast(cast(sum(case when seller.is_mse and seller.is_scst then f.current_value when not (seller.is_mse and seller.is_scst) then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as scst_mse_share,
      cast(cast(sum(case when seller.is_mse and seller.is_women_owned then f.current_value when not (seller.is_mse and seller.is_women_owned) then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as women_mse_share,
      cast(cast(sum(case when seller.is_startup then f.current_value when not (seller.is_startup) then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as startup_share
    from mart.fact_order_line f
      join mart.dim_seller seller on seller.seller_key = f.seller_key
),
figure_9 as (
    select
      cast(cast(case when count(case when seller.is_mse then 1 when not (seller.is_mse) then 0 end) > 0 then count(distinct case when seller.is_mse then f.source_id || '/' || cast(f.contract_id as varchar) end) end as numeric(26,6)) / nullif(count(distinct f.source_id || '/' || cast(f.contract_id as varchar)), 0) as numeric(38,6)) as mse_share_of_orders
    from mart.fact_order_line f
      join mart.dim_seller seller on seller.seller_key = f.seller_key
    where f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED')
),
figure_10 as (
    select
      cast(cast((sum(case when f.is_mse then f.current_value when not (f.is_mse) then 0 end) - sum(f.mse_target)) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as mandate_gap_mse,
      cast(cast((sum(case when f.is_scst_mse then f.current_value when not (f.is_scst_mse) then 0 end) - sum(f.scst_target)) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as mandate_gap_scst,
      cast(cast((sum(case when f.is_women_mse then f.current_value when not (f.is_women_mse) then 0 end) - sum(f.women_target)) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as mandate_gap_women,
      cast(case when (sum(f.mse_target) - sum(case when f.is_mse then f.current_value when not f.is_mse then 0 end)) < 0 then 0 else (sum(f.mse_target) - sum(case when f.is_mse then f.current_value when not f.is_mse then 0 end)) end as numeric(38,2)) as mandate_shortfall_mse,
      cast(case when (sum(f.scst_target) - sum(case when f.is_scst_mse then f.current_value when not f.is_scst_mse then 0 end)) < 0 then 0 else (sum(f.scst_target) - sum(case when f.is_scst_mse then f.current_value when not f.is_scst_mse then 0 end)) end as numeric(38,2)) as mandate_shortfall_scst,
      cast(case when (sum(f.women_target) - sum(case when f.is_women_mse then f.current_value when not f.is_women_mse then 0 end)) < 0 then 0 else (sum(f.women_target) - sum(case when f.is_women_mse then f.current_value when not f.is_women_mse then 0 end)) end as numeric(38,2)) as mandate_shortfall_women
    from bi.v_mandate_lines f
),
figure_11 as (
    select
      cast(cast(sum(case when f.mii_class = 'I' then f.current_value when not (f.mii_class = 'I') then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as class_1_local_share
    from mart.fact_order_line f
      join mart.dim_category category on category.category_key = f.category_key
    where category.kind = 'PRODUCT'
),
figure_12 as (
    select
      cast(cast(sum(case when f.first_order_on is not null and f.first_order_on <= f.activation_ends_on then 1 when not (f.first_order_on is not null and f.first_order_on <= f.activation_ends_on) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as seller_activation
    from bi.v_seller_activation f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.activation_ends_on <= as_of.calendar_date
),
figure_13 as (
    select
      cast(cast(sum(f.participants) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as bidders_per_bid
    from mart.fact_bid f
    where f.is_opened
),
figure_14 as (
    select
      cast(cast(sum(f.tech_qualified) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as qualified_bidders_per_bid,
      cast(cast(sum(case when f.is_single_bid then 1 when not (f.is_single_bid) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as single_bid_rate
    from mart.fact_bid f
    where f.is_evaluated
),
figure_15 as (
    select
      cast(cast(sum(case when seller.is_mse then 1 when not (seller.is_mse) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as mse_participation
    from mart.fact_bid_participation f
      join mart.dim_seller seller on seller.seller_key = f.seller_key
),
figure_16 as (
    select
      cast(cast(sum(case when f.is_awarded then 1 when not (f.is_awarded) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as win_rate,
      count(*) as participations,
      count(case when f.is_awarded then 1 end) as awards
    from mart.fact_bid_participation f
),
figure_17 as (
    select
      cast(percentile_cont(0.5) within group (order by f.days_to_award) as numeric(38,2)) as bid_to_award_days
    from mart.fact_bid f
),
figure_18 as (
    select
      cast(percentile_cont(0.9) within group (order by f.days_to_award) as numeric(38,2)) as bid_to_award_days_p90
    from mart.fact_bid f
),
figure_19 as (
    select
      cast(cast(sum(case when f.is_cancelled then 1 when not (f.is_cancelled) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as bid_cancellation_rate
    from mart.fact_bid f
    where f.published_at is not null
),
figure_20 as (
    select
      cast(cast(sum(f.estimated_value - f.awarded_value) as numeric(26,6)) / nullif(sum(f.estimated_value), 0) as numeric(38,6)) as savings_vs_estimate
    from mart.fact_bid f
    where f.estimated_value > 0 and f.awarded_value is not null
),
figure_21 as (
    select
      cast(cast(sum(f.ra_start_value - f.ra_final_value) as numeric(26,6)) / nullif(sum(f.ra_start_value), 0) as numeric(38,6)) as ra_reduction,
      count(*) as bids
    from mart.fact_bid f
),
figure_22 as (
    select
      cast(cast(sum(f.mrp_value - f.line_value) as numeric(26,6)) / nullif(sum(f.mrp_value), 0) as numeric(38,6)) as discount_to_mrp
    from mart.fact_order_line f
    where f.buy_mode in ('DIRECT', 'L1') and f.mrp_value is not null and f.line_value is not null
),
figure_23 as (
    select
      cast(cast(sum(f.saving) as numeric(26,6)) / nullif(sum(f.median_value), 0) as numeric(38,6)) as savings_vs_median_offer
    from bi.v_l1_savings f
),
figure_24 as (
    select
      cast(percentile_cont(0.5) within group (order by case when f.l1_value > 0 then (f.l2_value - f.l1_value) / f.l1_value end) as numeric(38,6)) as l1_l2_gap
    from mart.fact_bid f
),
figure_25 as (
    select
      cast(cast(sum(case when f.is_mse_match then 1 when not (f.is_mse_match) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as mse_price_match_awards
    from bi.v_mse_price_match f
),
figure_26 as (
    select
      cast(cast(sum(case when part.seller_id is not null then 10000 * part.amount * part.amount when not (part.seller_id is not null) then 0 end) as numeric(38,4)) / nullif(sum(part.amount) * sum(part.amount), 0) as numeric(38,2)) as value
    from (
      select
        f.source_id,
        f.seller_id,
        sum(f.current_value) as amount
      from mart.fact_order_line f
      group by f.source_id, f.seller_id
    ) part
),
figure_27 as (
    select
      cast(cast(sum(case when f.accepted_at is not null then 1 when not (f.accepted_at is not null) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as acceptance_rate
    from mart.fact_contract_lifecycle f
    where f.accepted_at is not null or f.rejected_at is not null or coalesce(f.status, '') = 'REJECTED' or ((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') and f.cancelled_by = 'SYSTEM')
),
figure_28 as (
    select
      cast(cast(sum(case when coalesce(f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date <= f.due_without_ld_on, false) then 1 when not (coalesce(f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date <= f.due_without_ld_on, false)) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as on_time_delivery
    from mart.fact_order_line f
      join mart.dim_date last_delivered_date on last_delivered_date.date_key = f.last_delivered_date_key
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') and f.ordered_qty is not null and f.due_without_ld_on <= as_of.calendar_date
),
figure_29 as (
    select
      cast(cast(sum(last_delivered_date.calendar_date - f.due_without_ld_on) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,2)) as delay_days
    from mart.fact_order_line f
      join mart.dim_date last_delivered_date on last_delivered_date.date_key = f.last_delivered_date_key
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') and f.ordered_qty is not null and f.due_without_ld_on <= as_of.calendar_date and f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date > f.due_without_ld_on
),
figure_30 as (
    select
      cast(percentile_cont(0.9) within group (order by last_delivered_date.calendar_date - f.due_without_ld_on) as numeric(38,2)) as delay_days_p90
    from mart.fact_order_line f
      join mart.dim_date last_delivered_date on last_delivered_date.date_key = f.last_delivered_date_key
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') and f.ordered_qty is not null and f.due_without_ld_on <= as_of.calendar_date and f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date > f.due_without_ld_on
),
figure_31 as (
    select
      cast(cast(sum(f.rejected_value) as numeric(26,6)) / nullif(sum(f.received_value), 0) as numeric(38,6)) as rejection_rate,
      cast(cast(sum(case when f.is_auto then 1 when not (f.is_auto) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as auto_crac_share
    from mart.fact_receipt f
    where f.kind = 'CRAC'
),
figure_32 as (
    select
      cast(cast(sum(case when f.first_crac_on is not null and f.first_crac_on <= f.crac_due_on then 1 when not (f.first_crac_on is not null and f.first_crac_on <= f.crac_due_on) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as crac_in_time
    from bi.v_deliveries f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.crac_due_on <= as_of.calendar_date
),
figure_33 as (
    select
      cast(percentile_cont(0.5) within group (order by f.days_crac_to_paid) as numeric(38,2)) as time_to_payment
    from bi.v_payables f
),
figure_34 as (
    select
      cast(percentile_cont(0.9) within group (order by f.days_crac_to_paid) as numeric(38,2)) as time_to_payment_p90
    from bi.v_payables f
),
figure_35 as (
    select
      cast(cast(sum(case when f.paid_on is not null and f.paid_on <= f.due_on then f.payable_amount when not (f.paid_on is not null and f.paid_on <= f.due_on) then 0 end) as numeric(26,6)) / nullif(sum(f.payable_amount), 0) as numeric(38,6)) as paid_in_time,
      cast(coalesce(sum(f.payable_amount - case when f.paid_on <= as_of.calendar_date then coalesce(f.paid_amount, 0) else 0 end), 0) as numeric(38,2)) as overdue_payable
    from bi.v_payables f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.due_on < as_of.calendar_date
),
figure_36 as (
    select
      cast(coalesce(sum(f.payable_amount - case when f.paid_on <= as_of.calendar_date then coalesce(f.paid_amount, 0) else 0 end), 0) as numeric(38,2)) as overdue_payable_to_30
    from bi.v_payables f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.due_on < as_of.calendar_date and as_of.calendar_date - f.crac_on <= 30
),
figure_37 as (
    select
      cast(coalesce(sum(f.payable_amount - case when f.paid_on <= as_of.calendar_date then coalesce(f.paid_amount, 0) else 0 end), 0) as numeric(38,2)) as overdue_payable_31_to_60
    from bi.v_payables f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.due_on < as_of.calendar_date and as_of.calendar_date - f.crac_on between 31 and 60
),
figure_38 as (
    select
      cast(coalesce(sum(f.payable_amount - case when f.paid_on <= as_of.calendar_date then coalesce(f.paid_amount, 0) else 0 end), 0) as numeric(38,2)) as overdue_payable_61_to_90
    from bi.v_payables f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.due_on < as_of.calendar_date and as_of.calendar_date - f.crac_on between 61 and 90
),
figure_39 as (
    select
      cast(coalesce(sum(f.payable_amount - case when f.paid_on <= as_of.calendar_date then coalesce(f.paid_amount, 0) else 0 end), 0) as numeric(38,2)) as overdue_payable_over_90
    from bi.v_payables f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where f.due_on < as_of.calendar_date and as_of.calendar_date - f.crac_on > 90
),
figure_40 as (
    select
      cast(coalesce(sum(round(f.payable_amount * cast(f.penal_interest_pct_month as numeric(7,4)) * cast(case when f.due_on >= as_of.calendar_date or f.paid_on <= f.due_on then 0 when f.paid_on < as_of.calendar_date then f.paid_on - f.due_on else as_of.calendar_date - f.due_on end as numeric(5,0)) / 3000, 2)), 0) as numeric(38,2)) as penal_interest
    from bi.v_payables f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
),
figure_41 as (
    select
      cast(percentile_cont(0.5) within group (order by f.order_to_cash_days) as numeric(38,2)) as order_to_cash_days
    from mart.fact_contract_lifecycle f
),
figure_42 as (
    select
      cast(cast(sum(f.ld_amount) as numeric(26,6)) / nullif(sum(f.accepted_value), 0) as numeric(38,6)) as ld_rate
    from mart.fact_contract_lifecycle f
),
figure_43 as (
    select
      cast(cast(sum(1000 * f.incidents) as numeric(26,6)) / nullif(sum(f.orders), 0) as numeric(38,6)) as incidents_per_1000_orders
    from bi.v_incident_rate f
),
figure_44 as (
    select
      cast(percentile_cont(0.5) within group (order by f.days_to_close) as numeric(38,2)) as incident_closure_days
    from mart.fact_incident f
),
figure_45 as (
    select
      cast(cast(sum(case when coalesce(f.responded_on <= f.reply_due_on, false) then 1 when not (coalesce(f.responded_on <= f.reply_due_on, false)) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as notices_answered_in_time
    from bi.v_notices f
),
figure_46 as (
    select
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as gmv_at_risk
    from bi.v_open_orders f
    where f.seller_status in ('SUSPENDED', 'DEBARRED', 'MORATORIUM')
),
figure_47 as (
    select
      cast(cast(max(buyer_score_closure_pct.num_value) as numeric(9,4)) * 0.01 * (cast(sum(case when f.kind = 'CLOSURE' then f.done end) as numeric(26,6)) / nullif(sum(case when f.kind = 'CLOSURE' then f.owed end), 0))
        + cast(max(buyer_score_placing_pct.num_value) as numeric(9,4)) * 0.01 * (cast(sum(case when f.kind = 'PLACING' then f.done end) as numeric(26,6)) / nullif(sum(case when f.kind = 'PLACING' then f.owed end), 0))
        + cast(max(buyer_score_acceptance_pct.num_value) as numeric(9,4)) * 0.01 * (cast(sum(case when f.kind = 'ACCEPTANCE' then f.done end) as numeric(26,6)) / nullif(sum(case when f.kind = 'ACCEPTANCE' then f.owed end), 0))
        + cast(max(buyer_score_payment_pct.num_value) as numeric(9,4)) * 0.01 * (cast(sum(case when f.kind = 'PAYMENT' then f.done end) as numeric(26,6)) / nullif(sum(case when f.kind = 'PAYMENT' then f.owed end), 0)) as numeric(38,6)) as buyer_score
    from bi.v_buyer_promptness f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
      left join bi.v_policy buyer_score_closure_pct on buyer_score_closure_pct.source_id = f.source_id and buyer_score_closure_pct.param_code = 'BUYER_SCORE_CLOSURE_PCT'
        and as_of.calendar_date >= buyer_score_closure_pct.first_day and as_of.calendar_date < buyer_score_closure_pct.until_day
      left join bi.v_policy buyer_score_placing_pct on buyer_score_placing_pct.source_id = f.source_id and buyer_score_placing_pct.param_code = 'BUYER_SCORE_PLACING_PCT'
        and as_of.calendar_date >= buyer_score_placing_pct.first_day and as_of.calendar_date < buyer_score_placing_pct.until_day
      left join bi.v_policy buyer_score_acceptance_pct on buyer_score_acceptance_pct.source_id = f.source_id and buyer_score_acceptance_pct.param_code = 'BUYER_SCORE_ACCEPTANCE_PCT'
        and as_of.calendar_date >= buyer_score_acceptance_pct.first_day and as_of.calendar_date < buyer_score_acceptance_pct.until_day
      left join bi.v_policy buyer_score_payment_pct on buyer_score_payment_pct.source_id = f.source_id and buyer_score_payment_pct.param_code = 'BUYER_SCORE_PAYMENT_PCT'
        and as_of.calendar_date >= buyer_score_payment_pct.first_day and as_of.calendar_date < buyer_score_payment_pct.until_day
    where f.counts_from_on <= as_of.calendar_date
),
figure_48 as (
    select
      cast(case when count(*) >= max(rating_min_count.num_value) then cast(sum(f.score) as numeric(26,6)) / nullif(count(*), 0) end as numeric(38,6)) as seller_rating
    from mart.fact_rating f
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
      left join bi.v_policy rating_min_count on rating_min_count.source_id = f.source_id and rating_min_count.param_code = 'RATING_MIN_COUNT'
        and as_of.calendar_date >= rating_min_count.first_day and as_of.calendar_date < rating_min_count.until_day
    where f.ratee_type = 'SELLER' and f.score is not null
),
figure_49 as (
    select
      count(distinct f.source_id || '/' || cast(f.contract_id as varchar)) as split_orders,
      cast(coalesce(sum(f.order_value), 0) as numeric(38,2)) as split_order_value
    from bi.v_split_orders f
),
figure_50 as (
    select
      count(*) as threshold_breaches,
      cast(coalesce(sum(f.order_value), 0) as numeric(38,2)) as threshold_breach_value
    from bi.v_threshold_breaches f
),
figure_51 as (
    select
      cast(coalesce(sum(f.amount), 0) as numeric(38,2)) as deposits_outstanding
    from mart.fact_security_deposit f
      join mart.dim_date held_date on held_date.date_key = f.held_date_key
      join mart.dim_date released_date on released_date.date_key = f.released_date_key
      join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
    where held_date.calendar_date <= as_of.calendar_date and (f.status = 'HELD' or released_date.calendar_date > as_of.calendar_date)
),
figure_52 as (
    select
      cast(cast(sum(case when f.status = 'FORFEITED' then f.amount when not (f.status = 'FORFEITED') then 0 end) as numeric(26,6)) / nullif(sum(f.amount), 0) as numeric(38,6)) as forfeiture_rate
    from mart.fact_security_deposit f
    where f.status in ('RELEASED', 'FORFEITED')
),
figure_53 as (
    select
      cast(coalesce(sum(f.charged), 0) as numeric(38,2)) as platform_revenue,
      cast(coalesce(sum(f.expected), 0) as numeric(38,2)) as expected_charges,
      cast(coalesce(sum(f.expected - f.charged), 0) as numeric(38,2)) as charge_leakage
    from bi.v_charge_balance f
),
listed as (
    select 1 as place, 'Gross GMV' as measure, 'Orders' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(gross_gmv as numeric(19,4)) as total from figure_1
    union all
    select 2 as place, 'Net GMV' as measure, 'Orders' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(net_gmv as numeric(19,4)) as total from figure_1
    union all
    select 3 as place, 'Orders' as measure, 'Orders' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(orders as numeric(19,4)) as total from figure_1
    union all
    select 4 as place, 'Average order value' as measure, 'Orders' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(average_order_value as numeric(19,4)) as total from figure_1
    union all
    select 5 as place, 'GMV growth' as measure, 'Orders' as folder, 'percent' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(gmv_growth as numeric(18,6)) as numeric(19,4)) as total from figure_2
    union all
    select 6 as place, 'Daily average GMV' as measure, 'Orders' as folder, 'rupees' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(daily_average_gmv as numeric(19,4)) as total from figure_3
    union all
    select 7 as place, 'Services share' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(services_share as numeric(18,6)) as numeric(19,4)) as total from figure_4
    union all
    select 8 as place, 'Central share' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(central_share as numeric(18,6)) as numeric(19,4)) as total from figure_5
    union all
    select 9 as place, 'Procurement of states' as measure, 'Orders' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(procurement_by_buyer_state as numeric(19,4)) as total from figure_6
    union all
    select 10 as place, 'Procurement by place of receipt' as measure, 'Orders' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(procurement_by_consignee_state as numeric(19,4)) as total from figure_7
    union all
    select 11 as place, 'Procurement by seller''s state' as measure, 'Orders' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(procurement_by_seller_state as numeric(19,4)) as total from figure_1
    union all
    select 12 as place, 'Active buyers' as measure, 'Orders' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(active_buyers as numeric(19,4)) as total from figure_1
    union all
    select 13 as place, 'Active sellers' as measure, 'Orders' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(active_sellers as numeric(19,4)) as total from figure_1
    union all
    select 14 as place, 'MSE share' as measure, 'Sellers' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(mse_share as numeric(18,6)) as numeric(19,4)) as total from figure_8
    union all
    select 15 as place, 'MSE share without traders' as measure, 'Sellers' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(ppp_mse_share as numeric(18,6)) as numeric(19,4)) as total from figure_8
    union all
    select 16 as place, 'MSE share of orders' as measure, 'Sellers' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(mse_share_of_orders as numeric(18,6)) as numeric(19,4)) as total from figure_9
    union all
    select 17 as place, 'SC/ST MSE share' as measure, 'Sellers' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(scst_mse_share as numeric(18,6)) as numeric(19,4)) as total from figure_8
    union all
    select 18 as place, 'Women MSE share' as measure, 'Sellers' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(women_mse_share as numeric(18,6)) as numeric(19,4)) as total from figure_8
    union all
    select 19 as place, 'Start-up share' as measure, 'Sellers' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(startup_share as numeric(18,6)) as numeric(19,4)) as total from figure_8
    union all
    select 20 as place, 'MSE above or below target' as measure, 'Mandate' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(mandate_gap_mse as numeric(18,6)) as numeric(19,4)) as total from figure_10
    union all
    select 21 as place, 'SC/ST above or below target' as measure, 'Mandate' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(mandate_gap_scst as numeric(18,6)) as numeric(19,4)) as total from figure_10
    union all
    select 22 as place, 'Women above or below target' as measure, 'Mandate' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(mandate_gap_women as numeric(18,6)) as numeric(19,4)) as total from figure_10
    union all
    select 23 as place, 'MSE shortfall, net of surpluses' as measure, 'Mandate' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(mandate_shortfall_mse as numeric(19,4)) as total from figure_10
    union all
    select 24 as place, 'SC/ST shortfall, net of surpluses' as measure, 'Mandate' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(mandate_shortfall_scst as numeric(19,4)) as total from figure_10
    union all
    select 25 as place, 'Women shortfall, net of surpluses' as measure, 'Mandate' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(mandate_shortfall_women as numeric(19,4)) as total from figure_10
    union all
    select 26 as place, 'Class I local share' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(class_1_local_share as numeric(18,6)) as numeric(19,4)) as total from figure_11
    union all
    select 27 as place, 'Interstate share' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(interstate_share as numeric(18,6)) as numeric(19,4)) as total from figure_7
    union all
    select 28 as place, 'Seller activation' as measure, 'Sellers' as folder, 'percent' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(seller_activation as numeric(18,6)) as numeric(19,4)) as total from figure_12
    union all
    select 29 as place, 'Bidders per bid' as measure, 'Bids' as folder, 'ratio' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(bidders_per_bid as numeric(19,4)) as total from figure_13
    union all
    select 30 as place, 'Qualified bidders per bid' as measure, 'Bids' as folder, 'ratio' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(qualified_bidders_per_bid as numeric(19,4)) as total from figure_14
    union all
    select 31 as place, 'Single-bid rate' as measure, 'Bids' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(single_bid_rate as numeric(18,6)) as numeric(19,4)) as total from figure_14
    union all
    select 32 as place, 'MSE participation' as measure, 'Bids' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(mse_participation as numeric(18,6)) as numeric(19,4)) as total from figure_15
    union all
    select 33 as place, 'Win rate' as measure, 'Bids' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(win_rate as numeric(18,6)) as numeric(19,4)) as total from figure_16
    union all
    select 34 as place, 'Bid to award' as measure, 'Bids' as folder, 'days' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(bid_to_award_days as numeric(19,4)) as total from figure_17
    union all
    select 35 as place, 'Bid to award, 90th percentile' as measure, 'Bids' as folder, 'days' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(bid_to_award_days_p90 as numeric(19,4)) as total from figure_18
    union all
    select 36 as place, 'Bid cancellation rate' as measure, 'Bids' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(bid_cancellation_rate as numeric(18,6)) as numeric(19,4)) as total from figure_19
    union all
    select 37 as place, 'Savings against estimate' as measure, 'Savings' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(savings_vs_estimate as numeric(18,6)) as numeric(19,4)) as total from figure_20
    union all
    select 38 as place, 'Reverse auction reduction' as measure, 'Savings' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(ra_reduction as numeric(18,6)) as numeric(19,4)) as total from figure_21
    union all
    select 39 as place, 'Discount to MRP' as measure, 'Savings' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(discount_to_mrp as numeric(18,6)) as numeric(19,4)) as total from figure_22
    union all
    select 40 as place, 'Savings against the median offer' as measure, 'Savings' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(savings_vs_median_offer as numeric(18,6)) as numeric(19,4)) as total from figure_23
    union all
    select 41 as place, 'L1 to L2 gap' as measure, 'Bids' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(l1_l2_gap as numeric(18,6)) as numeric(19,4)) as total from figure_24
    union all
    select 42 as place, 'MSE price match awards' as measure, 'Mandate' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(mse_price_match_awards as numeric(18,6)) as numeric(19,4)) as total from figure_25
    union all
    select 43 as place, 'Seller concentration (HHI)' as measure, 'Sellers' as folder, 'index' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(value as numeric(19,4)) as total from figure_26
    union all
    select 44 as place, 'Acceptance rate' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(acceptance_rate as numeric(18,6)) as numeric(19,4)) as total from figure_27
    union all
    select 45 as place, 'Cancellation rate' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(cancellation_rate as numeric(18,6)) as numeric(19,4)) as total from figure_1
    union all
    select 46 as place, 'Cancelled by buyers' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(cancellation_rate_buyer as numeric(18,6)) as numeric(19,4)) as total from figure_1
    union all
    select 47 as place, 'Cancelled by sellers' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(cancellation_rate_seller as numeric(18,6)) as numeric(19,4)) as total from figure_1
    union all
    select 48 as place, 'Cancelled by the system' as measure, 'Orders' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(cancellation_rate_system as numeric(18,6)) as numeric(19,4)) as total from figure_1
    union all
    select 49 as place, 'On-time delivery' as measure, 'Delivery' as folder, 'percent' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(on_time_delivery as numeric(18,6)) as numeric(19,4)) as total from figure_28
    union all
    select 50 as place, 'Delay' as measure, 'Delivery' as folder, 'days' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(delay_days as numeric(19,4)) as total from figure_29
    union all
    select 51 as place, 'Delay, 90th percentile' as measure, 'Delivery' as folder, 'days' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(delay_days_p90 as numeric(19,4)) as total from figure_30
    union all
    select 52 as place, 'Rejection rate' as measure, 'Delivery' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(rejection_rate as numeric(18,6)) as numeric(19,4)) as total from figure_31
    union all
    select 53 as place, 'CRAC in time' as measure, 'Delivery' as folder, 'percent' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(crac_in_time as numeric(18,6)) as numeric(19,4)) as total from figure_32
    union all
    select 54 as place, 'Automatic CRAC share' as measure, 'Delivery' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(auto_crac_share as numeric(18,6)) as numeric(19,4)) as total from figure_31
    union all
    select 55 as place, 'Time to payment' as measure, 'Payments' as folder, 'days' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(time_to_payment as numeric(19,4)) as total from figure_33
    union all
    select 56 as place, 'Time to payment, 90th percentile' as measure, 'Payments' as folder, 'days' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(time_to_payment_p90 as numeric(19,4)) as total from figure_34
    union all
    select 57 as place, 'Paid in time' as measure, 'Payments' as folder, 'percent' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(paid_in_time as numeric(18,6)) as numeric(19,4)) as total from figure_35
    union all
    select 58 as place, 'Overdue payables' as measure, 'Payments' as folder, 'rupees' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(overdue_payable as numeric(19,4)) as total from figure_35
    union all
    select 59 as place, 'Overdue payables, to 30 days' as measure, 'Payments' as folder, 'rupees' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(overdue_payable_to_30 as numeric(19,4)) as total from figure_36
    union all
    select 60 as place, 'Overdue payables, 31 to 60 days' as measure, 'Payments' as folder, 'rupees' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(overdue_payable_31_to_60 as numeric(19,4)) as total from figure_37
    union all
    select 61 as place, 'Overdue payables, 61 to 90 days' as measure, 'Payments' as folder, 'rupees' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(overdue_payable_61_to_90 as numeric(19,4)) as total from figure_38
    union all
    select 62 as place, 'Overdue payables, over 90 days' as measure, 'Payments' as folder, 'rupees' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(overdue_payable_over_90 as numeric(19,4)) as total from figure_39
    union all
    select 63 as place, 'Penal interest' as measure, 'Payments' as folder, 'rupees' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(penal_interest as numeric(19,4)) as total from figure_40
    union all
    select 64 as place, 'Order to cash' as measure, 'Payments' as folder, 'days' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(order_to_cash_days as numeric(19,4)) as total from figure_41
    union all
    select 65 as place, 'Liquidated damages rate' as measure, 'Delivery' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(ld_rate as numeric(18,6)) as numeric(19,4)) as total from figure_42
    union all
    select 66 as place, 'Incidents per 1,000 orders' as measure, 'Conduct' as folder, 'ratio' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(incidents_per_1000_orders as numeric(19,4)) as total from figure_43
    union all
    select 67 as place, 'Incident closure' as measure, 'Conduct' as folder, 'days' as unit, cast(null as date) as as_of, 2 as digits, cast(0.01 as numeric(19,4)) as rounding, cast(incident_closure_days as numeric(19,4)) as total from figure_44
    union all
    select 68 as place, 'Notices answered in time' as measure, 'Conduct' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(notices_answered_in_time as numeric(18,6)) as numeric(19,4)) as total from figure_45
    union all
    select 69 as place, 'GMV at risk' as measure, 'Conduct' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(gmv_at_risk as numeric(19,4)) as total from figure_46
    union all
    select 70 as place, 'Buyer score' as measure, 'Conduct' as folder, 'percent' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(buyer_score as numeric(18,6)) as numeric(19,4)) as total from figure_47
    union all
    select 71 as place, 'Seller rating' as measure, 'Conduct' as folder, 'ratio' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(seller_rating as numeric(19,4)) as total from figure_48
    union all
    select 72 as place, 'Possibly split orders' as measure, 'Conduct' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(split_orders as numeric(19,4)) as total from figure_49
    union all
    select 73 as place, 'Split order value' as measure, 'Conduct' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(split_order_value as numeric(19,4)) as total from figure_49
    union all
    select 74 as place, 'Threshold breaches' as measure, 'Conduct' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(threshold_breaches as numeric(19,4)) as total from figure_50
    union all
    select 75 as place, 'Threshold breach value' as measure, 'Conduct' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(threshold_breach_value as numeric(19,4)) as total from figure_50
    union all
    select 76 as place, 'Deposits outstanding' as measure, 'Charges' as folder, 'rupees' as unit, cast(dateadd(minute, 330, getdate()) as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(deposits_outstanding as numeric(19,4)) as total from figure_51
    union all
    select 77 as place, 'Forfeiture rate' as measure, 'Charges' as folder, 'percent' as unit, cast(null as date) as as_of, 4 as digits, cast(0.0001 as numeric(19,4)) as rounding, cast(100 * cast(forfeiture_rate as numeric(18,6)) as numeric(19,4)) as total from figure_52
    union all
    select 78 as place, 'Platform revenue' as measure, 'Charges' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(platform_revenue as numeric(19,4)) as total from figure_53
    union all
    select 79 as place, 'Expected charges' as measure, 'Charges' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(expected_charges as numeric(19,4)) as total from figure_53
    union all
    select 80 as place, 'Charge leakage' as measure, 'Charges' as folder, 'rupees' as unit, cast(null as date) as as_of, 2 as digits, cast(0 as numeric(19,4)) as rounding, cast(charge_leakage as numeric(19,4)) as total from figure_53
    union all
    select 81 as place, 'Contracts' as measure, 'Orders' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(contracts as numeric(19,4)) as total from figure_1
    union all
    select 82 as place, 'Order lines' as measure, 'Orders' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(order_lines as numeric(19,4)) as total from figure_1
    union all
    select 83 as place, 'Rate contracts' as measure, 'Orders' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(rate_contracts as numeric(19,4)) as total from figure_1
    union all
    select 84 as place, 'Bids' as measure, 'Bids' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(bids as numeric(19,4)) as total from figure_21
    union all
    select 85 as place, 'Participations' as measure, 'Bids' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(participations as numeric(19,4)) as total from figure_16
    union all
    select 86 as place, 'Awards' as measure, 'Bids' as folder, 'count' as unit, cast(null as date) as as_of, 0 as digits, cast(0 as numeric(19,4)) as rounding, cast(awards as numeric(19,4)) as total from figure_16
)
select
    cast(listed.place as integer) as place,
    cast(listed.measure as varchar(128)) as measure,
    cast(listed.folder as varchar(64)) as folder,
    cast(listed.unit as varchar(16)) as unit,
    cast(listed.as_of as date) as as_of,
    cast(listed.digits as integer) as digits,
    cast(listed.rounding as numeric(19,4)) as rounding,
    cast(listed.total as numeric(19,4)) as total
from listed;
