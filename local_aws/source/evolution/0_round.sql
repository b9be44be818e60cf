-- What the changes of a round share: how many rows, at what time, and the notes that later changes need.

-- Rows state when they changed. The change log's triggers are ENABLE ALWAYS and fire all the same.
set local session_replication_role = replica;

-- So many of a number, at least one where there is any.
create or replace function pg_temp.share_of(total bigint) returns bigint
language sql immutable parallel safe
return ceil(total * %(share)s::double precision)::bigint;

-- New ids follow the largest below this: ids made by hashing fill all 63 bits, and leave wide gaps.
create or replace function pg_temp.id_limit() returns bigint
language sql immutable parallel safe
return 4611686018427387904;

-- Bids and the contracts that they led to share their ids.
create or replace function pg_temp.last_deal() returns bigint
language sql stable
return greatest(
  (select max(contract_id) from gem.contract where contract_id < pg_temp.id_limit()),
  (select max(bid_id) from gem.bid where bid_id < pg_temp.id_limit())
);

-- A time within the round.
create or replace function pg_temp.moment(id bigint, purpose text) returns timestamptz
language sql immutable parallel safe
return date_trunc(
  'second',
  %(since)s::timestamptz + (%(until)s::timestamptz - %(since)s::timestamptz) * pg_temp.chance(id, purpose)
);

create or replace function pg_temp.is_mse(seller bigint, instant timestamptz) returns boolean
language sql stable parallel safe
return exists (
  select
  from gem.seller_classification
  where seller_id = seller
    and size in ('MICRO', 'SMALL')
    and (instant at time zone 'Asia/Kolkata')::date >= valid_from
    and (instant at time zone 'Asia/Kolkata')::date < coalesce(valid_to, 'infinity')
);

-- The contracts whose lines change, and when: their totals follow.
drop table if exists pg_temp.amended;
create temporary table amended (contract_id bigint, amended_at timestamptz) on commit drop;

drop table if exists pg_temp.trader;
create temporary table trader on commit drop as
select distinct seller_id
from gem.contract
where seller_id is not null;
