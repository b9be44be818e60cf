-- Concentration of net GMV among sellers (Herfindahl-Hirschman, of 10,000), by category.
with held as (
  select grouping(category_id) as overall, category_id as slice, seller_id, sum(current_value) as value
  from oracle.line
  group by grouping sets ((seller_id), (category_id, seller_id))
)
select
  overall,
  slice,
  10000 * sum(value * value) filter (where seller_id is not null) as numerator,
  sum(value) * sum(value) as denominator
from held
group by overall, slice;
