-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 39. CRAC in time, in share. Deliveries whose first CRAC came at most CRAC_DAYS later.
-- As of a day D, here the present one in India: Deliveries at least CRAC_DAYS, those of the day of delivery, before D.
select
  buyer_org.ministry_name,
  max(as_of.calendar_date) as as_of_day,
  sum(case when f.first_crac_on is not null and f.first_crac_on <= f.crac_due_on then 1 when not (f.first_crac_on is not null and f.first_crac_on <= f.crac_due_on) then 0 end) as numerator,
  count(*) as denominator,
  cast(cast(sum(case when f.first_crac_on is not null and f.first_crac_on <= f.crac_due_on then 1 when not (f.first_crac_on is not null and f.first_crac_on <= f.crac_due_on) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
from bi.v_deliveries f
  join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
  join mart.dim_date as_of on as_of.calendar_date = cast(dateadd(minute, 330, getdate()) as date)
where f.crac_due_on <= as_of.calendar_date
group by buyer_org.ministry_name;
