-- Qualified bidders per evaluated bid, by category.
select grouping(category_id) as overall, category_id as slice, sum(qualified) as numerator, count(*) as denominator
from oracle.bid
where is_evaluated
group by grouping sets ((), (category_id));
