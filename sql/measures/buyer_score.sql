-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 50. Buyer score, in share. Rates of bids closed, orders placed, deliveries accepted and payments made in time, by their weights.
-- As of a day D, here the present one in India: What was to be done before D, by the weights of D.
select
  buyer_org.ministry_name,
  max(as_of.calendar_date) as as_of_day,
  cast(cast(max(buyer_score_closure_pct.num_value) as numeric(9,4)) * 0.01 * (cast(sum(case when f.kind = 'CLOSURE' then f.done end) as numeric(26,6)) / nullif(sum(case when f.kind = 'CLOSURE' then f.owed end), 0))
    + cast(max(buyer_score_placing_pct.num_value) as numeric(9,4)) * 0.01 * (cast(sum(case when f.kind = 'PLACING' then f.done end) as numeric(26,6)) / nullif(sum(case when f.kind = 'PLACING' then f.owed end), 0))
    + cast(max(buyer_score_acceptance_pct.num_value) as numeric(9,4)) * 0.01 * (cast(sum(case when f.kind = 'ACCEPTANCE' then f.done end) as numeric(26,6)) / nullif(sum(case when f.kind = 'ACCEPTANCE' then f.owed end), 0))
    + cast(max(buyer_score_payment_pct.num_value) as numeric(9,4)) * 0.01 * (cast(sum(case when f.kind = 'PAYMENT' then f.done end) as numeric(26,6)) / nullif(sum(case when f.kind = 'PAYMENT' then f.owed end), 0)) as numeric(38,6)) as value
from bi.v_buyer_promptness f
  join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
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
group by buyer_org.ministry_name;
