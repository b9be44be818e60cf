-- Average score of sellers rated often enough, by seller.
with rated as (
  select
    grouping(ratee_id) as overall,
    ratee_id as slice,
    sum(score) as numerator,
    count(score) as denominator
  from gem.rating
  where ratee_type = 'SELLER'
  group by grouping sets ((), (ratee_id))
)
select *
from rated
where denominator >= oracle.param('RATING_MIN_COUNT', oracle.as_of());
