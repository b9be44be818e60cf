-- Days late of lines that were due by D and delivered in full, by financial year of the contract.
select
  grouping(fy) as overall,
  fy as slice,
  sum(last_delivery_day - due_day) as numerator,
  count(*) as denominator,
  percentile_cont(0.9) within group (order by last_delivery_day - due_day) as p90
from oracle.line
where not is_void
  and qty is not null
  and due_day <= oracle.as_of()
  and delivered_qty >= current_qty
  and last_delivery_day > due_day
group by grouping sets ((), (fy));
