-- Contracts accepted, of those accepted, rejected, or cancelled by the system for want of an answer, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  count(*) filter (where accepted_at is not null) as numerator,
  count(*) as denominator
from oracle.contract
where accepted_at is not null
  or rejected_at is not null
  or status = 'REJECTED'
  or (is_cancelled and cancelled_by = 'SYSTEM')
group by grouping sets ((), (fy));
