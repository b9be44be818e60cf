-- Lines delivered in full and in time, of lines of valid orders due by D, by financial year of the contract.
select
  grouping(fy) as overall,
  fy as slice,
  count(*) filter (where delivered_qty >= current_qty and last_delivery_day <= due_day) as numerator,
  count(*) as denominator
from oracle.line
where not is_void
  and qty is not null
  and due_day <= oracle.as_of()
group by grouping sets ((), (fy));
