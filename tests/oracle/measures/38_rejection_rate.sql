-- Value rejected on receipt, of value received, by category.
select
  grouping(category_id) as overall,
  category_id as slice,
  sum(rejected_value) as numerator,
  sum(received_value) as denominator
from oracle.crac
group by grouping sets ((), (category_id));
