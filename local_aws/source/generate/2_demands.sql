-- A demand is what a buyer wants at a time for a value. The first %(contracts)s of them end in a contract; the rest are
-- bids that were cancelled or are still open when the data ends, at the end of the financial year 2025-26.

-- Value by quantile: straight lines in the logarithm up to 10 lakh, which 97 of 100 orders stay below.
create temporary table value_knot on commit drop as
select
  quantile,
  value,
  lead(quantile) over (order by quantile) as next_quantile,
  lead(value) over (order by quantile) as next_value
from (
  values (0.00, 500), (0.25, 6000), (0.50, 25000), (0.68, 50000), (0.85, 150000), (0.97, 1000000)
) as knot (quantile, value);

-- Published GMV of each financial year, and a rush towards its end.
create temporary table trade_period on commit drop as
select
  begins_on,
  days,
  sum(weight) over (order by begins_on) / sum(weight) over () - weight / sum(weight) over () as share_from,
  sum(weight) over (order by begins_on) / sum(weight) over () as share_to
from (
  select
    make_date(year + (month - 1) / 12, mod(month - 1, 12) + 1, 1) as begins_on,
    (make_date(year + (month + 2) / 12, mod(month + 2, 12) + 1, 1) - make_date(year + (month - 1) / 12, mod(month - 1, 12) + 1, 1)) as days,
    gmv * quarter_share as weight
  from (values (2021, 1.06), (2022, 2.01), (2023, 4.03), (2024, 5.43), (2025, 5.01)) as year (year, gmv)
  cross join (values (4, 0.20), (7, 0.22), (10, 0.25), (13, 0.33)) as quarter (month, quarter_share)
) as weighted;

create temporary table wish on commit drop as
with ranked as (
  select
    id,
    id <= %(contracts)s as is_order,
    (id - case when id <= %(contracts)s then 0 else %(contracts)s end - 0.5)
      / case when id <= %(contracts)s then %(contracts)s else %(open_bids)s end as position,
    row_number() over (partition by id <= %(contracts)s order by pg_temp.chance(id, 'rank'), id) as rank,
    count(*) over (partition by id <= %(contracts)s) as ranks
  from generate_series(1, %(contracts)s + %(open_bids)s) as id
),
valued as (
  select
    ranked.*,
    case
      when knot.next_quantile is not null
        then knot.value * power(knot.next_value / knot.value, ((rank - 0.5) / ranks - knot.quantile) / (knot.next_quantile - knot.quantile))
      -- From 10 lakh to 100 crore: Pareto with exponent 0.6, cut at the top, whose mean makes up the published average.
      else 1000000 * power(1 - ((rank - 0.5) / ranks - 0.97) / 0.03 * (1 - power(0.001, 0.6)), -1 / 0.6)
    end::double precision as value
  from ranked
  join value_knot as knot
    on (rank - 0.5) / ranks >= knot.quantile
    and (rank - 0.5) / ranks < coalesce(knot.next_quantile, 1)
),
timed as (
  select
    valued.*,
    -- Of the bids without a contract the last two fifths are still open: they would end after the data does.
    case
      when is_order or position < 0.6
        then period.begins_on + floor(period.days * (position_in_time - period.share_from) / (period.share_to - period.share_from))::integer
      else date '2026-04-01' + floor(24 * pg_temp.chance(id, 'open until'))::integer
    end as decided_on
  from valued
  cross join lateral (
    select case when is_order then position else least(position / 0.6, 0.999999) end as position_in_time
  ) as placed
  join trade_period as period
    on position_in_time >= period.share_from
    and position_in_time < period.share_to
)
select
  timed.*,
  decided_on + time '10:00' at time zone 'Asia/Kolkata' + interval '1 minute' * floor(510 * pg_temp.chance(id, 'minute')) as decided_at,
  25 + floor(35 * pg_temp.chance(id, 'lead')) as lead_days,
  case
    when not is_order then 'BID'
    when value <= 50000 then case when pg_temp.chance(id, 'mode') < 0.92 then 'DIRECT' else 'BID' end
    when value <= 1000000
      then case when pg_temp.chance(id, 'mode') < 0.55 then 'L1' when pg_temp.chance(id, 'mode') < 0.88 then 'BID' else 'RA' end
    else case when pg_temp.chance(id, 'mode') < 0.62 then 'BID' else 'RA' end
  end as buy_mode,
  pg_temp.spread(rank, sqrt(2), 'tier') < 0.83 as is_central,
  case when pg_temp.spread(rank, sqrt(3), 'kind') < 0.5 then 'SERVICE' else 'PRODUCT' end as kind,
  -- Small sellers win most orders, and fewer of the big ones.
  pg_temp.spread(rank, sqrt(5), 'class') < case when value < 1000000 then 0.694 else 0.45 end as from_mse,
  pg_temp.spread(rank, sqrt(7), 'kind of class') as class_at,
  pg_temp.spread(rank, sqrt(11), 'interstate') < 0.53 as is_interstate
from timed;

analyze wish;

create temporary table demand on commit drop as
with bought as (
  select
    wish.*,
    buyer.org_id,
    buyer.state_code as buyer_state,
    -- A buyer in another state than the seller's; the slot after the buyer's own where the draw falls on that.
    case
      when not is_interstate then buyer.state_code
      when away.state_code <> buyer.state_code then away.state_code
      else away.next_state
    end as seller_state
  from wish
  join buyer
    on buyer.is_central = wish.is_central
    and buyer.slot = floor(pg_temp.chance(id, 'buyer') * buyer.slots)
  join state_slot as away
    on away.slot = floor(pg_temp.chance(id, 'seller state') * away.slots)
)
select
  bought.id,
  is_order,
  position,
  value,
  decided_at,
  decided_at - interval '1 day' * lead_days as published_at,
  interval '1 day' * lead_days as lead_time,
  buy_mode,
  bought.kind,
  org_id,
  buyer_state,
  is_central,
  leaf.category_id,
  leaf.price,
  leaf.uom,
  case when decided_at < timestamptz '2025-09-22 00:00:00+05:30' then leaf.gst_before else leaf.gst_after end as gst_rate,
  seller.seller_id,
  seller.gstin,
  seller.is_mse and decided_at < mse_until at time zone 'Asia/Kolkata' as is_mse,
  blocks_known,
  seller_state <> buyer_state as is_interstate
from bought
join lateral (
  select greatest(1, width_bucket(value, prices)) as affordable from leaf_prices where leaf_prices.kind = bought.kind
) as budget on true
join leaf
  on leaf.kind = bought.kind
  and leaf.rank = ceil(budget.affordable * sqrt(1 - pg_temp.chance(id, 'category')))
join seller_class as class
  on class.is_mse = from_mse
  and class_at >= class.share_from
  and class_at < class.share_to
cross join seller_block
-- Blocks that were complete 120 days before, when the bid at the latest was out.
cross join lateral (
  select
    1 + floor((blocks - 1) * greatest(0, decided_on - 120 - date '2020-12-01') / 1946.0)::bigint as blocks_known
) as known
join seller_slot as slot
  on slot.class = class.class
  and slot.state_code = bought.seller_state
  and slot.ordinal = 1 + floor(slot.slots_alike * pg_temp.chance(id, 'seller slot'))
join seller_made as seller
  on seller.seller_id
    = floor(power(pg_temp.chance(id, 'seller block'), 2) * blocks_known)::bigint * seller_block.slots + slot.slot + 1;

analyze demand;
