-- What becomes of contracts: amended, shipped, received. All of it is drawn first, with the payments, and then written
-- as far as it lies before the end of the data: whatever comes later is still open.

create temporary table deal on commit drop as
with total as (
  select id, count(*) as lines, sum(line_value) as total_value, sum(coalesce(igst, 2 * half_gst)) as gst_value
  from line
  where is_order
  group by id
),
drawn as (
  select
    demand.*,
    lines,
    total_value,
    gst_value,
    15 + pg_temp.pick(id, 'due', 60) as delivery_days,
    decided_at + interval '1 hour' * (1 + pg_temp.pick(id, 'answered', 47)) as answered_at,
    decided_at + interval '1 day' * (3 + pg_temp.pick(id, 'cancelled when', 37)) as withdrawn_at,
    pg_temp.chance(id, 'outcome') as outcome
  from demand
  join total using (id)
),
ended as (
  select
    *,
    answered_at < pg_temp.data_end() and outcome < 0.02 as is_rejected,
    withdrawn_at < pg_temp.data_end() and outcome >= 0.02 and outcome < 0.055 as is_cancelled,
    decided_at + interval '2 days' * delivery_days < pg_temp.data_end() and outcome > 0.988 as is_terminated
  from drawn
)
select *, not (is_rejected or is_cancelled or is_terminated) and answered_at < pg_temp.data_end() as is_served
from ended;

analyze deal;

-- A line as it is served: amended or not, on time or not.
create temporary table served_line on commit drop as
with drawn as (
  select
    line.*,
    lines,
    is_central,
    total_value,
    delivery_days,
    answered_at,
    answered_at + interval '1 hour' * (1 + pg_temp.pick(line_id, 'amended after', 10)) as amended_at,
    pg_temp.chance(line_id, 'late') < 0.16 as is_late,
    pg_temp.chance(line_id, 'amendment') as amendment
  from line
  join deal using (id)
  where is_served
),
paced as (
  select
    *,
    -- The part of the delivery period that passes until all is there.
    case
      when is_late then 1.03 + 0.6 * pg_temp.chance(line_id, 'pace')
      else 0.25 + 0.72 * pg_temp.chance(line_id, 'pace')
    end as pace,
    case
      when amendment < 0.006 and line.qty >= 4 then qty + ceil(qty * 0.1)
      when amendment < 0.012 and line.qty >= 4 then qty - floor(qty * 0.25)
      else qty
    end as served_qty,
    case
      when amendment between 0.012 and 0.017 and qty * unit_price > 100
        then round(qty * unit_price * (0.9 + 0.08 * pg_temp.chance(line_id, 'less'))::numeric, 2)
    end as reduced_value,
    is_late and pg_temp.chance(line_id, 'extended') < 0.4 as is_extended,
    pg_temp.chance(line_id, 'with ld') < 0.5 as with_ld
  from drawn as line
)
select
  *,
  coalesce(reduced_value / qty, unit_price) as served_price,
  case when is_extended then ceil(delivery_days * (pace - 1))::integer + 3 else 0 end as extra_days
from paced;

analyze served_line;

insert into gem.contract_amendment (
  amendment_id, contract_id, contract_item_id, kind, with_ld, old_value, new_value, approved_at, created_at, updated_at
)
select
  line_id * 10 + number,
  id,
  -- An extension of the only line may as well be one of the contract.
  case when kind <> 'DP_EXTENSION' or lines > 1 or pg_temp.chance(id, 'of the line') < 0.5 then line_id end,
  kind,
  case when kind = 'DP_EXTENSION' then with_ld end,
  old_value,
  new_value,
  approved_at,
  approved_at - interval '2 hours',
  approved_at
from (
  select
    id,
    line_id,
    lines,
    with_ld,
    1 as number,
    'QTY' as kind,
    qty as old_value,
    served_qty as new_value,
    amended_at as approved_at
  from served_line
  where served_qty <> qty
  union all
  select id, line_id, lines, with_ld, 1, 'VALUE', qty * unit_price, reduced_value, amended_at
  from served_line
  where reduced_value is not null
  union all
  select
    id,
    line_id,
    lines,
    with_ld,
    2,
    'DP_EXTENSION',
    delivery_days,
    delivery_days + extra_days,
    decided_at + interval '1 day' * (delivery_days - 1 - pg_temp.pick(line_id, 'extended when', 5))
  from served_line
  where is_extended
) as amendment
where approved_at < pg_temp.data_end();

create temporary table delivery on commit drop as
with parted as (
  select
    served_line.*,
    case
      when served_qty < 3 or pg_temp.chance(line_id, 'parts') < 0.82 then 1
      when pg_temp.chance(line_id, 'parts') < 0.95 then 2
      else 3
    end as parts,
    interval '1 second' * round(86400 * (delivery_days - 2) * pace) as duration
  from served_line
),
shipped as (
  select
    parted.*,
    part,
    line_id * 10 + part as shipment_id,
    case when part < parts then floor(served_qty / parts) else served_qty - (parts - 1) * floor(served_qty / parts) end
      as part_qty,
    date_trunc('second', answered_at + interval '12 hours' + duration * ((part - 0.35) / parts)) as dispatched_at,
    date_trunc('second', answered_at + interval '12 hours' + duration * (part::double precision / parts))
      as delivered_at
  from parted
  cross join lateral generate_series(1, parts) as part
),
received as (
  select
    *,
    pg_temp.indian_day(delivered_at) - pg_temp.indian_day(decided_at) - delivery_days
      - case when with_ld then 0 else extra_days end as days_late,
    delivered_at + interval '1 hour' * (2 + pg_temp.pick(shipment_id, 'prc', 46)) as prc_at,
    buy_mode = 'DIRECT' and total_value <= 25000 and pg_temp.chance(shipment_id, 'auto') < 0.14 as is_auto,
    pg_temp.chance(shipment_id, 'crac') as diligence,
    case
      when pg_temp.chance(shipment_id, 'rejected') < 0.04
        then ceil(part_qty * 0.35 * pg_temp.chance(shipment_id, 'rejected part')::numeric)
      else 0
    end as bad_qty
  from shipped
),
judged as (
  select
    received.*,
    case when is_auto then 0 else bad_qty end as rejected_qty,
    part_qty - case when is_auto then 0 else bad_qty end as accepted_qty,
    case
      when is_auto then date_trunc('day', prc_at) + interval '1 day' * days.num_value + interval '90 minutes'
      when diligence < 0.86 then prc_at + interval '6 hours' * (1 + pg_temp.pick(shipment_id, 'crac soon', 26))
      else prc_at + interval '1 day' * (9 + pg_temp.pick(shipment_id, 'crac late', 25))
    end as crac_at,
    case
      when days_late > 0 and pg_temp.chance(line_id, 'waived') >= 0.1
        then trunc(
          part_qty * served_price / 100
            * least(
              ceil(days_late / 7.0) * rate.num_value,
              case when days_late > 0.25 * delivery_days then long_cap.num_value else cap.num_value end
            ),
          2
        )
      else 0
    end as ld_amount
  from received
  join gem.policy_parameter as days on days.param_code = 'AUTO_CRAC_DAYS' and days.effective_to is null
  join gem.policy_parameter as rate on rate.param_code = 'LD_PCT_WEEK' and rate.effective_to is null
  join gem.policy_parameter as cap on cap.param_code = 'LD_CAP_PCT' and cap.effective_to is null
  join gem.policy_parameter as long_cap on long_cap.param_code = 'LD_CAP_PCT_LONG' and long_cap.effective_to is null
),
valued as (
  select
    *,
    round(accepted_qty * served_price, 2) as gross,
    crac_at + interval '1 hour' * (1 + pg_temp.pick(shipment_id, 'bill', 30)) as bill_at,
    -- Two thirds are paid in time; some never.
    case
      when pg_temp.chance(shipment_id, 'pays') < 0.66
        then crac_at + interval '1 day' + interval '4 hours' * (2 + pg_temp.pick(shipment_id, 'pays soon', 50))
      when pg_temp.chance(shipment_id, 'pays') < 0.88
        then crac_at + interval '1 day' * (11 + pg_temp.pick(shipment_id, 'pays late', 20))
      when pg_temp.chance(shipment_id, 'pays') < 0.98
        then crac_at + interval '1 day' * (31 + pg_temp.pick(shipment_id, 'pays very late', 90))
      else 'infinity'
    end as pays_at
  from judged
)
select
  *,
  case when total_value > 250000 then round(gross / (1 + gst_rate / 100.0) * 0.02, 2) else 0 end as tds_gst,
  case
    when kind = 'SERVICE' and total_value > 100000 then round(gross / (1 + gst_rate / 100.0) * 0.02, 2)
    when kind = 'PRODUCT' and total_value > 5000000 then round(gross / (1 + gst_rate / 100.0) * 0.001, 2)
    else 0
  end as tds_it
from valued;

analyze delivery;

insert into gem.shipment (
  shipment_id, contract_id, contract_item_id, dispatched_qty, dispatched_at, delivered_qty, delivered_at, ld_amount,
  created_at, updated_at
)
select
  shipment_id,
  id,
  line_id,
  part_qty,
  dispatched_at,
  case when delivered_at < pg_temp.data_end() then part_qty end,
  case when delivered_at < pg_temp.data_end() then delivered_at end,
  case when delivered_at < pg_temp.data_end() then ld_amount end,
  dispatched_at,
  case when delivered_at < pg_temp.data_end() then delivered_at else dispatched_at end
from delivery
where dispatched_at < pg_temp.data_end();

insert into gem.receipt_certificate (
  cert_id, contract_id, kind, prc_cert_id, shipment_id, contract_item_id, consignee_id, received_qty, accepted_qty,
  rejected_qty, reject_reason, issued_at, is_auto, created_at, updated_at
)
select
  shipment_id * 10 + 1,
  id,
  'PRC',
  null,
  shipment_id,
  line_id,
  consignee_id,
  part_qty,
  null,
  null,
  null,
  prc_at,
  false,
  prc_at,
  prc_at
from delivery
where prc_at < pg_temp.data_end()
union all
select
  shipment_id * 10 + 2,
  id,
  'CRAC',
  shipment_id * 10 + 1,
  shipment_id,
  line_id,
  consignee_id,
  part_qty,
  accepted_qty,
  rejected_qty,
  case
    when rejected_qty > 0
      then (array['Damaged in transit', 'Below specification', 'Wrong model', 'मानक के अनुरूप नहीं'])[
        1 + pg_temp.pick(shipment_id, 'reason', 4)
      ]
  end,
  crac_at,
  is_auto,
  crac_at,
  crac_at
from delivery
where crac_at < pg_temp.data_end();
