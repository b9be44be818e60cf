-- Services share of net GMV, by ministry.
select
  grouping(ministry_id) as overall,
  ministry_id as slice,
  sum(oracle.if_so(kind = 'SERVICE', current_value)) as numerator,
  sum(current_value) as denominator
from oracle.line
group by grouping sets ((), (ministry_id));
