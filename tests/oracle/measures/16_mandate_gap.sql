-- Mandate gap: how far bound buyers are above what they should buy from MSEs that are no traders, from those of Scheduled
-- Castes and Tribes and from those of women, and what they lack to it, by ministry and financial year.
with bound as (
  select
    coalesce(ministry_id::text, 'None') || ' ' || coalesce(fy, 'None') as ministry_year,
    current_value as value,
    is_ppp_mse,
    is_scst,
    is_women_owned,
    oracle.fy_start(contract_day) as first_day
  from oracle.line
  where is_bound
),
summed as (
  select
    grouping(ministry_year) as overall,
    ministry_year as slice,
    sum(oracle.if_so(is_ppp_mse, value))
      - sum(value * oracle.param('MSE_TARGET_PCT', first_day) / 100) as mse_gap,
    sum(oracle.if_so(is_ppp_mse and is_scst, value))
      - sum(value * oracle.param('SCST_TARGET_PCT', first_day) / 100) as scst_gap,
    sum(oracle.if_so(is_ppp_mse and is_women_owned, value))
      - sum(value * oracle.param('WOMEN_TARGET_PCT', first_day) / 100) as women_gap,
    sum(value) as total
  from bound
  group by grouping sets ((), (ministry_year))
)
select
  overall,
  slice,
  mse_gap as numerator,
  total as denominator,
  scst_gap,
  women_gap,
  case when mse_gap is not null then round(greatest(0, -mse_gap), 2) end as mse_shortfall,
  case when scst_gap is not null then round(greatest(0, -scst_gap), 2) end as scst_shortfall,
  case when women_gap is not null then round(greatest(0, -women_gap), 2) end as women_shortfall
from summed;
