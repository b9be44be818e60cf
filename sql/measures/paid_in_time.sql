-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 42. Paid in time, in share. Value paid at most PAYMENT_DAYS after the CRAC, of the value due; what is unpaid is late.
-- As of a day D, here the present one in India: Payables whose due day is before D.
select
  buyer_org.ministry_name,
  max(as_of.calendar_date) as as_of_day,
  sum(case when f.paid_on is not null and f.paid_on <= f.due_on then f.payable_amount when not (f.paid_on is not null and f.paid_on <= f.due_on) then 0 end) as numerator,
  sum(f.payable_amount) as denominator,
  cast(cast(sum(case when f.paid_on is not null and f.paid_on <= f.due_on then f.payable_amount when not (f.paid_on is not null and f.paid_on <= f.due_on) then 0 end) as numeric(26,6)) / nullif(sum(f.payable_amount), 0) as numeric(38,6)) as value
from bi.v_payables f
  join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where f.due_on < as_of.calendar_date
group by buyer_org.ministry_name;
