-- Awards to an MSE that matched, where the lowest was no MSE's and an MSE stood within the price band, by financial year of
-- publication.
with lowest as (
  select distinct on (bid_id) bid_id, participation_id, final_value, is_mse
  from oracle.offer
  where is_qualified
    and price_rank = 1
  order by bid_id, participation_id
),
contested as (
  select bid.bid_id, bid.fy
  from oracle.bid
  join lowest using (bid_id)
  where bid.awarded_at is not null
    and not lowest.is_mse
    and exists (
      select
      from oracle.offer as other
      where other.bid_id = bid.bid_id
        and other.participation_id <> lowest.participation_id
        and other.is_qualified
        and other.is_mse
        and other.quoted_value
          <= lowest.final_value * (1 + oracle.param('MSE_PRICE_BAND_PCT', bid.published_day) / 100)
    )
)
select
  grouping(fy) as overall,
  fy as slice,
  count(*) filter (
    where exists (
      select
      from oracle.offer
      where offer.bid_id = contested.bid_id
        and is_awarded
        and award_basis = 'MSE_MATCH'
    )
  ) as numerator,
  count(*) as denominator
from contested
group by grouping sets ((), (fy));
