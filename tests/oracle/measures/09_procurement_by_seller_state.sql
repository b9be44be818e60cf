-- Net GMV, by the state of the seller's GSTIN.
select grouping(seller_state) as overall, seller_state as slice, sum(current_value) as value
from oracle.line
group by grouping sets ((), (seller_state));
