-- Bids that have led to no contract: new ones, and what becomes of those that are open.

-- kind: bids published
drop table if exists pg_temp.published;

create temporary table published on commit drop as
with drawn as (
  select *, row_number() over (order by pg_temp.chance(bid_id, 'published'), bid_id) as number
  from gem.bid
  where published_at < closes_at
    and updated_at < %(since)s
),
numbered as (
  select *, (select pg_temp.last_deal()) + number as new_id
  from drawn
  where number <= (select pg_temp.share_of(count(*)) from gem.bid)
)
select *, pg_temp.moment(new_id, 'published') as begins_at
from numbered;

insert into gem.bid_item (
  bid_item_id, bid_id, category_id, qty, uom, est_unit_price, consignee_id, delivery_days, created_at, updated_at
)
select
  (select max(bid_item_id) from gem.bid_item where bid_item_id < pg_temp.id_limit())
    + row_number() over (order by new_id, bid_item_id),
  new_id,
  item.category_id,
  qty,
  uom,
  est_unit_price,
  consignee_id,
  delivery_days,
  begins_at,
  begins_at
from gem.bid_item as item
join published using (bid_id);

insert into gem.bid_participation (
  participation_id, bid_id, seller_id, submitted_at, tech_status, claims_mse, claims_mii, emd_mode, is_awarded,
  created_at, updated_at
)
select
  (select max(participation_id) from gem.bid_participation where participation_id < pg_temp.id_limit())
    + row_number() over (order by new_id, participation_id),
  new_id,
  seller_id,
  offered_at,
  'PENDING',
  pg_temp.is_mse(seller_id, offered_at),
  claims_mii,
  emd_mode,
  false,
  offered_at,
  offered_at
from gem.bid_participation as offer
join published using (bid_id)
cross join lateral (
  select begins_at + (least(begins_at + (closes_at - published_at), %(until)s) - begins_at)
    * pg_temp.chance(participation_id, 'offered') as offered_at
) as timed;

insert into gem.bid (
  bid_id, bid_number, bid_type, org_id, buyer_user_id, category_id, estimated_value, is_ra_enabled, evaluation_method,
  emd_amount, epbg_pct, mse_pref, mii_pref, published_at, closes_at, status, extension_count, created_at, updated_at
)
select
  new_id,
  'GEM/' || extract(year from begins_at) || '/B/' || 5000000 + new_id,
  bid_type,
  org_id,
  buyer_user_id,
  category_id,
  estimated_value,
  is_ra_enabled,
  evaluation_method,
  emd_amount,
  epbg_pct,
  mse_pref,
  mii_pref,
  begins_at,
  begins_at + (closes_at - published_at),
  'PUBLISHED',
  0,
  begins_at,
  begins_at
from published;

-- kind: offers withdrawn and given to another bid
with candidate as (
  -- More than are wanted: not every offer finds a bid that was open when it was made.
  select participation_id, offer.bid_id, submitted_at
  from gem.bid_participation as offer
  join gem.bid using (bid_id)
  where status = 'PUBLISHED'
    and not exists (
      select
      from gem.security_deposit as deposit
      where deposit.bid_id = offer.bid_id
        and deposit.seller_id = offer.seller_id
    )
  order by pg_temp.chance(participation_id, 'moved'), participation_id
  limit 60
),
moving as (
  select participation_id, target_id
  from candidate as offer
  cross join lateral (
    select target.bid_id as target_id
    from gem.bid as target
    where target.status = 'PUBLISHED'
      and target.bid_id <> offer.bid_id
      and submitted_at between target.published_at and target.closes_at
      and (select count(*) from gem.bid_participation as present where present.bid_id = target.bid_id) < 6
    order by pg_temp.chance(target.bid_id, 'takes over'), target.bid_id
    limit 1
  ) as target
  order by pg_temp.chance(participation_id, 'moved'), participation_id
  limit (select least(6, pg_temp.share_of(count(*))) from gem.bid)
)
update gem.bid_participation as offer
set
  bid_id = target_id,
  updated_at = greatest(updated_at, pg_temp.moment(offer.participation_id, 'moved'))
from moving
where offer.participation_id = moving.participation_id;

-- kind: bids evaluated
with moving as (
  select
    bid_id,
    greatest(opened_at, pg_temp.moment(bid_id, 'evaluated')) + interval '1 second' as evaluated_at
  from gem.bid
  where status = 'CLOSED'
    and opened_at < %(since)s
),
judged as (
  update gem.bid_participation as offer
  set
    tech_status = case when pg_temp.chance(participation_id, 'judged') < 0.6 then 'QUALIFIED' else 'DISQUALIFIED' end,
    disq_reason = case when pg_temp.chance(participation_id, 'judged') >= 0.6 then 'Specification deviates' end,
    updated_at = evaluated_at
  from moving
  where offer.bid_id = moving.bid_id
    and withdrawn_at is null
)
update gem.bid
set status = 'EVALUATED', tech_evaluated_at = evaluated_at, updated_at = evaluated_at
from moving
where bid.bid_id = moving.bid_id;

-- kind: bids closed
update gem.bid
set
  status = 'CLOSED',
  opened_at = closes_at + interval '30 minutes',
  updated_at = greatest(updated_at, %(since)s, closes_at + interval '30 minutes')
where status = 'PUBLISHED'
  and closes_at + interval '30 minutes' < %(until)s;

-- kind: bids cancelled
with chosen as (
  select bid_id, pg_temp.moment(bid_id, 'cancelled') as ended_at
  from gem.bid
  where status in ('PUBLISHED', 'EVALUATED')
    and updated_at < %(since)s
  order by pg_temp.chance(bid_id, 'cancelled'), bid_id
  limit (select pg_temp.share_of(count(*) / 5) from gem.bid)
),
called_off as (
  update gem.reverse_auction as auction
  set status = 'CANCELLED', updated_at = greatest(updated_at, ended_at)
  from chosen
  where auction.bid_id = chosen.bid_id
    and actual_end_at is null
)
update gem.bid
set status = 'CANCELLED', cancelled_at = ended_at, updated_at = greatest(updated_at, ended_at)
from chosen
where bid.bid_id = chosen.bid_id;

-- kind: bids deleted
drop table if exists pg_temp.doomed;

create temporary table doomed on commit drop as
select bid_id
from gem.bid
where updated_at < %(since)s
  and not exists (select from gem.contract where contract.bid_id = bid.bid_id)
order by pg_temp.chance(bid_id, 'deleted'), bid_id
limit (select pg_temp.share_of(count(*) / 20) from gem.bid);

delete from gem.bid_item
where bid_id in (select bid_id from doomed);

delete from gem.ra_offer
where bid_id in (select bid_id from doomed);

delete from gem.reverse_auction
where bid_id in (select bid_id from doomed);

delete from gem.bid_participation
where bid_id in (select bid_id from doomed);

delete from gem.security_deposit
where bid_id in (select bid_id from doomed);

delete from gem.incident
where bid_id in (select bid_id from doomed);

delete from gem.bid
where bid_id in (select bid_id from doomed);
