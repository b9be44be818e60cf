-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 37. Delay, 90th percentile, in days. 90th percentile of the days late of the same lines.
-- As of a day D, here the present one in India: Lines whose due day, moved by approved extensions without damages, is D or before.
select
  max(as_of.calendar_date) as as_of_day,
  cast(percentile_cont(0.9) within group (order by last_delivered_date.calendar_date - f.due_without_ld_on) as numeric(38,2)) as value
from mart.fact_order_line f
  join mart.dim_date last_delivered_date on last_delivered_date.date_key = f.last_delivered_date_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') and f.ordered_qty is not null and f.due_without_ld_on <= as_of.calendar_date and f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date > f.due_without_ld_on;
