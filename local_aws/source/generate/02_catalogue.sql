-- Brands and their makers, the products of each category of goods, and what sellers ask for them.

create temporary table maker on commit drop as
select seller_id, registered_on, row_number() over (order by seller_id) - 1 as slot, count(*) over () as slots
from gem.seller
-- Of the first block, which was there before the catalogue.
where seller_type = 'OEM'
  and seller_id <= (select slots from seller_block);

insert into gem.brand (brand_id, brand_name, oem_seller_id, created_at, updated_at)
select
  brand_id,
  concat_ws(
    ' ',
    (array['Surya', 'Bharat', 'Ashoka', 'Himgiri', 'Vayu', 'Indus', 'Deccan', 'सूर्य', 'गरुड़'])[
      1 + pg_temp.pick(brand_id, 'brand', 9)
    ],
    (array['Tech', 'Prime', 'Plus', 'Line', 'Works', 'शक्ति'])[1 + pg_temp.pick(brand_id, 'brand line', 6)],
    brand_id
  ),
  seller_id,
  made_at,
  made_at
from (select distinct category_id / 100 as branch from leaf where kind = 'PRODUCT') as branches
cross join generate_series(1, 5) as number
cross join lateral (select branch * 10 + number as brand_id) as identified
join maker on maker.slot = pg_temp.pick(brand_id, 'maker', slots)
cross join lateral (
  select (registered_on + 1 + pg_temp.pick(brand_id, 'brand day', 100) + time '12:00') at time zone 'Asia/Kolkata'
    as made_at
) as dated;

create temporary table product on commit drop as
select
  category_id,
  number,
  numbers,
  category_id * 100 + number as product_id,
  price,
  case
    when pg_temp.chance(category_id * 100 + number, 'mii') < 0.7 then 'I'
    when pg_temp.chance(category_id * 100 + number, 'mii') < 0.9 then 'II'
    else 'NON_LOCAL'
  end as mii_class
from leaf
cross join lateral (select least(99, 2 + %(contracts)s / 400) as numbers) as size
cross join lateral generate_series(1, numbers) as number
where kind = 'PRODUCT';

analyze product;

insert into gem.catalogue_product (
  product_id, category_id, brand_id, model, mrp, country_of_origin, local_content_pct, mii_class, created_at, updated_at
)
select
  product_id,
  category_id,
  category_id / 100 * 10 + 1 + mod(number, 5),
  concat_ws('-', 'M' || number, (array['A', 'B', 'X', 'उन्नत'])[1 + pg_temp.pick(product_id, 'model', 4)]),
  round((price * (1.3 + 0.9 * pg_temp.chance(product_id, 'mrp')))::numeric, 0),
  case
    when mii_class <> 'NON_LOCAL' then 'India'
    else (array['China', 'Germany', 'Japan', 'United States', 'Viet Nam'])[1 + pg_temp.pick(product_id, 'origin', 5)]
  end,
  case mii_class
    when 'I' then 50 + pg_temp.pick(product_id, 'content', 51)
    when 'II' then 20 + pg_temp.pick(product_id, 'content', 30)
    else pg_temp.pick(product_id, 'content', 20)
  end,
  mii_class,
  listed_at,
  listed_at
from product
cross join lateral (
  select (date '2020-12-01' + pg_temp.pick(product_id, 'listed', 100) + time '12:00') at time zone 'Asia/Kolkata'
    as listed_at
) as dated;

insert into gem.catalogue_offer (
  offer_id, product_id, seller_id, offer_price, min_qty, stock_qty, status, valid_from, valid_to, created_at, updated_at
)
select
  product_id * 100 + offer_no,
  product_id,
  seller.seller_id,
  round((price * (0.75 + 0.5 * pg_temp.chance(draw, 'offer price')))::numeric, 2),
  (array[1, 1, 1, 5, 10])[1 + pg_temp.pick(draw, 'min qty', 5)],
  pg_temp.pick(draw, 'stock', 5000),
  case
    when ends_at < pg_temp.data_end() then 'WITHDRAWN'
    when pg_temp.chance(draw, 'paused') < 0.06 then 'PAUSED'
    else 'LIVE'
  end,
  begins_at,
  case when ends_at < pg_temp.data_end() then ends_at end,
  begins_at,
  case when ends_at < pg_temp.data_end() then ends_at else begins_at end
from product
cross join generate_series(1, 4) as offer_no
cross join lateral (select product_id * 100 + offer_no as draw) as drawn
cross join seller_block as block
join seller_made as seller
  on seller.seller_id
    = pg_temp.pick(draw, 'offer block', blocks) * block.slots + pg_temp.pick(draw, 'offer slot', block.slots) + 1
cross join lateral (
  select least(
    greatest(registered_at, timestamptz '2021-03-15 12:00:00+05:30')
      + interval '1 hour' * pg_temp.pick(draw, 'offered', 240),
    pg_temp.data_end() - interval '1 hour'
  ) as begins_at
) as begun
cross join lateral (
  select case
    when pg_temp.chance(draw, 'ends') < 0.45
      then begins_at + interval '1 day' * (60 + pg_temp.pick(draw, 'ends when', 1200))
    else 'infinity'
  end as ends_at
) as ended;
