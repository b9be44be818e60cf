-- GMV growth: net GMV of the financial year of D up to D against the year before up to the same day of its year, by
-- ministry.
with year_to_date as (
  select
    ministry_id,
    oracle.if_so(oracle.fy_start(contract_day) = oracle.fy_start(oracle.as_of()), current_value) as this_year,
    oracle.if_so(oracle.fy_start(contract_day) + interval '1 year' = oracle.fy_start(oracle.as_of()), current_value)
      as year_before
  from oracle.line
  where oracle.fy_day_no(contract_day) <= oracle.fy_day_no(oracle.as_of())
)
select
  grouping(ministry_id) as overall,
  ministry_id as slice,
  sum(this_year) - sum(year_before) as numerator,
  sum(year_before) as denominator
from year_to_date
group by grouping sets ((), (ministry_id));
