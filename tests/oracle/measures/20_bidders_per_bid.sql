-- Bidders per opened bid, by financial year of publication.
select grouping(fy) as overall, fy as slice, sum(participants) as numerator, count(*) as denominator
from oracle.bid
where is_opened
group by grouping sets ((), (fy));
