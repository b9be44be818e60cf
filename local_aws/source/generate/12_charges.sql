-- What the market charges: by the policy of the day on which an order was accepted, order by order through the seller's
-- financial year. A few are forgotten or wrong, as the measure of leakage needs.

create temporary table charged_order on commit drop as
with accepted as (
  select
    id,
    seller_id,
    total_value,
    answered_at,
    extract(year from answered_at at time zone 'Asia/Kolkata' - interval '3 months')::integer as fy_start
  from deal
  where answered_at < pg_temp.data_end()
    and not (is_rejected or is_cancelled)
),
summed as (
  select
    *,
    sum(total_value) over (partition by seller_id, fy_start order by answered_at, id) as value_reached
  from accepted
)
select
  summed.*,
  fy_start || '-' || lpad(mod(fy_start + 1, 100)::text, 2, '0') as fy,
  milestone.num_value as milestone_charge,
  value_reached >= threshold.num_value and value_reached - total_value < threshold.num_value as crosses,
  case
    when value_reached - total_value < threshold.num_value
      and not (crossing.num_value = 1 and value_reached >= threshold.num_value) then 0
    when total_value <= free.num_value then 0
    when total_value <= flat_above.num_value then round(total_value * percent.num_value / 100, 2)
    else flat.num_value
  end as transaction_charge
from summed
join gem.policy_parameter as threshold on threshold.param_code = 'SMV_THRESHOLD'
join gem.policy_parameter as milestone on milestone.param_code = 'ANNUAL_MILESTONE_CHARGE'
join gem.policy_parameter as crossing on crossing.param_code = 'CHARGE_CROSSING_ORDER'
join gem.policy_parameter as free on free.param_code = 'CHARGE_FREE_UP_TO'
join gem.policy_parameter as percent on percent.param_code = 'CHARGE_PCT'
join gem.policy_parameter as flat_above on flat_above.param_code = 'CHARGE_FLAT_ABOVE'
join gem.policy_parameter as flat on flat.param_code = 'CHARGE_FLAT'
-- They all came into force together, and are in force still.
where pg_temp.indian_day(answered_at) >= threshold.effective_from;

insert into gem.platform_charge (
  charge_id, seller_id, contract_id, kind, fy, base_value, amount, gst, charged_at, status, created_at, updated_at
)
with due as (
  select
    id * 10 + 1 as charge_id,
    id,
    seller_id,
    'TRANSACTION' as kind,
    fy,
    total_value as base_value,
    transaction_charge as amount,
    answered_at
  from charged_order
  where transaction_charge > 0
  union all
  select id * 10 + 2, id, seller_id, 'ANNUAL_MILESTONE', fy, value_reached, milestone_charge, answered_at
  from charged_order
  where crosses
),
billed as (
  select
    *,
    case when pg_temp.chance(charge_id, 'wrong') < 0.02 then round(amount / 2, 2) else amount end as billed_amount,
    answered_at + interval '1 hour' * (1 + pg_temp.pick(charge_id, 'charged', 70)) as charged_at,
    answered_at + interval '1 day' * (8 + pg_temp.pick(charge_id, 'charge paid', 60)) as settled_at
  from due
  where pg_temp.chance(charge_id, 'forgotten') >= 0.02
)
select
  charge_id,
  seller_id,
  id,
  kind,
  fy,
  base_value,
  billed_amount,
  round(billed_amount * 0.18, 2),
  charged_at,
  case
    when settled_at >= pg_temp.data_end() then 'BILLED'
    when pg_temp.chance(charge_id, 'waived') < 0.01 then 'WAIVED'
    else 'PAID'
  end,
  charged_at,
  case when settled_at >= pg_temp.data_end() then charged_at else settled_at end
from billed
where charged_at < pg_temp.data_end();
