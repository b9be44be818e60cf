-- Participations that won, by size of the seller at submission.
select
  grouping(size) as overall,
  size as slice,
  count(*) filter (where is_awarded) as numerator,
  count(*) as denominator
from oracle.offer
group by grouping sets ((), (size));
