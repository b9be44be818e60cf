-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 5. GMV growth, in share. Net GMV of the financial year so far against the year before up to the same day of its year.
-- As of a day D, here the present one in India: Both years up to the day of the financial year that D is.
select
  max(as_of.calendar_date) as as_of_day,
  (sum(case when contract_date.fy_start_year = as_of.fy_start_year then f.current_value when not (contract_date.fy_start_year = as_of.fy_start_year) then 0 end) - sum(case when contract_date.fy_start_year = as_of.fy_start_year - 1 then f.current_value else 0 end)) as numerator,
  sum(case when contract_date.fy_start_year = as_of.fy_start_year - 1 then f.current_value when not (contract_date.fy_start_year = as_of.fy_start_year - 1) then 0 end) as denominator,
  cast(cast((sum(case when contract_date.fy_start_year = as_of.fy_start_year then f.current_value when not (contract_date.fy_start_year = as_of.fy_start_year) then 0 end) - sum(case when contract_date.fy_start_year = as_of.fy_start_year - 1 then f.current_value else 0 end)) as numeric(26,6)) / nullif(sum(case when contract_date.fy_start_year = as_of.fy_start_year - 1 then f.current_value when not (contract_date.fy_start_year = as_of.fy_start_year - 1) then 0 end), 0) as numeric(38,6)) as value
from mart.fact_order_line f
  join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where contract_date.fy_day_no <= as_of.fy_day_no;
