-- Net GMV of states and local bodies, by the state of the buying organisation.
select grouping(buyer_state) as overall, buyer_state as slice, sum(current_value) as value
from oracle.line
where govt_tier in ('STATE', 'LOCAL')
group by grouping sets ((), (buyer_state));
