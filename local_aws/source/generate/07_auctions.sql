-- The reverse auctions of bids that asked for one: who goes how low, and when. The price falls from the lowest
-- quotation to the awarded value; each price undercuts the one before by the decrement at least.

create temporary table auction on commit drop as
with held as (
  select
    offer.id,
    min(published_at) as published_at,
    min(tech_evaluated_at) as tech_evaluated_at,
    min(cancelled_at) as cancelled_at,
    bool_or(fin_opened_at is not null) as is_completed,
    count(*) as bidders,
    min(quote) as start_price,
    max(price) as highest_price
  from offer
  where buy_mode = 'RA'
    and is_qualified
  group by offer.id
),
opened as (
  select
    *,
    -- Prices named before every bidder makes a last one, as far as the decrement leaves room.
    least(bidders, greatest(0, floor((start_price - highest_price) / (start_price * 0.006))::integer - 1))
      as opening_offers,
    (pg_temp.indian_day(tech_evaluated_at) + 1 + time '11:00') at time zone 'Asia/Kolkata' as starts_at
  from held
)
select
  *,
  starts_at + interval '3 hours' as scheduled_end_at,
  case
    when is_completed
      then least(bidders + opening_offers - 1, floor(5 * power(pg_temp.chance(id, 'auction extensions'), 2))::integer)
    else 0
  end as extensions
from opened;

insert into gem.reverse_auction (
  ra_id, bid_id, ra_number, start_price, min_decrement_pct, starts_at, scheduled_end_at, actual_end_at, extensions,
  status, created_at, updated_at
)
select
  id * 10 + 1,
  id,
  'GEM/' || extract(year from published_at at time zone 'Asia/Kolkata') || '/R/' || 900000 + id,
  start_price,
  0.5,
  starts_at,
  scheduled_end_at,
  case when is_completed then scheduled_end_at + interval '15 minutes' * extensions end,
  extensions,
  case
    when is_completed then 'COMPLETED'
    when cancelled_at is not null then 'CANCELLED'
    when starts_at < pg_temp.data_end() then 'RUNNING'
    else 'SCHEDULED'
  end,
  tech_evaluated_at,
  case
    when is_completed then scheduled_end_at + interval '15 minutes' * extensions
    else coalesce(cancelled_at, tech_evaluated_at)
  end
from auction;

insert into gem.ra_offer (
  ra_offer_id, bid_id, ra_id, participation_id, offered_value, offered_at, created_at, updated_at
)
with ranked as (
  select
    id,
    offer_no,
    price,
    row_number() over (partition by id order by price desc, offer_no desc) as place
  from offer
  where buy_mode = 'RA'
    and is_qualified
    and fin_opened_at is not null
),
named as (
  -- First everybody in turn, then each for the last time, the winner after all others.
  select
    auction.*,
    offer_no,
    place as number,
    trunc(start_price - (start_price - highest_price) * place / (opening_offers + 1), 2) as value
  from auction
  join ranked using (id)
  where place <= opening_offers
  union all
  select auction.*, offer_no, opening_offers + place, price
  from auction
  join ranked using (id)
),
timed as (
  select
    *,
    bidders + opening_offers - extensions as early_offers
  from named
)
select
  id * 100 + number,
  id,
  id * 10 + 1,
  id * 100 + offer_no,
  value,
  offered_at,
  offered_at,
  offered_at
from timed
cross join lateral (
  select case
    when number <= early_offers then starts_at + interval '160 minutes' * number / (early_offers + 1)
    -- Each within the last quarter of an hour, which it prolongs by another.
    else scheduled_end_at + interval '15 minutes' * (number - early_offers - 2)
      + interval '1 second' * (60 + pg_temp.pick(id * 100 + number, 'last minute', 780))
  end as offered_at
) as moment;
