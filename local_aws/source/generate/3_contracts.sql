-- The lines of every demand, and the contracts of those that became one. A line's value is quantity times price to the
-- paisa, and a contract's the sum of its lines.

create temporary table line on commit drop as
with counted as (
  select
    demand.*,
    case
      when value < 2000 or pg_temp.chance(id, 'lines') < 0.65 then 1
      when pg_temp.chance(id, 'lines') < 0.85 then 2
      else 3 + floor(3 * pg_temp.chance(id, 'more lines'))::integer
    end as lines
  from demand
),
shared as (
  select
    counted.*,
    line_no,
    (0.5 + pg_temp.chance(id * 8 + line_no, 'share'))
      / sum(0.5 + pg_temp.chance(id * 8 + line_no, 'share')) over lines_alike as share
  from counted
  cross join lateral generate_series(1, lines) as line_no
  -- Floating point adds up the same only in the same order.
  window lines_alike as (
    partition by id order by line_no rows between unbounded preceding and unbounded following
  )
),
counted_out as (
  select
    *,
    greatest(1, floor(value * share / (price * (0.7 + 0.6 * pg_temp.chance(id, 'price')))))::numeric as qty
  from shared
),
priced as (
  -- Cut, not rounded: a purchase below a limit stays below it.
  select *, trunc((value * share)::numeric / qty, 2) as unit_price
  from counted_out
),
taxed as (
  select
    *,
    qty * unit_price as line_value,
    qty * unit_price - round(qty * unit_price / (1 + gst_rate / 100.0), 2) as gst
  from priced
)
select
  id,
  line_no,
  is_order,
  category_id,
  qty,
  uom,
  unit_price,
  kind,
  gst_rate,
  decided_at,
  line_value,
  case when not is_interstate then trunc(gst / 2, 2) end as half_gst,
  case when is_interstate then gst end as igst
from taxed;

analyze line;

insert into gem.contract_item (
  contract_item_id, contract_id, line_no, category_id, qty, uom, unit_price, mrp_at_order, reference_unit_price,
  gst_rate, taxable_value, cgst, sgst, igst, line_value, delivery_due_on, mii_class_at_order, created_at, updated_at
)
select
  id * 10 + line_no,
  id,
  line_no,
  category_id,
  qty,
  uom,
  unit_price,
  case when kind = 'PRODUCT' then round(unit_price * (1.05 + 0.5 * pg_temp.chance(id, 'mrp'))::numeric, 2) end,
  case when kind = 'PRODUCT' then round(unit_price * (1.00 + 0.25 * pg_temp.chance(id, 'reference'))::numeric, 2) end,
  gst_rate,
  line_value - coalesce(igst, 2 * half_gst),
  coalesce(half_gst, 0),
  coalesce(half_gst, 0),
  coalesce(igst, 0),
  line_value,
  (decided_at at time zone 'Asia/Kolkata')::date + 15 + floor(60 * pg_temp.chance(id, 'due'))::integer,
  case
    when kind = 'PRODUCT' and pg_temp.chance(id, 'mii') < 0.7 then 'I'
    when kind = 'PRODUCT' and pg_temp.chance(id, 'mii') < 0.9 then 'II'
    when kind = 'PRODUCT' then 'NON_LOCAL'
  end,
  decided_at,
  decided_at
from line
where is_order;

insert into gem.contract (
  contract_id, contract_number, buy_mode, bid_id, org_id, seller_id, seller_gstin, contract_at, accepted_at,
  rejected_at, cancelled_at, cancelled_by, status, total_value, taxable_value, gst_value, payment_mode, created_at, updated_at
)
with total as (
  select id, sum(line_value) as total_value, sum(coalesce(igst, 2 * half_gst)) as gst_value
  from line
  where is_order
  group by id
),
drawn as (
  select
    demand.*,
    total_value,
    gst_value,
    timestamptz '2026-04-01 00:00:00+05:30' as data_end,
    decided_at + interval '1 hour' * floor(1 + 47 * pg_temp.chance(id, 'answered')) as answered_at,
    decided_at + interval '1 day' * floor(3 + 37 * pg_temp.chance(id, 'cancelled when')) as withdrawn_at,
    decided_at + interval '1 day' * floor(20 + 100 * pg_temp.chance(id, 'fulfilled')) as fulfilled_at,
    pg_temp.chance(id, 'outcome') as outcome
  from demand
  join total using (id)
),
lived as (
  select
    *,
    answered_at < data_end and outcome < 0.02 as is_rejected,
    withdrawn_at < data_end and outcome >= 0.02 and outcome < 0.055 as is_cancelled,
    extract(epoch from data_end - decided_at) / extract(epoch from fulfilled_at - decided_at) as progress
  from drawn
)
select
  id,
  'GEMC-' || 511687700000000 + id,
  buy_mode,
  case when buy_mode in ('BID', 'RA') then id end,
  org_id,
  seller_id,
  gstin,
  decided_at,
  case when answered_at < data_end and not is_rejected then answered_at end,
  case when is_rejected then answered_at end,
  case when is_cancelled then withdrawn_at end,
  case
    when is_cancelled
      then (array['BUYER', 'BUYER', 'SELLER', 'SYSTEM'])[1 + floor(4 * pg_temp.chance(id, 'cancelled by'))::integer]
  end,
  case
    when is_rejected then 'REJECTED'
    when is_cancelled then 'CANCELLED'
    when answered_at >= data_end then 'PLACED'
    when progress < 0.3 then 'ACCEPTED'
    when progress < 0.8 then 'IN_DELIVERY'
    when progress < 1 then 'DELIVERED'
    when outcome > 0.99 then 'TERMINATED'
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
    when answered_at >= data_end then decided_at
    when fulfilled_at < data_end then fulfilled_at
    else answered_at
  end
from lived;
