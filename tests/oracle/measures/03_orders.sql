-- Orders: valid contracts with a line, by financial year.
select grouping(fy) as overall, fy as slice, count(distinct contract_id) filter (where not is_void) as value
from oracle.line
group by grouping sets ((), (fy));
