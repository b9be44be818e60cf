-- New contracts, with the bid behind them where there is one: older ones again, under new ids, at a time of this round.

-- kind: contracts placed
drop table if exists pg_temp.freed, pg_temp.placed;

-- Ids of contracts that are gone, and of no bid; without a line that was theirs.
create temporary table freed on commit drop as
select gone.id, row_number() over (order by gone.id) as number
from (select contract_id + 1 as id, lead(contract_id) over (order by contract_id) as next_id from gem.contract) as gone
where gone.id < next_id
  and not exists (select from gem.bid where bid_id = gone.id)
  and not exists (select from gem.contract_item where contract_id = gone.id);

create temporary table placed on commit drop as
with usable as (
  select contract.*
  from gem.contract
  where not exists (
    -- A tax slab that has ended since.
    select
    from gem.contract_item as item
    where item.contract_id = contract.contract_id
      and item.gst_rate in (12, 28)
  )
  and not exists (
    select
    from gem.bid_participation as offer
    where offer.bid_id = contract.bid_id
      and offer.award_basis = 'MSE_MATCH'
  )
  and contract_at < %(since)s
),
drawn as (
  select
    *,
    row_number() over (
      partition by bid_id is null order by pg_temp.chance(contract_id, 'placed'), contract_id
    ) as number
  from usable
),
chosen as (
  select
    drawn.*,
    coalesce(
      case when bid_id is null then freed.id end,
      (select pg_temp.last_deal())
        + row_number() over (order by contract_id)
    ) as new_id
  from drawn
  left join freed on freed.number = drawn.number
  where drawn.number <= (select pg_temp.share_of(count(*) / 2) from gem.contract)
)
select
  chosen.*,
  case
    when buy_mode = 'L1'
      then (select max(comparison_id) from gem.l1_comparison where comparison_id < pg_temp.id_limit())
        + row_number() over (partition by buy_mode order by new_id)
  end as new_comparison_id,
  case
    when buy_mode = 'RA'
      then (select max(ra_id) from gem.reverse_auction where ra_id < pg_temp.id_limit())
        + row_number() over (partition by buy_mode order by new_id)
  end as new_ra_id,
  pg_temp.moment(new_id, 'placed') as placed_at,
  coalesce(debut.seller_id, chosen.seller_id) as new_seller_id,
  coalesce(debut.gstin, chosen.seller_gstin) as new_gstin
from chosen
left join lateral (
  -- Some go to a seller of the same state that has registered in this round.
  select
    seller_id,
    registered_state_code || pan || '1Z' || pg_temp.gstin_check(registered_state_code || pan || '1Z') as gstin
  from gem.seller
  where chosen.bid_id is null
    and pg_temp.chance(new_id, 'debut') < 0.5
    and seller.created_at >= %(since)s
    and seller.pan is not null
    and seller.registered_state_code = left(chosen.seller_gstin, 2)
  order by seller_id
  limit 1
) as debut on true;

insert into gem.bid (
  bid_id, bid_number, bid_type, org_id, buyer_user_id, category_id, estimated_value, is_ra_enabled, evaluation_method,
  emd_amount, epbg_pct, mse_pref, mii_pref, published_at, closes_at, opened_at, tech_evaluated_at, fin_opened_at,
  awarded_at, status, extension_count, created_at, updated_at
)
select
  new_id,
  'GEM/' || extract(year from placed_at) || '/B/' || 5000000 + new_id,
  bid_type,
  bid.org_id,
  bid.buyer_user_id,
  category_id,
  estimated_value,
  is_ra_enabled,
  evaluation_method,
  emd_amount,
  epbg_pct,
  mse_pref,
  mii_pref,
  published_at + (placed_at - contract_at),
  closes_at + (placed_at - contract_at),
  opened_at + (placed_at - contract_at),
  tech_evaluated_at + (placed_at - contract_at),
  fin_opened_at + (placed_at - contract_at),
  awarded_at + (placed_at - contract_at),
  bid.status,
  extension_count,
  placed_at,
  placed_at
from gem.bid
join placed using (bid_id);

insert into gem.bid_item (
  bid_item_id, bid_id, category_id, qty, uom, est_unit_price, consignee_id, delivery_days, created_at, updated_at
)
select
  (select max(bid_item_id) from gem.bid_item where bid_item_id < pg_temp.id_limit())
    + row_number() over (order by new_id, bid_item_id),
  new_id,
  category_id,
  qty,
  uom,
  est_unit_price,
  consignee_id,
  delivery_days,
  placed_at,
  placed_at
from gem.bid_item
join placed using (bid_id);

drop table if exists pg_temp.offered;

create temporary table offered on commit drop as
select
  (select max(participation_id) from gem.bid_participation where participation_id < pg_temp.id_limit())
    + row_number() over (order by new_id, participation_id) as new_participation_id,
  participation_id,
  new_id
from gem.bid_participation
join placed using (bid_id);

insert into gem.bid_participation (
  participation_id, bid_id, seller_id, submitted_at, withdrawn_at, tech_status, disq_reason, quoted_value, final_value,
  price_rank, claims_mse, claims_mii, emd_mode, is_awarded, award_basis, created_at, updated_at
)
select
  new_participation_id,
  new_id,
  offer.seller_id,
  submitted_at + (placed_at - contract_at),
  withdrawn_at + (placed_at - contract_at),
  tech_status,
  disq_reason,
  quoted_value,
  final_value,
  price_rank,
  pg_temp.is_mse(offer.seller_id, submitted_at + (placed_at - contract_at)),
  claims_mii,
  emd_mode,
  is_awarded,
  award_basis,
  placed_at,
  placed_at
from gem.bid_participation as offer
join placed using (bid_id)
-- Two contracts of one bid are two bids made anew, each with offers of its own.
join offered using (participation_id, new_id);

insert into gem.reverse_auction (
  ra_id, bid_id, ra_number, start_price, min_decrement_pct, starts_at, scheduled_end_at, actual_end_at, extensions,
  status, created_at, updated_at
)
select
  new_ra_id,
  new_id,
  'GEM/' || extract(year from placed_at) || '/R/' || 900000 + new_id,
  start_price,
  min_decrement_pct,
  starts_at + (placed_at - contract_at),
  scheduled_end_at + (placed_at - contract_at),
  actual_end_at + (placed_at - contract_at),
  extensions,
  auction.status,
  placed_at,
  placed_at
from gem.reverse_auction as auction
join placed using (ra_id);

insert into gem.ra_offer (
  ra_offer_id, bid_id, ra_id, participation_id, offered_value, offered_at, created_at, updated_at
)
select
  (select max(ra_offer_id) from gem.ra_offer where ra_offer_id < pg_temp.id_limit())
    + row_number() over (order by new_id, ra_offer_id),
  new_id,
  new_ra_id,
  new_participation_id,
  offered_value,
  offered_at + (placed_at - contract_at),
  placed_at,
  placed_at
from gem.ra_offer
join placed using (ra_id)
join offered using (participation_id, new_id);

insert into gem.l1_comparison (
  comparison_id, buyer_user_id, category_id, qty, compared_offer_count, manufacturer_count, lowest_price, median_price,
  selected_offer_id, compared_at, created_at, updated_at
)
select
  new_comparison_id,
  compared.buyer_user_id,
  category_id,
  qty,
  compared_offer_count,
  manufacturer_count,
  lowest_price,
  median_price,
  selected_offer_id,
  compared_at + (placed_at - contract_at),
  placed_at,
  placed_at
from gem.l1_comparison as compared
join placed using (comparison_id);

insert into gem.contract_item (
  contract_item_id, contract_id, line_no, product_id, category_id, consignee_id, qty, uom, unit_price, mrp_at_order,
  reference_unit_price, gst_rate, taxable_value, cgst, sgst, igst, line_value, delivery_due_on, mii_class_at_order,
  created_at, updated_at
)
select
  (select max(contract_item_id) from gem.contract_item where contract_item_id < pg_temp.id_limit())
    + row_number() over (order by new_id, contract_item_id),
  new_id,
  line_no,
  product_id,
  category_id,
  consignee_id,
  qty,
  uom,
  unit_price,
  mrp_at_order,
  reference_unit_price,
  gst_rate,
  item.taxable_value,
  cgst,
  sgst,
  igst,
  line_value,
  delivery_due_on + ((placed_at at time zone 'Asia/Kolkata')::date - (contract_at at time zone 'Asia/Kolkata')::date),
  mii_class_at_order,
  placed_at,
  placed_at
from gem.contract_item as item
join placed using (contract_id);

insert into gem.contract (
  contract_id, contract_number, buy_mode, bid_id, ra_id, comparison_id, org_id, buyer_user_id, pao_user_id, seller_id,
  seller_gstin, contract_at, status, total_value, taxable_value, gst_value, payment_mode, created_at, updated_at
)
select
  new_id,
  'GEMC-' || 511687700000000 + new_id,
  buy_mode,
  case when bid_id is not null then new_id end,
  new_ra_id,
  new_comparison_id,
  org_id,
  buyer_user_id,
  pao_user_id,
  new_seller_id,
  new_gstin,
  placed_at,
  'PLACED',
  total_value,
  taxable_value,
  gst_value,
  payment_mode,
  placed_at,
  placed_at
from placed;

-- kind: deposits held
-- Earnest money of offers made since, and guarantees for contracts behind a bid.
with wanted as (
  select
    'EMD' as kind,
    bid_id,
    null::bigint as contract_id,
    seller_id,
    emd_amount as amount,
    emd_mode = 'BG' as is_bg,
    submitted_at as held_at
  from gem.bid_participation as offer
  join gem.bid using (bid_id)
  where offer.created_at >= %(since)s
    and emd_amount > 0
    and emd_mode in ('PAID', 'BG')
  union all
  select
    'EPBG',
    bid_id,
    contract_id,
    seller_id,
    round(total_value * epbg_pct / 100, 2),
    true,
    contract_at + interval '1 second'
  from gem.contract
  join gem.bid using (bid_id)
  where contract.created_at >= %(since)s
    and epbg_pct > 0
)
insert into gem.security_deposit (
  deposit_id, kind, bid_id, contract_id, seller_id, amount, mode, status, held_at, valid_until, created_at, updated_at
)
select
  (select coalesce(max(deposit_id), 0) from gem.security_deposit where deposit_id < pg_temp.id_limit())
    + row_number() over (order by kind, bid_id, seller_id, held_at),
  kind,
  bid_id,
  contract_id,
  seller_id,
  amount,
  case when is_bg then 'BG' else 'ONLINE' end,
  'HELD',
  held_at,
  held_at + interval '180 days',
  greatest(held_at, %(since)s),
  greatest(held_at, %(since)s)
from wanted;
