-- Share of the net GMV of goods with class I local content, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  sum(oracle.if_so(mii_class = 'I', current_value)) as numerator,
  sum(current_value) as denominator
from oracle.line
where kind = 'PRODUCT'
group by grouping sets ((), (fy));
