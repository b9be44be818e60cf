-- The contracts themselves: their status follows from how far delivery and payment have come.

create temporary table progress on commit drop as
with paid as (
  select crac_cert_id, max(paid_at) as paid_at
  from gem.payment
  where status = 'PAID'
  group by crac_cert_id
)
select
  id,
  min(dispatched_at) < pg_temp.data_end() as is_dispatched,
  max(delivered_at) < pg_temp.data_end() as is_delivered,
  bool_and(crac_at < pg_temp.data_end() and (accepted_qty = 0 or paid_at is not null)) as is_settled,
  max(delivered_at) as delivered_at,
  min(dispatched_at) as dispatched_at,
  max(crac_at) as crac_at,
  greatest(max(paid_at), max(crac_at)) as settled_at
from delivery
left join paid on crac_cert_id = shipment_id * 10 + 2
group by id;

analyze progress;

insert into gem.contract (
  contract_id, contract_number, buy_mode, bid_id, ra_id, comparison_id, org_id, buyer_user_id, pao_user_id, seller_id,
  seller_gstin, contract_at, accepted_at, rejected_at, cancelled_at, cancelled_by, status, total_value, taxable_value,
  gst_value, payment_mode, created_at, updated_at
)
select
  id,
  'GEMC-' || 511687700000000 + id,
  buy_mode,
  case when buy_mode in ('BID', 'RA', 'PAC') then id end,
  case when buy_mode = 'RA' then id * 10 + 1 end,
  case when buy_mode = 'L1' then id end,
  org_id,
  buyer_user_id,
  org_id * 10 + 7,
  seller_id,
  gstin,
  decided_at,
  case when answered_at < pg_temp.data_end() and not is_rejected then answered_at end,
  case when is_rejected then answered_at end,
  case when is_cancelled then withdrawn_at end,
  case
    when is_cancelled
      then (array['BUYER', 'BUYER', 'SELLER', 'SYSTEM'])[1 + pg_temp.pick(id, 'cancelled by', 4)]
  end,
  case
    when is_rejected then 'REJECTED'
    when is_cancelled then 'CANCELLED'
    when is_terminated then 'TERMINATED'
    when answered_at >= pg_temp.data_end() then 'PLACED'
    when not is_dispatched then 'ACCEPTED'
    when not is_delivered then 'IN_DELIVERY'
    when not is_settled then 'DELIVERED'
    else 'COMPLETED'
  end,
  total_value,
  total_value - gst_value,
  gst_value,
  case
    when is_central and pg_temp.chance(id, 'payment') < 0.7 then 'PFMS'
    when pg_temp.chance(id, 'payment') < 0.8 then 'GPA'
    else 'OFFLINE'
  end,
  decided_at,
  case
    when is_rejected then answered_at
    when is_cancelled then withdrawn_at
    when is_terminated then decided_at + interval '2 days' * delivery_days
    when answered_at >= pg_temp.data_end() then decided_at
    when not is_dispatched then answered_at
    when not is_delivered then dispatched_at
    when not is_settled then delivered_at
    else settled_at
  end
from deal
left join progress using (id);
