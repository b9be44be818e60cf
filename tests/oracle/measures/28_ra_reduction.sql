-- How far reverse auctions fell from their start price, by financial year of their bid's publication.
with completed as (
  select
    fy,
    start_price,
    (select min(offered_value) from gem.ra_offer where ra_offer.ra_id = auction.ra_id) as final_value
  from gem.reverse_auction as auction
  join oracle.bid using (bid_id)
  where actual_end_at is not null
)
select
  grouping(fy) as overall,
  fy as slice,
  sum(start_price - final_value) as numerator,
  sum(start_price) as denominator
from completed
where start_price is not null
  and final_value is not null
group by grouping sets ((), (fy));
