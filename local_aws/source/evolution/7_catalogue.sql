-- The catalogue lives: prices, offers that come and go, products made with more that is local.

-- kind: offers at another price
update gem.catalogue_offer
set
  offer_price = round(offer_price * (0.9 + 0.2 * pg_temp.chance(offer_id, 'new price'))::numeric, 2),
  stock_qty = pg_temp.pick(offer_id, 'new stock', 5000),
  updated_at = pg_temp.moment(offer_id, 'price')
where offer_id in (
  select offer_id
  from gem.catalogue_offer
  where status = 'LIVE'
  order by pg_temp.chance(offer_id, 'price'), offer_id
  limit (select pg_temp.share_of(count(*) / 2) from gem.catalogue_offer)
);

-- kind: offers ended
update gem.catalogue_offer
set
  status = 'WITHDRAWN',
  valid_to = pg_temp.moment(offer_id, 'ended'),
  updated_at = greatest(updated_at, pg_temp.moment(offer_id, 'ended'))
where offer_id in (
  select offer_id
  from gem.catalogue_offer
  where valid_to is null
    and valid_from < %(since)s
  order by pg_temp.chance(offer_id, 'ended'), offer_id
  limit (select pg_temp.share_of(count(*) / 10) from gem.catalogue_offer)
);

-- kind: offers made
-- Of a product that another seller offers already, at a price near it.
insert into gem.catalogue_offer (
  offer_id, product_id, seller_id, offer_price, min_qty, stock_qty, status, valid_from, created_at, updated_at
)
with copied as (
  select *
  from gem.catalogue_offer
  where valid_from < %(since)s
  order by pg_temp.chance(offer_id, 'copied'), offer_id
  limit (select pg_temp.share_of(count(*) / 10) from gem.catalogue_offer)
),
chosen as (
  select
    copied.*,
    (
      select seller_id
      from trader
      order by pg_temp.chance(seller_id, 'offers ' || offer_id), seller_id
      limit 1
    ) as new_seller_id,
    (select max(offer_id) from gem.catalogue_offer where offer_id < pg_temp.id_limit())
      + row_number() over (order by offer_id) as new_id
  from copied
)
select
  new_id,
  product_id,
  new_seller_id,
  round(offer_price * (0.95 + 0.1 * pg_temp.chance(new_id, 'near'))::numeric, 2),
  1,
  stock_qty,
  'LIVE',
  pg_temp.moment(new_id, 'made'),
  pg_temp.moment(new_id, 'made'),
  pg_temp.moment(new_id, 'made')
from chosen
where new_seller_id is not null;

-- kind: offers given to another product
with moving as (
  select offer_id, product_id, category_id
  from gem.catalogue_offer
  join gem.catalogue_product using (product_id)
  order by pg_temp.chance(offer_id, 'misplaced'), offer_id
  limit (select pg_temp.share_of(count(*) / 40) from gem.catalogue_offer)
)
update gem.catalogue_offer as offer
set
  product_id = other.product_id,
  updated_at = greatest(offer.updated_at, pg_temp.moment(offer.offer_id, 'misplaced'))
from moving
cross join lateral (
  select product.product_id
  from gem.catalogue_product as product
  where product.category_id = moving.category_id
    and product.product_id <> moving.product_id
  order by pg_temp.chance(product.product_id, 'placed right'), product.product_id
  limit 1
) as other
where offer.offer_id = moving.offer_id;

-- kind: products of another class of local content
-- Most rise with their local content; a few fall.
update gem.catalogue_product
set
  local_content_pct = case when mii_class = 'I' then 35 else 60 end,
  mii_class = case when mii_class = 'I' then 'II' else 'I' end,
  country_of_origin = 'India',
  updated_at = pg_temp.moment(product_id, 'local content')
where product_id in (
  select product_id
  from gem.catalogue_product
  where mii_class <> 'I'
    or pg_temp.chance(product_id, 'falls') < 0.1
  order by pg_temp.chance(product_id, 'local content'), product_id
  limit (select pg_temp.share_of(count(*) / 4) from gem.catalogue_product)
);

-- kind: products at another printed price
update gem.catalogue_product
set
  mrp = round(mrp * 1.05, 0),
  updated_at = greatest(updated_at, pg_temp.moment(product_id, 'mrp'))
where product_id in (
  select product_id
  from gem.catalogue_product
  order by pg_temp.chance(product_id, 'mrp'), product_id
  limit (select pg_temp.share_of(count(*) / 4) from gem.catalogue_product)
);

-- kind: products deleted
-- That nobody ever ordered, with their offers; a comparison would miss its choice.
drop table if exists pg_temp.doomed;

create temporary table doomed on commit drop as
select product_id
from gem.catalogue_product as product
where updated_at < %(since)s
  and not exists (select from gem.contract_item as line where line.product_id = product.product_id)
  and not exists (
    select
    from gem.l1_comparison
    join gem.catalogue_offer as offer on offer.offer_id = selected_offer_id
    where offer.product_id = product.product_id
  )
order by pg_temp.chance(product_id, 'deleted'), product_id
limit (select pg_temp.share_of(count(*) / 100) from gem.catalogue_product);

delete from gem.catalogue_offer
where product_id in (select product_id from doomed);

delete from gem.catalogue_product
where product_id in (select product_id from doomed);
