-- MSE share of valid orders, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  case
    when bool_or(is_mse is not null and not is_void)
      then count(distinct contract_id) filter (where is_mse and not is_void)
  end as numerator,
  count(distinct contract_id) filter (where not is_void) as denominator
from oracle.line
group by grouping sets ((), (fy));
