-- Sellers with a valid order, by financial year.
select grouping(fy) as overall, fy as slice, count(distinct seller_id) filter (where not is_void) as value
from oracle.line
group by grouping sets ((), (fy));
