-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 43. Overdue payables, 31 to 60 days, in rupees. Payable and not paid by the day D though due before it, 31 to 60 days after the CRAC.
-- As of a day D, here the present one in India: Payables whose due day is before D.
select
  buyer_org.ministry_name,
  max(as_of.calendar_date) as as_of_day,
  cast(coalesce(sum(f.payable_amount - case when f.paid_on <= as_of.calendar_date then coalesce(f.paid_amount, 0) else 0 end), 0) as numeric(38,2)) as value
from bi.v_payables f
  join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where f.due_on < as_of.calendar_date and as_of.calendar_date - f.crac_on between 31 and 60
group by buyer_org.ministry_name;
