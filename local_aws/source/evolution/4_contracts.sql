-- What happens to contracts that stood before the round.

-- kind: contracts accepted
-- Those of which nothing was sent yet, and whose lines may still change.
drop table if exists pg_temp.unsent;

create temporary table unsent on commit drop as
select contract_id
from gem.contract
where not exists (select from gem.shipment where shipment.contract_id = contract.contract_id)
  and not exists (select from gem.contract_amendment as amendment where amendment.contract_id = contract.contract_id);

update gem.contract
set
  status = 'ACCEPTED',
  accepted_at = pg_temp.moment(contract_id, 'accepted'),
  updated_at = pg_temp.moment(contract_id, 'accepted')
where contract_id in (
  select contract_id
  from gem.contract
  where status = 'PLACED'
    and contract_at < %(since)s
  order by pg_temp.chance(contract_id, 'accepted'), contract_id
  limit (select pg_temp.share_of(count(*)) from gem.contract)
);

-- kind: contracts cancelled or rejected
with chosen as (
  select contract_id, status = 'PLACED' as is_rejected, pg_temp.moment(contract_id, 'ended') as ended_at
  from gem.contract
  where status in ('PLACED', 'ACCEPTED', 'IN_DELIVERY', 'COMPLETED')
    and contract_at < %(since)s
  order by pg_temp.chance(contract_id, 'ended'), contract_id
  limit (select pg_temp.share_of(count(*) / 3) from gem.contract)
)
update gem.contract
set
  status = case when is_rejected then 'REJECTED' else 'CANCELLED' end,
  rejected_at = case when is_rejected then ended_at end,
  cancelled_at = case when not is_rejected then ended_at end,
  cancelled_by = case when not is_rejected then 'BUYER' end,
  updated_at = greatest(updated_at, ended_at)
from chosen
where contract.contract_id = chosen.contract_id;

-- kind: lines amended
-- Half the quantity, or one more where the way of buying allows it. Behind a bid the value is what was awarded.
with single as (
  -- One line of a contract: each is checked against the limit alone.
  select distinct on (contract_id) *
  from gem.contract_item
  order by contract_id, pg_temp.chance(contract_item_id, 'amended'), contract_item_id
),
chosen as (
  select
    contract_item_id,
    contract_id,
    case
      when qty >= 2 and pg_temp.chance(contract_item_id, 'less') < 0.5 then floor(qty / 2)
      else qty + 1
    end as new_qty,
    pg_temp.moment(contract_item_id, 'amended') as amended_at
  from single
  join gem.contract using (contract_id)
  where bid_id is null
    and contract_id in (select contract_id from unsent)
    and qty > 0
    and line_value > 0
    and total_value + unit_price <= case buy_mode when 'DIRECT' then 50000 when 'L1' then 1000000 end
    and contract_at < %(since)s
  order by pg_temp.chance(contract_item_id, 'amended'), contract_item_id
  limit (select pg_temp.share_of(count(*)) from gem.contract)
),
noted as (
  insert into amended (contract_id, amended_at)
  select contract_id, amended_at from chosen
),
valued as (
  select
    contract_item_id,
    new_qty,
    amended_at,
    igst > 0 as is_interstate,
    new_qty * unit_price - round(new_qty * unit_price / (1 + gst_rate / 100), 2) as tax
  from chosen
  join gem.contract_item using (contract_item_id)
)
update gem.contract_item as item
set
  qty = new_qty,
  line_value = new_qty * unit_price,
  taxable_value = new_qty * unit_price - case when is_interstate then tax else 2 * trunc(tax / 2, 2) end,
  igst = case when is_interstate then tax else 0 end,
  cgst = case when is_interstate then 0 else trunc(tax / 2, 2) end,
  sgst = case when is_interstate then 0 else trunc(tax / 2, 2) end,
  updated_at = amended_at
from valued
where item.contract_item_id = valued.contract_item_id;

-- kind: lines moved to another contract
with movable as (
  select contract_item_id, contract_id, buy_mode, igst > 0 as is_interstate, line_value, gst_rate
  from gem.contract_item as item
  join gem.contract using (contract_id)
  where bid_id is null
    and contract_id in (select contract_id from unsent)
    and line_value > 0
    and exists (
      select
      from gem.contract_item as other
      where other.contract_id = item.contract_id
        and other.contract_item_id > item.contract_item_id
    )
    and not exists (select from amended where amended.contract_id = item.contract_id)
  order by pg_temp.chance(contract_item_id, 'moved'), contract_item_id
  limit (select pg_temp.share_of(count(*) / 2) from gem.contract)
),
moving as (
  select contract_item_id, movable.contract_id, pg_temp.moment(contract_item_id, 'moved') as moved_at, target.*
  from movable
  cross join lateral (
    select contract.contract_id as target_id, contract_at
    from gem.contract
    -- Neighbours only, for the sake of time.
    where contract.contract_id between movable.contract_id + 1 and movable.contract_id + 1000
      and contract.contract_id in (select contract_id from unsent)
      and contract.buy_mode = movable.buy_mode
      and total_value + line_value <= case contract.buy_mode when 'DIRECT' then 50000 when 'L1' then 1000000 end
      and not exists (select from amended where amended.contract_id = contract.contract_id)
      and (gst_rate not in (12, 28) or contract_at < timestamptz '2025-09-22 00:00:00+05:30')
      and exists (
        select
        from gem.contract_item
        where contract_item.contract_id = contract.contract_id
          and (igst > 0) = is_interstate
      )
    order by contract.contract_id
    limit 1
  ) as target
),
-- No two into one contract: each was checked against its limit alone.
single as (
  select distinct on (target_id) *
  from moving
  order by target_id, contract_item_id
),
noted as (
  insert into amended (contract_id, amended_at)
  select contract_id, moved_at from single
  union all
  select target_id, moved_at from single
)
update gem.contract_item as item
set
  contract_id = target_id,
  line_no = (select max(line_no) + 1 from gem.contract_item as present where present.contract_id = target_id),
  consignee_id = (
    select min(present.consignee_id)
    from gem.contract_item as present
    where present.contract_id = target_id
      and (present.igst > 0) = (item.igst > 0)
  ),
  delivery_due_on = greatest(delivery_due_on, (contract_at at time zone 'Asia/Kolkata')::date + 15),
  updated_at = greatest(updated_at, moved_at)
from single
where item.contract_item_id = single.contract_item_id;

-- kind: lines deleted
with chosen as (
  select contract_item_id, contract_id
  from gem.contract_item as item
  join gem.contract using (contract_id)
  where bid_id is null
    and contract_id in (select contract_id from unsent)
    and exists (
      select
      from gem.contract_item as other
      where other.contract_id = item.contract_id
        and other.contract_item_id < item.contract_item_id
    )
  order by pg_temp.chance(contract_item_id, 'deleted'), contract_item_id
  limit (select pg_temp.share_of(count(*) / 4) from gem.contract)
),
noted as (
  insert into amended (contract_id, amended_at)
  select contract_id, pg_temp.moment(contract_item_id, 'deleted') from chosen
)
delete from gem.contract_item as item
using chosen
where item.contract_item_id = chosen.contract_item_id;

-- kind: lines deleted and inserted again
drop table if exists pg_temp.reborn;

create temporary table reborn on commit drop as
select item.*
from gem.contract_item as item
order by pg_temp.chance(contract_item_id, 'reborn'), contract_item_id
limit (select pg_temp.share_of(count(*) / 2) from gem.contract);

delete from gem.contract_item
where contract_item_id in (select contract_item_id from reborn);

update reborn
set
  mrp_at_order = mrp_at_order + 1,
  created_at = pg_temp.moment(contract_item_id, 'reborn'),
  updated_at = pg_temp.moment(contract_item_id, 'reborn');

insert into gem.contract_item
select * from reborn;

-- kind: contracts whose totals follow their lines
with total as (
  select
    contract_id,
    sum(line_value) as total_value,
    sum(item.taxable_value) as taxable_value,
    (select max(amended_at) from amended where amended.contract_id = item.contract_id) as amended_at
  from gem.contract_item as item
  where contract_id in (select contract_id from amended)
  group by contract_id
)
update gem.contract
set
  total_value = total.total_value,
  taxable_value = total.taxable_value,
  gst_value = total.total_value - total.taxable_value,
  updated_at = greatest(updated_at, amended_at)
from total
where contract.contract_id = total.contract_id;

-- kind: contracts deleted
drop table if exists pg_temp.doomed;

create temporary table doomed on commit drop as
select contract_id
from gem.contract
where bid_id is null
  and contract_at < %(since)s
order by pg_temp.chance(contract_id, 'deleted'), contract_id
limit (select pg_temp.share_of(count(*) / 5) from gem.contract);

-- With all that was delivered, paid, charged and said of them.
delete from gem.payment
where contract_id in (select contract_id from doomed);

delete from gem.invoice
where contract_id in (select contract_id from doomed);

delete from gem.receipt_certificate
where contract_id in (select contract_id from doomed);

delete from gem.shipment
where contract_id in (select contract_id from doomed);

delete from gem.contract_amendment
where contract_id in (select contract_id from doomed);

delete from gem.contract_item
where contract_id in (select contract_id from doomed);

delete from gem.rating
where contract_id in (select contract_id from doomed);

delete from gem.incident
where contract_id in (select contract_id from doomed);

delete from gem.platform_charge
where contract_id in (select contract_id from doomed);

delete from gem.l1_comparison
where comparison_id in (select comparison_id from gem.contract join doomed using (contract_id));

delete from gem.contract
where contract_id in (select contract_id from doomed);

-- kind: contracts paid another way, in one go
update gem.contract
set
  payment_mode = case payment_mode when 'GPA' then 'PFMS' else 'GPA' end,
  updated_at = greatest(updated_at, pg_temp.moment(0, 'mass'))
where pg_temp.chance(contract_id, 'mass') < %(share)s;
