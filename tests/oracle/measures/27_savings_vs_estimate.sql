-- Estimate less award, by estimate, of awarded bids whose estimate is above 0, by category.
select
  grouping(category_id) as overall,
  category_id as slice,
  sum(estimated_value - awarded_value) as numerator,
  sum(estimated_value) as denominator
from oracle.bid
where estimated_value > 0
  and awarded_value is not null
group by grouping sets ((), (category_id));
