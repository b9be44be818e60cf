-- The bids behind contracts, those that led to none, and who offered what in them.

create temporary table bid_made on commit drop as
with total as (
  select id, sum(line_value) as total_value
  from line
  group by id
),
planned as (
  select
    demand.*,
    total_value,
    trunc(total_value * (1.03 + 0.25 * pg_temp.chance(id, 'estimate'))::numeric, 2) as estimated_value,
    published_at + 0.45 * lead_time as closes_at,
    -- Half of the cancelled bids end before they close, half after they were opened.
    case
      when is_order or position >= 0.6 then timestamptz '2026-04-01 00:00:00+05:30'
      when pg_temp.chance(id, 'cancelled early') < 0.5 then published_at + 0.3 * lead_time
      else published_at + 0.75 * lead_time
    end as ends_at,
    case
      -- One maker alone can deliver what is certified to be proprietary.
      when buy_mode = 'PAC' then 1
      when is_order or position >= 0.6 then 1 + floor(12 * power(pg_temp.chance(id, 'offers'), 1.7))
      else floor(4 * pg_temp.chance(id, 'offers'))
    end::integer as offers
  from demand
  join total using (id)
  where buy_mode in ('BID', 'RA', 'PAC')
),
dated as (
  select
    *,
    closes_at + interval '30 minutes' as opens_at,
    published_at + 0.70 * lead_time as evaluates_at,
    published_at + 0.80 * lead_time as opens_prices_at,
    published_at + 0.93 * lead_time as awards_at
  from planned
)
select
  id,
  is_order,
  total_value,
  estimated_value,
  published_at,
  closes_at,
  case when opens_at < ends_at then opens_at end as opened_at,
  case when evaluates_at < ends_at then evaluates_at end as tech_evaluated_at,
  case when opens_prices_at < ends_at then opens_prices_at end as fin_opened_at,
  case when is_order then awards_at end as awarded_at,
  case when not is_order and position < 0.6 then ends_at end as cancelled_at,
  offers,
  org_id,
  buyer_user_id,
  category_id,
  kind,
  buy_mode,
  seller_id,
  blocks_known,
  is_order and is_mse and offers > 1 and buy_mode = 'BID' and pg_temp.chance(id, 'match') < 0.15 as is_mse_match
from dated;

analyze bid_made;

insert into gem.bid (
  bid_id, bid_number, bid_type, org_id, buyer_user_id, category_id, estimated_value, is_ra_enabled, evaluation_method,
  emd_amount, epbg_pct, mse_pref, mii_pref, published_at, closes_at, opened_at, tech_evaluated_at, fin_opened_at, awarded_at,
  cancelled_at, status, extension_count, created_at, updated_at
)
select
  id,
  'GEM/' || extract(year from published_at at time zone 'Asia/Kolkata') || '/B/' || 5000000 + id,
  case
    when buy_mode = 'PAC' then 'PAC'
    when pg_temp.chance(id, 'bid type') < 0.15 then 'CUSTOM'
    when pg_temp.chance(id, 'bid type') < 0.30 then 'BOQ'
    when estimated_value > 1000000 then 'TWO_PACKET'
    else 'SINGLE_PACKET'
  end,
  org_id,
  buyer_user_id,
  category_id,
  estimated_value,
  buy_mode = 'RA',
  (array['TOTAL', 'TOTAL', 'TOTAL', 'ITEM', 'GROUP'])[1 + floor(5 * pg_temp.chance(id, 'method'))::integer],
  case when estimated_value > 500000 then trunc(estimated_value * 0.02, 2) else 0 end,
  case when estimated_value > 500000 then 3 + floor(3 * pg_temp.chance(id, 'epbg')) end,
  true,
  kind = 'PRODUCT',
  published_at,
  closes_at,
  opened_at,
  tech_evaluated_at,
  fin_opened_at,
  awarded_at,
  cancelled_at,
  case
    when awarded_at is not null then 'AWARDED'
    when cancelled_at is not null then 'CANCELLED'
    when tech_evaluated_at is not null then 'EVALUATED'
    when opened_at is not null then 'CLOSED'
    else 'PUBLISHED'
  end,
  floor(3 * power(pg_temp.chance(id, 'extensions'), 3)),
  published_at,
  greatest(published_at, opened_at, tech_evaluated_at, fin_opened_at, awarded_at, cancelled_at)
from bid_made;

insert into gem.bid_item (
  bid_item_id, bid_id, category_id, qty, uom, est_unit_price, consignee_id, delivery_days, created_at, updated_at
)
select
  line_id,
  line.id,
  line.category_id,
  qty,
  uom,
  trunc(unit_price * bid_made.estimated_value / bid_made.total_value, 2),
  consignee_id,
  15 + floor(60 * pg_temp.chance(line.id, 'due')),
  bid_made.published_at,
  bid_made.published_at
from line
join bid_made on bid_made.id = line.id;

create temporary table offer on commit drop as
with offered as (
  select
    bid_made.*,
    offer_no,
    id * 16 + offer_no as draw,
    is_order and offer_no = 1 as is_awarded,
    date_trunc(
      'second',
      published_at + (closes_at - published_at) * (0.1 + 0.85 * pg_temp.chance(id * 16 + offer_no, 'submitted'))
    ) as submitted_at
  from bid_made
  cross join lateral generate_series(1, offers) as offer_no
),
sold as (
  select
    offered.*,
    case
      when offer_no = 1 then seller_id
      else floor(pg_temp.chance(draw, 'offer block') * blocks_known)::bigint * slots
        + coalesce(large.slot, floor(pg_temp.chance(draw, 'offer slot') * slots)::bigint) + 1
    end as offering_seller_id
  from offered
  cross join seller_block
  -- An MSE can only match the price of a winner that is none.
  left join (select slot, large_rank from seller_slot where large_rank is not null) as large
    on is_mse_match
    and offer_no = 2
    and large.large_rank = floor(pg_temp.chance(draw, 'offer slot') * large_slots)
  -- To a bid that is still open more offers may come, but not before the data ends.
  where submitted_at < timestamptz '2026-04-01 00:00:00+05:30'
),
judged as (
  select
    sold.*,
    case
      when offer_no > 2 and coalesce(awarded_at, cancelled_at) is not null and pg_temp.chance(draw, 'withdrawn') < 0.02
        then submitted_at + (closes_at - submitted_at) / 2
    end as withdrawn_at,
    is_awarded or (is_mse_match and offer_no = 2) or pg_temp.chance(draw, 'qualified') < 0.8 as passes
  from sold
),
priced as (
  select
    *,
    tech_evaluated_at is not null and withdrawn_at is null and passes as is_qualified,
    tech_evaluated_at is not null and withdrawn_at is null and not passes as is_disqualified,
    case
      when is_awarded or (is_mse_match and offer_no = 2) then total_value
      -- In an auction the last prices lie close together, each lower than the next by more than the decrement.
      when buy_mode = 'RA'
        then trunc(total_value * (1 + 0.012 * (offer_no - 1) + 0.003 * pg_temp.chance(draw, 'price'))::numeric, 2)
      else trunc(total_value * (1.005 + 0.3 * pg_temp.chance(draw, 'price'))::numeric, 2)
    end as price
  from judged
)
select
  *,
  case
    -- The matching MSE came second, within 15 percent.
    when is_mse_match and offer_no = 1
      then trunc(total_value * (1.001 + 0.003 * pg_temp.chance(draw, 'gap'))::numeric, 2) + 0.01
    when buy_mode = 'RA' then trunc(total_value * (1.2 + 0.35 * pg_temp.chance(draw, 'auction'))::numeric, 2)
    else price
  end as quote
from priced;

analyze offer;

insert into gem.bid_participation (
  participation_id, bid_id, seller_id, submitted_at, withdrawn_at, tech_status, disq_reason, quoted_value, final_value,
  price_rank, claims_mse, claims_mii, emd_mode, is_awarded, award_basis, created_at, updated_at
)
with classed as (
  select
    offer.*,
    seller.is_mse and submitted_at < seller.mse_until::timestamp at time zone 'Asia/Kolkata' as claims_mse,
    case
      when is_qualified and fin_opened_at is not null
        then row_number() over (
          partition by id, is_qualified
          order by case when is_mse_match and offer_no = 1 then quote else price end, offer_no
        )
    end as price_rank
  from offer
  join seller_made as seller on seller.seller_id = offer.offering_seller_id
)
select
  id * 100 + offer_no,
  id,
  offering_seller_id,
  submitted_at,
  withdrawn_at,
  case when is_qualified then 'QUALIFIED' when is_disqualified then 'DISQUALIFIED' else 'PENDING' end,
  case
    when is_disqualified
      then (
        array[
          'Turnover below the requirement',
          'Experience not shown',
          'Specification deviates',
          'Certificate expired',
          'प्रमाण पत्र अधूरा है'
        ]
      )[1 + floor(5 * pg_temp.chance(draw, 'reason'))::integer]
  end,
  case when is_qualified and fin_opened_at is not null then quote end,
  case when is_qualified and fin_opened_at is not null then price end,
  price_rank,
  claims_mse,
  kind = 'PRODUCT' and pg_temp.chance(draw, 'claims mii') < 0.7,
  case when claims_mse then 'EXEMPT' when pg_temp.chance(draw, 'emd') < 0.6 then 'PAID' else 'BG' end,
  is_awarded,
  case when is_awarded and is_mse_match then 'MSE_MATCH' when is_awarded then 'L1' end,
  submitted_at,
  greatest(submitted_at, withdrawn_at, tech_evaluated_at, fin_opened_at, awarded_at)
from classed;
