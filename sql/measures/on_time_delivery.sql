-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 36. On-time delivery, in share. Lines of valid orders delivered in full by their due day, of those due; what never came is late.
-- As of a day D, here the present one in India: Lines whose due day, moved by approved extensions without damages, is D or before.
select
  max(as_of.calendar_date) as as_of_day,
  sum(case when coalesce(f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date <= f.due_without_ld_on, false) then 1 when not (coalesce(f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date <= f.due_without_ld_on, false)) then 0 end) as numerator,
  count(*) as denominator,
  cast(cast(sum(case when coalesce(f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date <= f.due_without_ld_on, false) then 1 when not (coalesce(f.delivered_qty >= f.current_qty and last_delivered_date.calendar_date <= f.due_without_ld_on, false)) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
from mart.fact_order_line f
  join mart.dim_date last_delivered_date on last_delivered_date.date_key = f.last_delivered_date_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') and f.ordered_qty is not null and f.due_without_ld_on <= as_of.calendar_date;
