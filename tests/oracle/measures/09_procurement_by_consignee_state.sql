-- Net GMV, by the state of the consignee.
select grouping(consignee_state) as overall, consignee_state as slice, sum(current_value) as value
from oracle.line
group by grouping sets ((), (consignee_state));
