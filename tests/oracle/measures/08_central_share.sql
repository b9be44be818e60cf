-- Central share of net GMV, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  sum(oracle.if_so(govt_tier = 'CENTRAL', current_value)) as numerator,
  sum(current_value) as denominator
from oracle.line
group by grouping sets ((), (fy));
