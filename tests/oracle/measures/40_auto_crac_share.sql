-- Automatic CRACs, of all, by financial year.
select
  grouping(oracle.fy(crac_day)) as overall,
  oracle.fy(crac_day) as slice,
  sum(oracle.if_so(is_auto, 1)) as numerator,
  count(*) as denominator
from oracle.crac
group by grouping sets ((), (oracle.fy(crac_day)));
