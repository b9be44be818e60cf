-- Invoices go with the goods; payments follow each certificate of acceptance.

insert into gem.invoice (invoice_id, contract_id, invoice_no, invoiced_at, gross_value, created_at, updated_at)
select
  id * 10 + part,
  id,
  concat_ws('/', 'INV', extract(year from invoiced_at at time zone 'Asia/Kolkata'), id, part),
  invoiced_at,
  gross_value,
  invoiced_at,
  invoiced_at
from (
  select id, part, max(dispatched_at) as invoiced_at, sum(round(part_qty * served_price, 2)) as gross_value
  from delivery
  where dispatched_at < pg_temp.data_end()
  group by id, part
) as wave;

-- One payment for a certificate; a second where the first failed or was reversed.
insert into gem.payment (
  payment_id, contract_id, invoice_id, crac_cert_id, bill_at, payable_amount, ld_deducted, tds_it, tds_gst, paid_amount,
  paid_at, mode, status, utr, created_at, updated_at
)
with owed as (
  select
    delivery.*,
    gross - ld_amount - tds_it - tds_gst as payable,
    case
      when is_central and pg_temp.chance(id, 'payment') < 0.7 then 'PFMS'
      when pg_temp.chance(id, 'payment') < 0.8 then 'GPA'
      else 'OFFLINE'
    end as mode,
    case
      when pg_temp.chance(shipment_id, 'payment fails') < 0.015 then 'FAILED'
      when pg_temp.chance(shipment_id, 'payment fails') < 0.019 then 'REVERSED'
    end as failure
  from delivery
  where accepted_qty > 0
    and bill_at < pg_temp.data_end()
),
attempted as (
  select
    owed.*,
    attempt,
    case when attempt = 1 then bill_at else pays_at + interval '20 hours' end as billed_at,
    case when attempt = 1 then pays_at else pays_at + interval '1 day' * (3 + pg_temp.pick(shipment_id, 'again', 5)) end
      as settles_at,
    case when attempt = 1 then coalesce(failure, 'PAID') else 'PAID' end as ends_as
  from owed
  cross join lateral generate_series(1, case when failure is null then 1 else 2 end) as attempt
),
settled as (
  select *, case when settles_at < pg_temp.data_end() then ends_as end as outcome
  from attempted
  where billed_at < pg_temp.data_end()
)
select
  shipment_id * 100 + 20 + attempt,
  id,
  id * 10 + part,
  shipment_id * 10 + 2,
  billed_at,
  payable,
  ld_amount,
  tds_it,
  tds_gst,
  case
    when outcome = 'PAID' and pg_temp.chance(shipment_id, 'short') < 0.015
      then trunc(payable * (0.6 + 0.35 * pg_temp.chance(shipment_id, 'how short'))::numeric, 2)
    when outcome in ('PAID', 'REVERSED') then payable
  end,
  case when outcome in ('PAID', 'REVERSED') then settles_at end,
  mode,
  coalesce(outcome, case when pg_temp.chance(shipment_id, 'sent') < 0.5 then 'SENT' else 'BILLED' end),
  case when outcome in ('PAID', 'REVERSED') then 'UTR' || lpad((shipment_id * 10 + attempt)::text, 16, '0') end,
  billed_at,
  case when outcome is null then billed_at else settles_at end
from settled;

analyze gem.payment;
