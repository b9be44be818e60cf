-- Bids that were open in earlier rounds and were evaluated since: prices opened, awarded, and contracts of their own.

-- kind: bids awarded, with their contracts
drop table if exists pg_temp.award, pg_temp.award_line, pg_temp.held_auction;

create temporary table award on commit drop as
with ripe as (
  select
    bid_id,
    org_id,
    bid.buyer_user_id,
    is_ra_enabled,
    place.state_code,
    tech_evaluated_at,
    greatest(tech_evaluated_at, pg_temp.moment(bid_id, 'prices opened')) + interval '1 second' as opens_at
  from gem.bid
  cross join lateral (
    -- Where nothing is said of the place, goods go to the office itself.
    select coalesce(min(consignee.state_code), min(organisation.state_code)) as state_code
    from gem.buyer_organisation as organisation
    left join gem.bid_item as line on line.bid_id = bid.bid_id
    left join gem.consignee_location as consignee using (consignee_id)
    where organisation.org_id = bid.org_id
  ) as place
  where status = 'EVALUATED'
    and bid.updated_at < %(since)s
    and place.state_code is not null
    and not exists (select from gem.contract where contract.contract_id = bid.bid_id)
    -- Where the auction was held already, no other follows.
    and not exists (
      select
      from gem.reverse_auction as auction
      where auction.bid_id = bid.bid_id
        and actual_end_at is not null
    )
    and (
      select bool_and(coalesce(qty > 0 and qty = floor(qty) and est_unit_price > 1, false))
      from gem.bid_item as line
      where line.bid_id = bid.bid_id
    )
),
eligible as (
  select
    ripe.*,
    participation_id,
    seller_id,
    registered_state_code || pan || '1Z' as gstin_head,
    row_number() over (partition by bid_id order by pg_temp.chance(participation_id, 'wins'), participation_id) as place
  from ripe
  join gem.bid_participation as offer using (bid_id)
  join gem.seller using (seller_id)
  where tech_status = 'QUALIFIED'
    and withdrawn_at is null
    and pan is not null
    and registered_state_code is not null
)
select
  *,
  gstin_head || pg_temp.gstin_check(gstin_head) as gstin,
  left(gstin_head, 2) <> state_code as is_interstate,
  opens_at + interval '1 second' as awarded_at,
  opens_at + interval '2 seconds' as placed_at
from eligible
where place = 1
order by pg_temp.chance(bid_id, 'awarded'), bid_id
limit (select pg_temp.share_of(count(*)) from gem.bid);

create temporary table award_line on commit drop as
with priced as (
  select
    award.*,
    line.category_id,
    line.consignee_id,
    qty,
    uom,
    delivery_days,
    bid_item_id,
    trunc(est_unit_price * 0.9, 2) as unit_price
  from award
  join gem.bid_item as line using (bid_id)
),
valued as (
  select *, qty * unit_price as line_value, qty * unit_price - round(qty * unit_price / 1.18, 2) as tax
  from priced
)
select *, case when is_interstate then tax else 2 * trunc(tax / 2, 2) end as taken
from valued;

insert into gem.contract_item (
  contract_item_id, contract_id, line_no, category_id, consignee_id, qty, uom, unit_price, mrp_at_order,
  reference_unit_price, gst_rate, taxable_value, cgst, sgst, igst, line_value, delivery_due_on, created_at, updated_at
)
select
  (select max(contract_item_id) from gem.contract_item where contract_item_id < pg_temp.id_limit())
    + row_number() over (order by bid_id, bid_item_id),
  bid_id,
  row_number() over (partition by bid_id order by bid_item_id),
  category_id,
  consignee_id,
  qty,
  uom,
  unit_price,
  unit_price + 1,
  unit_price,
  18,
  line_value - taken,
  case when is_interstate then 0 else taken / 2 end,
  case when is_interstate then 0 else taken / 2 end,
  case when is_interstate then taken else 0 end,
  line_value,
  (placed_at at time zone 'Asia/Kolkata')::date + coalesce(delivery_days, 30),
  placed_at,
  placed_at
from award_line;

-- An auction of one bidder, between the evaluation and the opening of prices.
create temporary table held_auction on commit drop as
select
  coalesce(
    present.ra_id,
    (select coalesce(max(ra_id), 0) from gem.reverse_auction where ra_id < pg_temp.id_limit())
      + row_number() over (order by award.bid_id)
  ) as ra_id,
  award.bid_id,
  award.participation_id,
  total_value,
  tech_evaluated_at + (opens_at - tech_evaluated_at) * 0.2 as starts_at,
  tech_evaluated_at + (opens_at - tech_evaluated_at) * 0.6 as offered_at,
  tech_evaluated_at + (opens_at - tech_evaluated_at) * 0.8 as ends_at,
  placed_at
from award
join (select bid_id, sum(line_value) as total_value from award_line group by bid_id) as total using (bid_id)
left join gem.reverse_auction as present using (bid_id)
where is_ra_enabled;

insert into gem.reverse_auction (
  ra_id, bid_id, ra_number, start_price, min_decrement_pct, starts_at, scheduled_end_at, actual_end_at, extensions,
  status, created_at, updated_at
)
select
  ra_id,
  bid_id,
  'GEM/' || extract(year from starts_at) || '/R/' || 900000 + bid_id,
  round(total_value * 1.25, 2),
  0.5,
  starts_at,
  ends_at,
  ends_at,
  0,
  'COMPLETED',
  placed_at,
  placed_at
from held_auction
on conflict (ra_id) do update set
  start_price = excluded.start_price,
  starts_at = excluded.starts_at,
  scheduled_end_at = excluded.scheduled_end_at,
  actual_end_at = excluded.actual_end_at,
  status = excluded.status,
  updated_at = excluded.updated_at;

insert into gem.ra_offer (
  ra_offer_id, bid_id, ra_id, participation_id, offered_value, offered_at, created_at, updated_at
)
select
  (select coalesce(max(ra_offer_id), 0) from gem.ra_offer where ra_offer_id < pg_temp.id_limit())
    + row_number() over (order by bid_id),
  bid_id,
  ra_id,
  participation_id,
  total_value,
  offered_at,
  placed_at,
  placed_at
from held_auction;

insert into gem.contract (
  contract_id, contract_number, buy_mode, bid_id, ra_id, org_id, buyer_user_id, pao_user_id, seller_id, seller_gstin,
  contract_at, status, total_value, taxable_value, gst_value, payment_mode, created_at, updated_at
)
select
  bid_id,
  'GEMC-' || 511687700000000 + bid_id,
  case when is_ra_enabled then 'RA' else 'BID' end,
  bid_id,
  ra_id,
  org_id,
  award_line.buyer_user_id,
  (
    select min(user_id)
    from gem.buyer_user as payer
    where payer.org_id = award_line.org_id
      and role = 'PAO'
  ),
  seller_id,
  gstin,
  placed_at,
  'PLACED',
  sum(line_value),
  sum(line_value - taken),
  sum(taken),
  'PFMS',
  placed_at,
  placed_at
from award_line
left join (select bid_id, ra_id from held_auction) as auction using (bid_id)
group by bid_id, ra_id, is_ra_enabled, org_id, award_line.buyer_user_id, seller_id, gstin, placed_at;

with offered as (
  select
    offer.participation_id,
    award.awarded_at,
    offer.participation_id = award.participation_id as wins,
    case
      when offer.participation_id = award.participation_id then total_value
      else trunc(total_value * (1.005 + 0.3 * pg_temp.chance(offer.participation_id, 'price'))::numeric, 2)
    end as price,
    bid_id
  from award
  join gem.contract using (bid_id)
  join gem.bid_participation as offer using (bid_id)
  where tech_status = 'QUALIFIED'
    and withdrawn_at is null
),
ranked as (
  select *, row_number() over (partition by bid_id order by price, wins desc, participation_id) as rank
  from offered
)
update gem.bid_participation as offer
set
  quoted_value = price,
  final_value = price,
  price_rank = rank,
  is_awarded = wins,
  award_basis = case when wins then 'L1' end,
  updated_at = greatest(updated_at, awarded_at)
from ranked
where offer.participation_id = ranked.participation_id;

update gem.bid
set status = 'AWARDED', fin_opened_at = opens_at, awarded_at = award.awarded_at, updated_at = award.awarded_at
from award
where bid.bid_id = award.bid_id;
