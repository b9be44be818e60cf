-- Gross GMV: value of all lines at award, by financial year of the contract.
select grouping(fy) as overall, fy as slice, sum(line_value) as value
from oracle.line
group by grouping sets ((), (fy));
