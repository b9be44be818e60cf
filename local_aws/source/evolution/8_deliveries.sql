-- Contracts are served: amended, shipped, received, invoiced, paid, and completed. Each step finds what waits for it.

-- kind: amendments approved
-- Of lines of which nothing was sent: a quantity, or a value that the seller conceded; of the others the time.
insert into gem.contract_amendment (
  amendment_id, contract_id, contract_item_id, kind, with_ld, old_value, new_value, approved_at, created_at, updated_at
)
with candidate as (
  select
    item.*,
    exists (select from gem.shipment where shipment.contract_item_id = item.contract_item_id) as is_sent,
    (contract_at at time zone 'Asia/Kolkata')::date as ordered_on,
    pg_temp.chance(contract_item_id, 'amendment') as draw
  from gem.contract_item as item
  join gem.contract using (contract_id)
  where status in ('ACCEPTED', 'IN_DELIVERY')
    and accepted_at < %(since)s
    and qty >= 2
    and unit_price > 0
    and delivery_due_on is not null
    and not exists (
      select
      from gem.contract_amendment as present
      where present.contract_item_id = item.contract_item_id
    )
),
chosen as (
  select
    *,
    case when is_sent or draw < 0.4 then 'DP_EXTENSION' when draw < 0.7 then 'QTY' else 'VALUE' end as kind
  from candidate
  order by draw, contract_item_id
  limit (select pg_temp.share_of(count(*) / 4) from gem.contract)
)
select
  (select coalesce(max(amendment_id), 0) from gem.contract_amendment where amendment_id < pg_temp.id_limit())
    + row_number() over (order by contract_item_id),
  contract_id,
  contract_item_id,
  kind,
  case when kind = 'DP_EXTENSION' then draw < 0.2 end,
  case kind when 'QTY' then qty when 'VALUE' then line_value else delivery_due_on - ordered_on end,
  case kind
    when 'QTY' then qty - 1
    when 'VALUE' then round(line_value * 0.95, 2)
    else delivery_due_on - ordered_on + 15
  end,
  pg_temp.moment(contract_item_id, 'amendment'),
  pg_temp.moment(contract_item_id, 'amendment'),
  pg_temp.moment(contract_item_id, 'amendment')
from chosen;

-- kind: amendments taken back
-- Of time only: nothing that was sent or paid follows from it.
delete from gem.contract_amendment
where amendment_id in (
  select amendment_id
  from gem.contract_amendment
  where kind = 'DP_EXTENSION'
    and created_at < %(since)s
  order by pg_temp.chance(amendment_id, 'taken back'), amendment_id
  limit (select pg_temp.share_of(count(*) / 8) from gem.contract_amendment)
);

-- kind: shipments dispatched
-- All that is left of a line goes at once, with an invoice of its own.
drop table if exists pg_temp.sent;

create temporary table sent on commit drop as
with waiting as (
  select contract_id
  from gem.contract
  where status in ('ACCEPTED', 'IN_DELIVERY')
    and accepted_at < %(since)s
    and contract_at < %(since)s
  order by pg_temp.chance(contract_id, 'sent'), contract_id
  limit (select pg_temp.share_of(count(*)) from gem.contract)
),
ordered as (
  select
    item.contract_id,
    item.contract_item_id,
    coalesce(quantity.new_value, qty) as current_qty,
    coalesce(reduced.new_value / qty, unit_price) as current_price,
    (
      select coalesce(sum(dispatched_qty), 0)
      from gem.shipment
      where shipment.contract_item_id = item.contract_item_id
    ) as sent_qty
  from waiting
  join gem.contract_item as item using (contract_id)
  left join gem.contract_amendment as quantity
    on quantity.contract_item_id = item.contract_item_id
    and quantity.kind = 'QTY'
  left join gem.contract_amendment as reduced
    on reduced.contract_item_id = item.contract_item_id
    and reduced.kind = 'VALUE'
  where qty > 0
)
select
  row_number() over (order by contract_item_id) as number,
  contract_id,
  contract_item_id,
  current_qty - sent_qty as sent_qty,
  round((current_qty - sent_qty) * current_price, 2) as gross_value,
  pg_temp.moment(contract_id, 'sent') as sent_at
from ordered
where current_qty > sent_qty;

insert into gem.invoice (invoice_id, contract_id, invoice_no, invoiced_at, gross_value, created_at, updated_at)
select
  (select coalesce(max(invoice_id), 0) from gem.invoice where invoice_id < pg_temp.id_limit())
    + row_number() over (order by contract_id),
  contract_id,
  concat_ws('/', 'INV', extract(year from sent_at), contract_id, 'R'),
  sent_at,
  sum(gross_value),
  sent_at,
  sent_at
from sent
group by contract_id, sent_at;

update gem.contract
set status = 'IN_DELIVERY', updated_at = greatest(updated_at, sent_at)
from (select distinct contract_id, sent_at from sent) as moved
where contract.contract_id = moved.contract_id
  and status = 'ACCEPTED';

insert into gem.shipment (
  shipment_id, contract_id, contract_item_id, dispatched_qty, dispatched_at, created_at, updated_at
)
select
  (select coalesce(max(shipment_id), 0) from gem.shipment where shipment_id < pg_temp.id_limit()) + number,
  contract_id,
  contract_item_id,
  sent_qty,
  sent_at,
  sent_at,
  sent_at
from sent;

-- kind: shipments delivered
with arriving as (
  select shipment_id, pg_temp.moment(shipment_id, 'arrives') as arrives_at
  from gem.shipment
  where delivered_at is null
    and dispatched_at < %(since)s
  order by pg_temp.chance(shipment_id, 'arrives'), shipment_id
  limit (select pg_temp.share_of(count(*)) from gem.contract)
)
update gem.shipment
set
  delivered_qty = dispatched_qty,
  delivered_at = arrives_at,
  ld_amount = case
    when pg_temp.indian_day(arrives_at) > item.delivery_due_on
      then trunc(dispatched_qty * item.unit_price * 0.005, 2)
    else 0
  end,
  updated_at = arrives_at
from arriving, gem.contract_item as item
where shipment.shipment_id = arriving.shipment_id
  and item.contract_item_id = shipment.contract_item_id;

-- kind: contracts delivered
update gem.contract
set
  status = 'DELIVERED',
  updated_at = greatest(updated_at, delivery.delivered_at)
from (
  select contract_id, max(delivered_at) as delivered_at
  from gem.shipment
  group by contract_id
  having bool_and(delivered_at is not null)
    and max(delivered_at) >= %(since)s
) as delivery
where contract.contract_id = delivery.contract_id
  and status = 'IN_DELIVERY'
  and not exists (
    select
    from gem.contract_item as item
    where item.contract_id = contract.contract_id
      and not exists (select from gem.shipment where shipment.contract_item_id = item.contract_item_id)
  );

-- kind: receipts certified
insert into gem.receipt_certificate (
  cert_id, contract_id, kind, shipment_id, contract_item_id, consignee_id, received_qty, issued_at, is_auto, created_at,
  updated_at
)
with certified as (
  select
    shipment.*,
    consignee_id,
    (select coalesce(max(cert_id), 0) from gem.receipt_certificate where cert_id < pg_temp.id_limit())
      + row_number() over (order by shipment_id) as new_id,
    greatest(delivered_at, pg_temp.moment(shipment_id, 'received')) + interval '1 second' as certified_at
  from gem.shipment
  join gem.contract_item using (contract_id, contract_item_id)
  where delivered_at is not null
    and not exists (
      select
      from gem.receipt_certificate as present
      where present.contract_id = shipment.contract_id
        and present.shipment_id = shipment.shipment_id
    )
    and pg_temp.chance(shipment_id, 'received') < 0.8
)
select
  new_id,
  contract_id,
  'PRC',
  shipment_id,
  contract_item_id,
  consignee_id,
  delivered_qty,
  certified_at,
  false,
  certified_at,
  certified_at
from certified;

-- kind: goods accepted
insert into gem.receipt_certificate (
  cert_id, contract_id, kind, prc_cert_id, shipment_id, contract_item_id, consignee_id, received_qty, accepted_qty,
  rejected_qty, reject_reason, issued_at, is_auto, created_at, updated_at
)
with waiting as (
  select
    provisional.*,
    case when pg_temp.chance(cert_id, 'rejects') < 0.1 then ceil(received_qty * 0.2) else 0 end as bad_qty,
    greatest(issued_at, pg_temp.moment(cert_id, 'accepts')) + interval '1 second' as accepted_at
  from gem.receipt_certificate as provisional
  where kind = 'PRC'
    and not exists (
      select
      from gem.receipt_certificate as final
      where final.contract_id = provisional.contract_id
        and final.prc_cert_id = provisional.cert_id
    )
    and pg_temp.chance(cert_id, 'accepts') < 0.8
)
select
  (select max(cert_id) from gem.receipt_certificate where cert_id < pg_temp.id_limit())
    + row_number() over (order by cert_id),
  contract_id,
  'CRAC',
  cert_id,
  shipment_id,
  contract_item_id,
  consignee_id,
  received_qty,
  received_qty - bad_qty,
  bad_qty,
  case when bad_qty > 0 then 'निरीक्षण में अस्वीकृत' end,
  accepted_at,
  pg_temp.chance(cert_id, 'auto') < 0.05,
  accepted_at,
  accepted_at
from waiting;

-- kind: payments billed
insert into gem.payment (
  payment_id, contract_id, invoice_id, crac_cert_id, bill_at, payable_amount, ld_deducted, tds_it, tds_gst, mode,
  status, created_at, updated_at
)
with owed as (
  select
    certificate.*,
    payment_mode,
    coalesce(shipment.ld_amount, 0) as ld_amount,
    round(accepted_qty * coalesce(reduced.new_value / item.qty, unit_price), 2) as gross,
    greatest(issued_at, pg_temp.moment(cert_id, 'billed')) + interval '1 second' as billed_at
  from gem.receipt_certificate as certificate
  join gem.contract using (contract_id)
  join gem.contract_item as item using (contract_id, contract_item_id)
  join gem.shipment using (contract_id, contract_item_id, shipment_id)
  left join gem.contract_amendment as reduced
    on reduced.contract_item_id = item.contract_item_id
    and reduced.kind = 'VALUE'
  where certificate.kind = 'CRAC'
    and accepted_qty > 0
    and not exists (
      select
      from gem.payment as present
      where present.contract_id = certificate.contract_id
        and present.crac_cert_id = certificate.cert_id
    )
)
select
  (select coalesce(max(payment_id), 0) from gem.payment where payment_id < pg_temp.id_limit())
    + row_number() over (order by cert_id),
  contract_id,
  (select max(invoice_id) from gem.invoice where invoice.contract_id = owed.contract_id),
  cert_id,
  billed_at,
  gross - least(ld_amount, gross),
  least(ld_amount, gross),
  0,
  0,
  payment_mode,
  'BILLED',
  billed_at,
  billed_at
from owed;

-- kind: payments that failed are tried again
insert into gem.payment (
  payment_id, contract_id, invoice_id, crac_cert_id, bill_at, payable_amount, ld_deducted, tds_it, tds_gst, mode,
  status, created_at, updated_at
)
select
  (select max(payment_id) from gem.payment where payment_id < pg_temp.id_limit())
    + row_number() over (order by payment_id),
  contract_id,
  invoice_id,
  crac_cert_id,
  greatest(updated_at, pg_temp.moment(payment_id, 'again')),
  payable_amount,
  ld_deducted,
  tds_it,
  tds_gst,
  mode,
  'SENT',
  greatest(updated_at, pg_temp.moment(payment_id, 'again')),
  greatest(updated_at, pg_temp.moment(payment_id, 'again'))
from gem.payment as failed
where status in ('FAILED', 'REVERSED')
  and not exists (
    select
    from gem.payment as later
    where later.contract_id = failed.contract_id
      and later.crac_cert_id = failed.crac_cert_id
      and later.payment_id > failed.payment_id
  );

-- kind: payments made
with settled as (
  select
    payment_id,
    greatest(bill_at, pg_temp.moment(payment_id, 'paid')) + interval '1 second' as settled_at,
    pg_temp.chance(payment_id, 'fails') < 0.05 as fails
  from gem.payment
  where status in ('BILLED', 'SENT')
  order by pg_temp.chance(payment_id, 'paid'), payment_id
  limit (select pg_temp.share_of(count(*)) from gem.contract)
)
update gem.payment
set
  status = case when fails then 'FAILED' else 'PAID' end,
  paid_amount = case when not fails then payable_amount end,
  paid_at = case when not fails then settled_at end,
  utr = case when not fails then 'UTR' || lpad(payment.payment_id::text, 19, '0') end,
  updated_at = settled_at
from settled
where payment.payment_id = settled.payment_id;

-- kind: contracts completed
-- The day's payments are the last that was missing.
with settled as (
  select
    contract_id,
    (select max(updated_at) from gem.payment where payment.contract_id = contract.contract_id) as settled_at
  from gem.contract
  where status = 'DELIVERED'
    and not exists (
      select
      from gem.shipment
      where shipment.contract_id = contract.contract_id
        and not exists (
          select
          from gem.receipt_certificate as final
          where final.contract_id = shipment.contract_id
            and final.shipment_id = shipment.shipment_id
            and final.kind = 'CRAC'
            and (
              accepted_qty = 0
              or exists (
                select
                from gem.payment
                where payment.contract_id = final.contract_id
                  and payment.crac_cert_id = final.cert_id
                  and payment.status = 'PAID'
              )
            )
        )
    )
)
update gem.contract
set status = 'COMPLETED', updated_at = greatest(updated_at, settled_at, %(since)s)
from settled
where contract.contract_id = settled.contract_id;
