-- Average order value: net GMV by valid order, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  sum(current_value) as numerator,
  count(distinct contract_id) filter (where not is_void) as denominator
from oracle.line
group by grouping sets ((), (fy));
