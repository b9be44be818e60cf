-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 6. Daily average GMV, in rupees. Net GMV of the financial year so far, by its calendar days so far.
-- As of a day D, here the present one in India: Contracts of the financial year of D up to D, by the days elapsed on D.
select
  max(as_of.calendar_date) as as_of_day,
  sum(f.current_value) as numerator,
  max(as_of.fy_day_no) as denominator,
  cast(cast(sum(f.current_value) as numeric(26,6)) / nullif(max(as_of.fy_day_no), 0) as numeric(38,2)) as value
from mart.fact_order_line f
  join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where contract_date.fy_start_year = as_of.fy_start_year and contract_date.fy_day_no <= as_of.fy_day_no;
