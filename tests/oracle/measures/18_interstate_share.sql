-- Share of net GMV that the seller's state sends to another, by financial year.
select
  grouping(fy) as overall,
  fy as slice,
  sum(oracle.if_so(seller_state <> consignee_state, current_value)) as numerator,
  sum(current_value) as denominator
from oracle.line
group by grouping sets ((), (fy));
