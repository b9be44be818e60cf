-- What was charged to sellers, and what the rules of the day of acceptance would charge, by financial year.
with accepted as (
  select
    contract_id,
    seller_id,
    award_value as value,
    oracle.day(accepted_at) as day,
    oracle.fy(oracle.day(accepted_at)) as fy,
    coalesce(sum(award_value) over before, 0) as value_before,
    row_number() over of_year as number,
    oracle.param('SMV_THRESHOLD', oracle.day(accepted_at)) as threshold
  from oracle.contract
  where not is_void
    and accepted_at is not null
    and award_value is not null
  window
    of_year as (partition by seller_id, oracle.fy(oracle.day(accepted_at)) order by accepted_at, contract_id),
    before as (of_year rows between unbounded preceding and 1 preceding)
),
reached as (
  select
    *,
    value_before + value >= threshold as is_reached,
    value_before >= threshold
      or (value_before + value >= threshold and oracle.param('CHARGE_CROSSING_ORDER', day) = 1) as is_charged
  from accepted
),
expected as (
  select
    fy,
    case
      when not is_charged or value <= oracle.param('CHARGE_FREE_UP_TO', day) then 0
      when value <= oracle.param('CHARGE_FLAT_ABOVE', day) then round(value * oracle.param('CHARGE_PCT', day) / 100, 2)
      else oracle.param('CHARGE_FLAT', day)
    end as transaction_charge,
    case
      when is_reached and number = min(number) filter (where is_reached) over (partition by seller_id, fy)
        then oracle.param('ANNUAL_MILESTONE_CHARGE', day)
    end as annual_charge
  from reached
),
charge as (
  select fy, 0 as charged, coalesce(transaction_charge, 0) + coalesce(annual_charge, 0) as expected
  from expected
  union all
  select fy, coalesce(amount, 0), 0
  from gem.platform_charge
  where coalesce(status, '') not in ('CANCELLED', 'WAIVED')
)
select
  grouping(fy) as overall,
  fy as slice,
  sum(charged) as charged,
  sum(expected) as expected,
  sum(expected) - sum(charged) as leakage
from charge
group by grouping sets ((), (fy));
