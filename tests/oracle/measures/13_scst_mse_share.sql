-- Share of net GMV of MSEs owned by Scheduled Castes or Tribes, by ministry.
select
  grouping(ministry_id) as overall,
  ministry_id as slice,
  sum(oracle.if_so(is_mse and is_scst, current_value)) as numerator,
  sum(current_value) as denominator
from oracle.line
group by grouping sets ((), (ministry_id));
