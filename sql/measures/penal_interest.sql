-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 44. Penal interest, in rupees. Interest accrued on payables for each day late, at PENAL_INTEREST_PCT_MONTH of the due day for 30 days; rounded to the paisa for each payment.
-- As of a day D, here the present one in India: Days late are counted to the day of payment or to D, whichever is first.
select
  buyer_org.ministry_name,
  max(as_of.calendar_date) as as_of_day,
  cast(coalesce(sum(round(f.payable_amount * cast(f.penal_interest_pct_month as numeric(7,4)) * cast(case when f.due_on >= as_of.calendar_date or f.paid_on <= f.due_on then 0 when f.paid_on < as_of.calendar_date then f.paid_on - f.due_on else as_of.calendar_date - f.due_on end as numeric(5,0)) / 3000, 2)), 0) as numeric(38,2)) as value
from bi.v_payables f
  join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
group by buyer_org.ministry_name;
