-- Published bids that were cancelled, by financial year of publication.
select
  grouping(fy) as overall,
  fy as slice,
  count(*) filter (where is_cancelled) as numerator,
  count(*) as denominator
from oracle.bid
where published_at is not null
group by grouping sets ((), (fy));
