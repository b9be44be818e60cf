-- Bids that were open in earlier rounds and were evaluated since: prices opened, awarded, and contracts of their own.

-- kind: bids awarded, with their contracts
drop table if exists pg_temp.award, pg_temp.award_line;

create temporary table award on commit drop as
with ripe as (
  select
    bid_id,
    org_id,
    is_ra_enabled,
    organisation.state_code,
    greatest(tech_evaluated_at, pg_temp.moment(bid_id, 'prices opened')) + interval '1 second' as opens_at
  from gem.bid
  join gem.buyer_organisation as organisation using (org_id)
  where status = 'EVALUATED'
    and bid.updated_at < %(since)s
    and organisation.state_code is not null
    and not exists (select from gem.contract where contract.contract_id = bid.bid_id)
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
  select award.*, line.category_id, qty, uom, delivery_days, bid_item_id, trunc(est_unit_price * 0.9, 2) as unit_price
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
  contract_item_id, contract_id, line_no, category_id, qty, uom, unit_price, mrp_at_order, reference_unit_price,
  gst_rate, taxable_value, cgst, sgst, igst, line_value, delivery_due_on, created_at, updated_at
)
select
  (select max(contract_item_id) from gem.contract_item where contract_item_id < pg_temp.id_limit())
    + row_number() over (order by bid_id, bid_item_id),
  bid_id,
  row_number() over (partition by bid_id order by bid_item_id),
  category_id,
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

insert into gem.contract (
  contract_id, contract_number, buy_mode, bid_id, org_id, seller_id, seller_gstin, contract_at, status, total_value,
  taxable_value, gst_value, payment_mode, created_at, updated_at
)
select
  bid_id,
  'GEMC-' || 511687700000000 + bid_id,
  case when is_ra_enabled then 'RA' else 'BID' end,
  bid_id,
  org_id,
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
group by bid_id, is_ra_enabled, org_id, seller_id, gstin, placed_at;

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
