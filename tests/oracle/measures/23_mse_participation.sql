-- Participations of MSEs, by size of the seller at submission.
select
  grouping(size) as overall,
  size as slice,
  sum(oracle.if_so(is_mse, 1)) as numerator,
  count(*) as denominator
from oracle.offer
group by grouping sets ((), (size));
