-- Days from the CRAC to payment, by financial year of payment.
select
  grouping(oracle.fy(paid_day)) as overall,
  oracle.fy(paid_day) as slice,
  percentile_cont(0.5) within group (order by paid_day - crac_day) as median,
  percentile_cont(0.9) within group (order by paid_day - crac_day) as p90
from oracle.payment
where paid_day is not null
  and crac_day is not null
group by grouping sets ((), (oracle.fy(paid_day)));
