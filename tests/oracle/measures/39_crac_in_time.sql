-- Deliveries whose first CRAC came within CRAC_DAYS, of those at least so old on D, by financial year of delivery.
with due as (
  select *, oracle.fy(delivered_day) as fy, oracle.param('CRAC_DAYS', delivered_day)::integer as days
  from oracle.delivery
)
select
  grouping(fy) as overall,
  fy as slice,
  count(*) filter (where crac_day <= delivered_day + days) as numerator,
  count(*) as denominator
from due
where delivered_day <= oracle.as_of() - days
group by grouping sets ((), (fy));
