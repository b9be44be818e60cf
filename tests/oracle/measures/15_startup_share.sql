-- Share of net GMV of recognised start-ups, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  sum(oracle.if_so(is_startup, current_value)) as numerator,
  sum(current_value) as denominator
from oracle.line
group by grouping sets ((), (fy));
