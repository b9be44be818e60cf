-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 54. Deposits outstanding, in rupees. Earnest money and performance guarantees held.
-- As of a day D, here the present one in India: Held on D or before, and held still or released after D.
select
  f.kind,
  max(as_of.calendar_date) as as_of_day,
  cast(coalesce(sum(f.amount), 0) as numeric(38,2)) as value
from mart.fact_security_deposit f
  join mart.dim_date held_date on held_date.date_key = f.held_date_key
  join mart.dim_date released_date on released_date.date_key = f.released_date_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where held_date.calendar_date <= as_of.calendar_date and (f.status = 'HELD' or released_date.calendar_date > as_of.calendar_date)
group by f.kind;
