-- Daily average GMV: net GMV of the financial year of D up to D by its days so far, by ministry.
select
  grouping(ministry_id) as overall,
  ministry_id as slice,
  sum(current_value) as numerator,
  oracle.fy_day_no(oracle.as_of()) as denominator
from oracle.line
where contract_day between oracle.fy_start(oracle.as_of()) and oracle.as_of()
group by grouping sets ((), (ministry_id));
