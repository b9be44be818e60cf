-- Share of net GMV of MSEs owned by women, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  sum(oracle.if_so(is_mse and is_women_owned, current_value)) as numerator,
  sum(current_value) as denominator
from oracle.line
group by grouping sets ((), (fy));
