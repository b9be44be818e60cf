-- Savings against the median of the offers compared in L1 purchases, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  sum((median_price - unit_price) * line.qty) as numerator,
  sum(median_price * line.qty) as denominator
from oracle.line
join gem.l1_comparison using (comparison_id)
where buy_mode = 'L1'
  and median_price is not null
  and unit_price is not null
  and line.qty is not null
group by grouping sets ((), (fy));
