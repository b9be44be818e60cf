-- Average score of sellers rated often enough, by seller.
select grouping(ratee_id) as overall, ratee_id as slice, sum(score) / count(score) as value
from gem.rating
where ratee_type = 'SELLER'
group by grouping sets ((), (ratee_id))
having count(score) >= oracle.param('RATING_MIN_COUNT', oracle.as_of());
