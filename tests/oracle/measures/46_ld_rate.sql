-- Liquidated damages that shipments state, of the value accepted, by financial year of the contract.
with damages as (
  select contract_id, sum(ld_amount) as ld
  from gem.shipment
  group by contract_id
),
accepted as (
  select contract_id, sum(accepted_value) as value
  from oracle.crac
  group by contract_id
)
select
  grouping(fy) as overall,
  fy as slice,
  coalesce(sum(ld), 0) as numerator,
  coalesce(sum(value), 0) as denominator
from oracle.contract
left join damages using (contract_id)
left join accepted using (contract_id)
group by grouping sets ((), (fy));
