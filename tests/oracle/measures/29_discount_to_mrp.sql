-- Discount to the maximum retail price in direct and L1 purchases, by mode.
select
  grouping(buy_mode) as overall,
  buy_mode as slice,
  sum(mrp_value - line_value) as numerator,
  sum(mrp_value) as denominator
from oracle.line
where buy_mode in ('DIRECT', 'L1')
  and mrp_value is not null
  and line_value is not null
group by grouping sets ((), (buy_mode));
