-- Value at award of cancelled orders, of gross GMV, by financial year; and by whom they were cancelled.
select
  grouping(fy) as overall,
  fy as slice,
  sum(oracle.if_so(is_cancelled, line_value)) as numerator,
  sum(oracle.if_so(is_cancelled and cancelled_by = 'BUYER', line_value)) as by_buyer,
  sum(oracle.if_so(is_cancelled and cancelled_by = 'SELLER', line_value)) as by_seller,
  sum(oracle.if_so(is_cancelled and cancelled_by = 'SYSTEM', line_value)) as by_system,
  sum(line_value) as denominator
from oracle.line
group by grouping sets ((), (fy));
