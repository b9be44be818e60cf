-- Value now of open orders with sellers that may not trade today, by the seller's standing.
select grouping(seller.status) as overall, seller.status as slice, sum(current_value) as value
from oracle.line
join oracle.seller using (seller_id)
where line.status in ('PLACED', 'ACCEPTED', 'IN_DELIVERY')
  and seller.status in ('SUSPENDED', 'DEBARRED', 'MORATORIUM')
group by grouping sets ((), (seller.status));
