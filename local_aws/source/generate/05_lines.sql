-- The lines of every demand, and the comparison of offers behind an L1 purchase. A line's value is quantity times price
-- to the paisa.

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
  id * 10 + line_no as line_id,
  is_order,
  buy_mode,
  taxed.category_id,
  product_id,
  -- The third place of an office may lie in another state than the others.
  org_id * 10 + case when at_third_place then 3 else 1 + mod(id + line_no, 2) end as consignee_id,
  seller_id,
  buyer_user_id,
  mii_class,
  qty,
  uom,
  unit_price,
  kind,
  gst_rate,
  decided_at,
  line_value,
  case when not is_interstate then trunc(gst / 2, 2) end as half_gst,
  case when is_interstate then gst end as igst
from taxed
left join product
  on product.category_id = taxed.category_id
  and product.number = 1 + floor(numbers * power(pg_temp.chance(id * 8 + line_no, 'product'), 2));

analyze line;

insert into gem.contract_item (
  contract_item_id, contract_id, line_no, product_id, category_id, consignee_id, qty, uom, unit_price, mrp_at_order,
  reference_unit_price, gst_rate, taxable_value, cgst, sgst, igst, line_value, delivery_due_on, mii_class_at_order,
  created_at, updated_at
)
select
  line_id,
  id,
  line_no,
  product_id,
  category_id,
  consignee_id,
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
  mii_class,
  decided_at,
  decided_at
from line
where is_order;

-- Goods that won a comparison stand in the catalogue: one offer for each seller and product.
create temporary table chosen_offer on commit drop as
select
  product_id,
  seller_id,
  2000000000 + min(line_id) as offer_id,
  min(unit_price) as offer_price,
  min(decided_at) - interval '20 days' as begins_at
from line
where is_order
  and buy_mode = 'L1'
  and product_id is not null
group by product_id, seller_id;

analyze chosen_offer;

insert into gem.catalogue_offer (
  offer_id, product_id, seller_id, offer_price, min_qty, stock_qty, status, valid_from, created_at, updated_at
)
select
  offer_id,
  product_id,
  seller_id,
  offer_price,
  1,
  100 + pg_temp.pick(offer_id, 'stock', 10000),
  'LIVE',
  greatest(begins_at, registered_at),
  greatest(begins_at, registered_at),
  greatest(begins_at, registered_at)
from chosen_offer
join seller_made using (seller_id);

insert into gem.l1_comparison (
  comparison_id, buyer_user_id, category_id, qty, compared_offer_count, manufacturer_count, lowest_price, median_price,
  selected_offer_id, compared_at, created_at, updated_at
)
with compared as (
  select
    id,
    min(buyer_user_id) as buyer_user_id,
    min(category_id) as category_id,
    sum(qty) as qty,
    min(unit_price) as lowest_price,
    max(unit_price) as highest_price,
    min(product_id) filter (where line_no = 1) as product_id,
    min(seller_id) as seller_id,
    min(decided_at) - interval '1 minute' * (20 + pg_temp.pick(id, 'compared', 300)) as compared_at,
    -- The rule asks for three makers; once in a while somebody does with two.
    case when pg_temp.chance(id, 'few makers') < 0.015 then 2 else 3 + pg_temp.pick(id, 'makers', 5) end as makers
  from line
  where is_order
    and buy_mode = 'L1'
  group by id
)
select
  id,
  buyer_user_id,
  category_id,
  qty,
  makers + pg_temp.pick(id, 'more offers', 6),
  makers,
  lowest_price,
  round(highest_price * (1.02 + 0.16 * pg_temp.chance(id, 'median'))::numeric, 2),
  offer_id,
  compared_at,
  compared_at,
  compared_at
from compared
left join chosen_offer using (product_id, seller_id);
