-- Payables paid by their due day, of those whose due day is before D, by financial year of the CRAC.
select
  grouping(oracle.fy(crac_day)) as overall,
  oracle.fy(crac_day) as slice,
  coalesce(sum(payable_amount) filter (where paid_day <= due_day), 0) as numerator,
  sum(payable_amount) as denominator
from oracle.payment
where due_day < oracle.as_of()
group by grouping sets ((), (oracle.fy(crac_day)));
