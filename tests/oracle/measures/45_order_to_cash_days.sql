-- Days from the contract to its last payment, where all is accepted and all paid, by financial year.
with received as (
  select contract_id
  from oracle.line
  where qty is not null
  group by contract_id
  having bool_and(coalesce(accepted_qty >= current_qty, false))
),
settled as (
  select contract_id, max(paid_day) as paid_day
  from oracle.payment
  group by contract_id
  having bool_and(paid_day is not null)
)
select
  grouping(fy) as overall,
  fy as slice,
  percentile_cont(0.5) within group (order by settled.paid_day - contract_day) as median
from received
join settled using (contract_id)
join oracle.contract using (contract_id)
group by grouping sets ((), (fy));
