-- Net GMV: value of all lines now, by financial year of the contract.
select grouping(fy) as overall, fy as slice, sum(current_value) as value
from oracle.line
group by grouping sets ((), (fy));
