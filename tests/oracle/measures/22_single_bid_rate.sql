-- Evaluated bids with exactly one qualified bidder, by financial year of publication.
select
  grouping(fy) as overall,
  fy as slice,
  count(*) filter (where qualified = 1) as numerator,
  count(*) as denominator
from oracle.bid
where is_evaluated
group by grouping sets ((), (fy));
