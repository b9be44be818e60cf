-- kind: sellers registered
with template as (
  select *, row_number() over (order by pg_temp.chance(seller_id, 'registers'), seller_id) as number
  from gem.seller
),
numbered as (
  select
    *,
    (select max(seller_id) from gem.seller where seller_id < pg_temp.id_limit()) + number as new_id
  from template
  where number <= (select pg_temp.share_of(count(*) / 5) from gem.seller)
),
made as (
  select *, pg_temp.moment(new_id, 'registered') as made_at
  from numbered
),
classed as (
  insert into gem.seller_classification (
    classification_id, seller_id, udyam_no, size, is_trader, is_women_owned, social_category, is_dpiit_startup, is_shg,
    is_artisan, valid_from, verified_at, created_at, updated_at
  )
  select
    (select max(classification_id) from gem.seller_classification where classification_id < pg_temp.id_limit())
      + row_number() over (order by new_id),
    new_id,
    left(udyam_no, 12) || lpad(new_id::text, 7, '0'),
    size,
    is_trader,
    is_women_owned,
    social_category,
    is_dpiit_startup,
    is_shg,
    is_artisan,
    (%(since)s::timestamptz at time zone 'Asia/Kolkata')::date,
    made_at,
    made_at,
    made_at
  from made
  join gem.seller_classification as class using (seller_id)
  where class.valid_to is null
),
numbered_for_tax as (
  select
    new_id,
    'Z' || chr(65 + mod(new_id / 260000, 26)::integer) || chr(65 + mod(new_id / 10000, 26)::integer)
      || substr(pan, 4, 2) || lpad(mod(new_id, 10000)::text, 4, '0') || substr(pan, 10, 1) as new_pan
  from made
),
registered_for_tax as (
  insert into gem.seller_gstin (gstin, seller_id, state_code, is_primary, created_at, updated_at)
  select
    registered_state_code || new_pan || '1Z' || pg_temp.gstin_check(registered_state_code || new_pan || '1Z'),
    new_id,
    registered_state_code,
    true,
    made_at,
    made_at
  from made
  join numbered_for_tax using (new_id)
  where new_pan is not null
    and registered_state_code is not null
)
insert into gem.seller (
  seller_id, legal_name, pan, constitution, seller_type, status, registered_on, registered_state_code, pincode,
  avg_rating, created_at, updated_at
)
select
  new_id,
  replace(legal_name, seller_id::text, new_id::text),
  new_pan,
  constitution,
  seller_type,
  'ACTIVE',
  (%(since)s::timestamptz at time zone 'Asia/Kolkata')::date,
  registered_state_code,
  pincode,
  null,
  made_at,
  made_at
from made
join numbered_for_tax using (new_id);

-- kind: sellers of another class
-- From a day that begins after every offer made so far: a claim of preference stays true.
with dated as (
  select
    *,
    (%(since)s::timestamptz at time zone 'Asia/Kolkata')::date
      + 1 + floor(7 * pg_temp.chance(seller_id, 'class day'))::integer as changes_on,
    pg_temp.moment(seller_id, 'class') as changed_at
  from gem.seller_classification
  join trader using (seller_id)
  where valid_to is null
    and size is not null
),
chosen as (
  select *
  from dated
  where valid_from < changes_on
  order by pg_temp.chance(seller_id, 'class'), seller_id
  limit (select pg_temp.share_of(count(*)) from trader)
),
closed as (
  update gem.seller_classification as class
  set valid_to = changes_on, updated_at = changed_at
  from chosen
  where class.classification_id = chosen.classification_id
)
insert into gem.seller_classification (
  classification_id, seller_id, udyam_no, size, is_trader, is_women_owned, social_category, is_dpiit_startup, is_shg,
  is_artisan, valid_from, verified_at, created_at, updated_at
)
select
  (select max(classification_id) from gem.seller_classification where classification_id < pg_temp.id_limit())
    + row_number() over (order by seller_id),
  seller_id,
  udyam_no,
  case
    when size = 'MICRO' then 'SMALL'
    when size = 'LARGE' then 'MEDIUM'
    when size = 'SMALL' then 'MEDIUM'
    when pg_temp.chance(seller_id, 'shrinks') < 0.5 then 'SMALL'
    else 'LARGE'
  end,
  is_trader,
  is_women_owned,
  social_category,
  is_dpiit_startup,
  is_shg,
  is_artisan,
  changes_on,
  changed_at,
  changed_at,
  changed_at
from chosen;

-- kind: sellers renamed
-- Back and forth over the rounds: a name may return.
update gem.seller
set
  legal_name = case
    when starts_with(legal_name, 'M/s ') then substr(legal_name, 5)
    else 'M/s ' || legal_name
  end,
  updated_at = greatest(updated_at, pg_temp.moment(seller_id, 'name'))
where seller_id in (
  select seller_id
  from trader
  order by pg_temp.chance(seller_id, 'name'), seller_id
  limit (select pg_temp.share_of(count(*)) from trader)
);

-- kind: sellers suspended or back
update gem.seller
set
  status = case when status = 'ACTIVE' then 'SUSPENDED' else 'ACTIVE' end,
  updated_at = greatest(updated_at, pg_temp.moment(seller_id, 'suspended'))
where seller_id in (
  select seller_id
  from trader
  order by pg_temp.chance(seller_id, 'suspended'), seller_id
  limit (select pg_temp.share_of(count(*) / 3) from trader)
);

-- kind: sellers given a name that is hard to carry
-- Other scripts, quotes, what looks like a command, a file or nothing at all, an empty text, spaces at both ends.
update gem.seller
set
  legal_name = (
    array[
      'श्री गणेश ट्रेडर्स एवं संस ' || seller_id,
      'தமிழ் நிறுவனம் 😀 ' || seller_id,
      'O''Brien "& Sons", Ltd.; drop table seller; --',
      E'Tab\there, line\nthere, back\\slash \\N',
      'NULL',
      '',
      '  spaces at both ends  ',
      '{"name": "json", "rows": [1, 2]}',
      E'e\u0301 is not \u00e9, and a zero-width\u200bspace'
    ]
  )[1 + floor(9 * pg_temp.chance(seller_id, 'odd name'))::integer],
  updated_at = greatest(updated_at, pg_temp.moment(seller_id, 'odd'))
where seller_id in (
  select seller_id
  from trader
  order by pg_temp.chance(seller_id, 'odd'), seller_id
  limit (select pg_temp.share_of(count(*) / 4) from trader)
);

-- kind: sellers whose number turned empty, unknown or known
update gem.seller_classification
set
  udyam_no = case when udyam_no is null then '' when udyam_no = '' then 'UDYAM-XX-00-' || lpad(seller_id::text, 7, '0') end,
  updated_at = greatest(updated_at, pg_temp.moment(seller_id, 'udyam'))
where classification_id in (
  select classification_id
  from gem.seller_classification
  where valid_to is null
  order by pg_temp.chance(seller_id, 'udyam'), classification_id
  limit (select pg_temp.share_of(count(*) / 10) from gem.seller)
);

-- kind: sellers registered in another state
insert into gem.seller_gstin (gstin, seller_id, state_code, is_primary, created_at, updated_at)
with chosen as (
  select
    seller_id,
    pan,
    (
      select state_code
      from gem.state_ref
      where not exists (
        select
        from gem.seller_gstin as present
        where present.seller_id = seller.seller_id
          and present.state_code = state_ref.state_code
      )
      order by pg_temp.chance(seller_id, 'branch in ' || state_code), state_code
      limit 1
    ) as state_code
  from gem.seller
  join trader using (seller_id)
  where pan is not null
  order by pg_temp.chance(seller_id, 'branch'), seller_id
  limit (select pg_temp.share_of(count(*) / 5) from trader)
)
select
  state_code || pan || '1Z' || pg_temp.gstin_check(state_code || pan || '1Z'),
  seller_id,
  state_code,
  false,
  pg_temp.moment(seller_id, 'branch'),
  pg_temp.moment(seller_id, 'branch')
from chosen
where state_code is not null;

-- kind: sellers deleted
-- Only those that never sold and never offered: nothing may refer to what is gone.
drop table if exists pg_temp.doomed;

create temporary table doomed on commit drop as
select seller_id
from gem.seller
where created_at < %(since)s
  and not exists (select from gem.contract where contract.seller_id = seller.seller_id)
  and not exists (select from gem.bid_participation as offer where offer.seller_id = seller.seller_id)
  and not exists (select from gem.catalogue_offer as offer where offer.seller_id = seller.seller_id)
  and not exists (select from gem.brand where brand.oem_seller_id = seller.seller_id)
order by pg_temp.chance(seller_id, 'deleted'), seller_id
limit (select pg_temp.share_of(count(*) / 20) from gem.seller);

delete from gem.seller_gstin
where seller_id in (select seller_id from doomed);

delete from gem.seller_classification
where seller_id in (select seller_id from doomed);

delete from gem.seller
where seller_id in (select seller_id from doomed);
