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
    make_date(year + (month + 2) / 12, mod(month + 2, 12) + 1, 1)
      - make_date(year + (month - 1) / 12, mod(month - 1, 12) + 1, 1) as days,
    gmv * quarter_share as weight
  from (values (2021, 1.06), (2022, 2.01), (2023, 4.03), (2024, 5.43), (2025, 5.01)) as year (year, gmv)
  cross join (values (4, 0.20), (7, 0.22), (10, 0.25), (13, 0.33)) as quarter (month, quarter_share)
) as weighted;

-- The third place of some offices of the centre lies in another state.
create temporary table office on commit drop as
select distinct on (org_id)
  buyer.org_id,
  buyer.state_code,
  case
    when buyer.is_central and pg_temp.chance(org_id, 'away') < 0.4 then slot.next_state
    else buyer.state_code
  end as third_state
from buyer
join (select distinct state_code, next_state from state_slot) as slot using (state_code)
order by org_id;

analyze office;

create temporary table wish on commit drop as
with counted as (
  select is_order, ranks
  from (values (true, %(contracts)s::bigint), (false, %(open_bids)s::bigint)) as counts (is_order, ranks)
),
ranked as (
  select
    *,
    -- Not the position in a random order: each year gets its share of big orders, however few there are.
    pg_temp.spread(rank, sqrt(13), 'time') as position
  from counted
  cross join lateral generate_series(1, ranks) as rank
),
identified as (
  select
    row_number() over (order by is_order desc, position, rank) as id,
    ranked.*,
    (rank - 0.5)::double precision / ranks as quantile
  from ranked
),
valued as (
  select
    identified.*,
    case
      when knot.next_quantile is not null
        then knot.value * power(
          knot.next_value / knot.value,
          (identified.quantile - knot.quantile) / (knot.next_quantile - knot.quantile)
        )
      -- From 10 lakh to 100 crore: Pareto with exponent 0.6, cut at the top, whose mean makes up the published average.
      else 1000000 * power(1 - (identified.quantile - 0.97) / 0.03 * (1 - power(0.001, 0.6)), -1 / 0.6)
    end::double precision as value
  from identified
  join value_knot as knot
    on identified.quantile >= knot.quantile
    and identified.quantile < coalesce(knot.next_quantile, 1)
),
timed as (
  select
    valued.*,
    -- Of the bids without a contract the last two fifths are still open: they would end after the data does.
    case
      when is_order or position < 0.6
        then period.begins_on
          + floor(period.days * (position_in_time - period.share_from) / (period.share_to - period.share_from))::integer
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
  (decided_on + time '10:00') at time zone 'Asia/Kolkata'
    + interval '1 minute' * floor(510 * pg_temp.chance(id, 'minute')) as decided_at,
  25 + floor(35 * pg_temp.chance(id, 'lead')) as lead_days,
  dp.num_value as dp_limit,
  l1.num_value as l1_limit,
  -- The limits of the day; now and then somebody buys above them.
  case
    when not is_order and value > dp.num_value and pg_temp.chance(id, 'mode') > 0.6 then 'RA'
    when not is_order then 'BID'
    when value <= dp.num_value and pg_temp.chance(id, 'mode') < 0.92 then 'DIRECT'
    when value <= dp.num_value then 'BID'
    when value <= 2 * dp.num_value and pg_temp.chance(id, 'breach') < 0.004 then 'DIRECT'
    when value <= l1.num_value and pg_temp.chance(id, 'mode') < 0.55 then 'L1'
    when value <= l1.num_value and pg_temp.chance(id, 'mode') < 0.88 then 'BID'
    when value > l1.num_value and value <= 2 * l1.num_value and pg_temp.chance(id, 'breach') < 0.01 then 'L1'
    when value > l1.num_value and pg_temp.chance(id, 'mode') < 0.02 then 'PAC'
    when value > l1.num_value and pg_temp.chance(id, 'mode') < 0.62 then 'BID'
    else 'RA'
  end as buy_mode,
  pg_temp.spread(rank, 0.83 + sqrt(2) / 1000, 'tier') < 0.83 as is_central,
  case when pg_temp.spread(rank, 0.5 + sqrt(3) / 100, 'kind') < 0.5 then 'SERVICE' else 'PRODUCT' end as kind,
  -- Small enterprises win most orders, and fewer of the big ones.
  case
    when value < 1000000 then pg_temp.spread(rank, sqrt(7), 'class') < 0.694
    else pg_temp.spread(rank, 0.45 + sqrt(7) / 1000, 'class') < 0.45
  end as from_mse,
  pg_temp.spread(rank, 0.53 + sqrt(11) / 100, 'interstate') < 0.53 as is_interstate
from timed
join gem.policy_parameter as dp
  on dp.param_code = 'DP_LIMIT'
  and decided_on >= dp.effective_from
  and decided_on < coalesce(dp.effective_to, 'infinity')
join gem.policy_parameter as l1
  on l1.param_code = 'L1_LIMIT'
  and decided_on >= l1.effective_from
  and decided_on < coalesce(l1.effective_to, 'infinity');

-- Some needs are split: two purchases within days, each below the limit that both together exceed.
create temporary table split_need on commit drop as
select id, first_id
from (
  select
    id,
    decided_on,
    lag(id) over alike as first_id,
    lag(decided_on) over alike as first_on
  from wish
  where is_order
    and (
      buy_mode = 'DIRECT' and value > dp_limit / 2 and value <= dp_limit
      or buy_mode = 'L1' and value > l1_limit / 2 and value <= l1_limit
    )
  window alike as (partition by buy_mode order by decided_at, id)
) as neighbour
where decided_on - first_on <= 5
  and pg_temp.chance(id, 'split') < 0.04;

analyze wish, split_need;

create temporary table purchase on commit drop as
with inspired as (
  -- Who splits a need buys the same for the same office as the first time.
  select
    wish.id,
    wish.rank,
    wish.is_order,
    wish.position,
    wish.value,
    wish.decided_on,
    wish.decided_at,
    wish.lead_days,
    wish.buy_mode,
    wish.from_mse,
    wish.is_interstate,
    coalesce(first_need.id, wish.id) as taste,
    coalesce(first_need.value, wish.value) as budget,
    coalesce(first_need.is_central, wish.is_central) as is_central,
    coalesce(first_need.kind, wish.kind) as kind
  from wish
  left join split_need on split_need.id = wish.id
  left join wish as first_need on first_need.id = split_need.first_id
),
placed as (
  select
    inspired.*,
    -- The centre's large ministries come first, and buy most.
    case
      when is_central
        then floor(power(pg_temp.chance(taste, 'buyer'), 1.8) * (select count(*) from buyer where is_central))
      else floor(pg_temp.chance(taste, 'buyer') * (select count(*) from buyer where not is_central))
    end::integer as buyer_slot,
    pg_temp.chance(taste, 'third place') < 0.15 as at_third_place,
    floor(pg_temp.chance(id, 'seller state') * (select count(*) from state_slot))::integer as away_slot,
    pg_temp.spread(
      row_number() over (partition by is_order, from_mse order by rank), (sqrt(5) - 1) / 2, 'kind of class'
    ) as class_at,
    greatest(1, width_bucket(budget, leaf_prices.prices)) as affordable
  from inspired
  join leaf_prices using (kind)
)
select
  placed.*,
  buyer.org_id,
  buyer.org_id * 10 + 2 + floor(3 * power(pg_temp.chance(taste, 'buyer user'), 1.5))::integer as buyer_user_id,
  receiving.state_code as receiving_state,
  -- A seller of another state than where goods are received; of the next one where the draw falls on that.
  case
    when not is_interstate then receiving.state_code
    when away.state_code <> receiving.state_code then away.state_code
    else away.next_state
  end as seller_state,
  leaf.category_id,
  leaf.price,
  leaf.uom,
  left(leaf.hsn_sac, 2) = any (
    string_to_array(
      (select text_value from gem.policy_parameter where param_code = 'AUTOMOBILE_HSN_PREFIXES'), ','
    )
  ) as is_automobile,
  case
    when decided_at < timestamptz '2025-09-22 00:00:00+05:30' then leaf.gst_before
    else leaf.gst_after
  end as gst_rate,
  case when value <= class.most_value then class.class else 'plain' end as class
from placed
join buyer
  on buyer.is_central = placed.is_central
  and buyer.slot = buyer_slot
join office on office.org_id = buyer.org_id
cross join lateral (
  select case when at_third_place then third_state else office.state_code end as state_code
) as receiving
join state_slot as away on away.slot = away_slot
join leaf
  on leaf.kind = placed.kind
  and leaf.rank = ceil(affordable * sqrt(1 - pg_temp.chance(taste, 'category')))
join seller_class as class
  on class.is_mse = from_mse
  and class_at >= class.share_from
  and class_at < class.share_to;

analyze purchase;

create temporary table demand on commit drop as
select
  purchase.id,
  is_order,
  position,
  value,
  decided_at,
  decided_at - interval '1 day' * lead_days as published_at,
  interval '1 day' * lead_days as lead_time,
  -- An automobile may be bought directly at any price.
  case
    when is_automobile and is_order and pg_temp.chance(id, 'direct') < 0.2 then 'DIRECT'
    else buy_mode
  end as buy_mode,
  kind,
  org_id,
  buyer_user_id,
  at_third_place,
  is_central,
  category_id,
  price,
  uom,
  gst_rate,
  seller.seller_id,
  seller.gstin,
  seller.is_mse and decided_at < mse_until::timestamp at time zone 'Asia/Kolkata' as is_mse,
  blocks_known,
  seller_state <> receiving_state as is_interstate
from purchase
cross join seller_block as block
-- Blocks that were complete 120 days before, when the bid at the latest was out.
cross join lateral (
  select 1 + floor((blocks - 1) * greatest(0, decided_on - 120 - date '2020-12-01') / 1946.0)::bigint as blocks_known
) as known
join seller_slot as slot
  on slot.class = purchase.class
  and slot.state_code = seller_state
  -- A few sell much more than the others.
  and slot.ordinal = 1 + floor(slot.slots_alike * power(pg_temp.chance(id, 'seller slot'), 2.5))
join seller_made as seller
  on seller.seller_id
    = floor(power(pg_temp.chance(id, 'seller block'), 2) * blocks_known)::bigint * block.slots + slot.slot + 1;

analyze demand;
