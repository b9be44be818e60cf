-- Incidents after the contract, by 1,000 valid orders, each by its own financial year.
with counted as (
  select oracle.fy(oracle.day(raised_at)) as fy, 1 as incidents, 0 as orders
  from gem.incident
  where stage = 'POST_CONTRACT'
  union all
  select fy, 0, 1
  from oracle.contract
  where not is_void
)
select
  grouping(fy) as overall,
  fy as slice,
  1000 * sum(incidents) as numerator,
  sum(orders) as denominator
from counted
group by grouping sets ((), (fy));
