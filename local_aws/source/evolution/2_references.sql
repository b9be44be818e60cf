-- kind: organisations renamed
-- A ministry too: that is news for every office below it.
update gem.buyer_organisation
set
  name = case
    when right(name, 14) = ' (reorganised)' then left(name, -14)
    else name || ' (reorganised)'
  end,
  updated_at = pg_temp.moment(org_id, 'org name')
where org_id in (
  select org_id
  from (
    select
      org_id,
      row_number() over (
        partition by level = 'MINISTRY' order by pg_temp.chance(org_id, 'org name'), org_id
      ) as rank
    from gem.buyer_organisation
  ) as ranked
  where rank <= (select pg_temp.share_of(count(*) / 50) from gem.buyer_organisation)
);

-- kind: organisations moved to another ministry
with moving as (
  select
    department.org_id,
    (
      select ministry.org_id
      from gem.buyer_organisation as ministry
      where ministry.level = 'MINISTRY'
        and ministry.org_id <> department.parent_org_id
      order by pg_temp.chance(ministry.org_id, 'takes over'), ministry.org_id
      limit 1
    ) as ministry_id
  from gem.buyer_organisation as department
  join gem.buyer_organisation as ministry on ministry.org_id = department.parent_org_id
  where department.level = 'DEPARTMENT'
    and ministry.level = 'MINISTRY'
  order by pg_temp.chance(department.org_id, 'org moves'), department.org_id
  limit 1
)
update gem.buyer_organisation as organisation
set
  parent_org_id = ministry_id,
  updated_at = greatest(updated_at, pg_temp.moment(organisation.org_id, 'org moves'))
from moving
where organisation.org_id = moving.org_id
  and ministry_id is not null;

-- kind: categories renamed
update gem.category
set
  name = case when right(name, 5) = ' (V2)' then left(name, -5) else name || ' (V2)' end,
  updated_at = pg_temp.moment(category_id, 'category name')
where category_id in (
  select category_id
  from gem.category
  order by pg_temp.chance(category_id, 'category name'), category_id
  limit (select pg_temp.share_of(count(*) / 10) from gem.category)
);

-- kind: categories whose code turned empty, unknown or known
update gem.category
set
  hsn_sac = case when hsn_sac is null then '' when hsn_sac = '' then '99' || mod(category_id, 10) end,
  updated_at = greatest(updated_at, pg_temp.moment(category_id, 'code'))
where category_id in (
  select category_id
  from gem.category
  order by pg_temp.chance(category_id, 'code'), category_id
  limit (select pg_temp.share_of(count(*) / 10) from gem.category)
);

-- kind: organisations deleted
-- Offices below which nothing stands and that have bought nothing; their people and places go with them.
drop table if exists pg_temp.doomed;

create temporary table doomed on commit drop as
select org_id
from gem.buyer_organisation as office
where updated_at < %(since)s
  and not exists (select from gem.buyer_organisation as below where below.parent_org_id = office.org_id)
  and not exists (select from gem.contract where contract.org_id = office.org_id)
  and not exists (select from gem.bid where bid.org_id = office.org_id)
order by pg_temp.chance(org_id, 'deleted'), org_id
limit (select pg_temp.share_of(count(*) / 100) from gem.buyer_organisation);

delete from gem.buyer_user
where org_id in (select org_id from doomed);

delete from gem.consignee_location
where org_id in (select org_id from doomed);

delete from gem.buyer_organisation
where org_id in (select org_id from doomed);

-- kind: categories deleted
delete from gem.category
where category_id in (
  select category_id
  from gem.category as leaf
  where updated_at < %(since)s
    and not exists (select from gem.category as below where below.parent_category_id = leaf.category_id)
    and not exists (select from gem.contract_item as line where line.category_id = leaf.category_id)
    and not exists (select from gem.bid_item as line where line.category_id = leaf.category_id)
    and not exists (select from gem.bid where bid.category_id = leaf.category_id)
    and not exists (select from gem.catalogue_product as product where product.category_id = leaf.category_id)
    and not exists (select from gem.l1_comparison as compared where compared.category_id = leaf.category_id)
  order by pg_temp.chance(category_id, 'deleted'), category_id
  limit 1
);

-- kind: categories added
-- So that there always is one that nothing refers to, and that a later round may delete.
insert into gem.category (
  category_id, parent_category_id, name, level, kind, hsn_sac, gst_rate, is_mse_reserved, is_active, created_at,
  updated_at
)
select
  (select max(category_id) + 1 from gem.category where category_id < pg_temp.id_limit()),
  parent_category_id,
  name || ' (new)',
  level,
  kind,
  hsn_sac,
  gst_rate,
  is_mse_reserved,
  is_active,
  pg_temp.moment(category_id, 'category added'),
  pg_temp.moment(category_id, 'category added')
from gem.category as leaf
where octet_length(name) < 500
  and not exists (select from gem.category as below where below.parent_category_id = leaf.category_id)
order by pg_temp.chance(category_id, 'added'), category_id
limit 1;

-- kind: users moved to another office
-- Who bought stays known by the number; a post may be given up too.
update gem.buyer_user
set
  org_id = case
    when pg_temp.chance(user_id, 'leaves') < 0.3 then buyer_user.org_id
    else (
      select other.org_id
      from gem.buyer_organisation as other
      where other.level = 'OFFICE'
        and other.state_code = office.state_code
      order by pg_temp.chance(other.org_id, 'takes ' || user_id), other.org_id
      limit 1
    )
  end,
  is_active = pg_temp.chance(user_id, 'leaves') >= 0.3,
  updated_at = greatest(buyer_user.updated_at, pg_temp.moment(user_id, 'user moves'))
from gem.buyer_organisation as office
where office.org_id = buyer_user.org_id
  and office.level = 'OFFICE'
  and user_id in (
    select user_id
    from gem.buyer_user
    where role <> 'HOD'
    order by pg_temp.chance(user_id, 'user moves'), user_id
    limit (select pg_temp.share_of(count(*) / 40) from gem.buyer_user)
  );

-- kind: consignees moved
-- Within the state, or the tax of what they ordered would be another.
update gem.consignee_location
set
  pincode = left(pincode, 2) || lpad(pg_temp.pick(consignee_id, 'new pin', 10000)::text, 4, '0'),
  district = case when right(district, 6) = ' (New)' then left(district, -6) else district || ' (New)' end,
  address = 'नया भंडार, भवन ' || (1 + pg_temp.pick(consignee_id, 'building', 90)),
  updated_at = pg_temp.moment(consignee_id, 'moves')
where consignee_id in (
  select consignee_id
  from gem.consignee_location
  order by pg_temp.chance(consignee_id, 'moves'), consignee_id
  limit (select pg_temp.share_of(count(*) / 20) from gem.consignee_location)
);

-- kind: policy changed
-- A rate that is in force ends with the day before, and another begins: not twice on one day.
with ended as (
  select *
  from gem.policy_parameter
  where effective_to is null
    and effective_from < pg_temp.indian_day(%(since)s)
    and param_code in ('PENAL_INTEREST_PCT_MONTH', 'CRAC_DAYS', 'SPLIT_WINDOW_DAYS', 'BID_CLOSURE_DAYS')
  order by pg_temp.chance(num_value::bigint, 'policy ' || param_code), param_code
  limit 1
),
closed as (
  update gem.policy_parameter as present
  set
    effective_to = pg_temp.indian_day(%(since)s),
    updated_at = pg_temp.moment(0, 'policy')
  from ended
  where present.param_code = ended.param_code
    and present.effective_from = ended.effective_from
)
insert into gem.policy_parameter (
  param_code, effective_from, num_value, text_value, authority_ref, created_at, updated_at
)
select
  param_code,
  pg_temp.indian_day(%(since)s),
  num_value + case when pg_temp.chance(0, 'higher') < 0.5 or num_value <= 1 then 1 else -1 end,
  text_value,
  'A change made up by a round of the local cloud',
  pg_temp.moment(0, 'policy'),
  pg_temp.moment(0, 'policy')
from ended;

-- kind: brands renamed
update gem.brand
set
  brand_name = case when right(brand_name, 4) = ' Neo' then left(brand_name, -4) else brand_name || ' Neo' end,
  updated_at = pg_temp.moment(brand_id, 'brand name')
where brand_id in (
  select brand_id
  from gem.brand
  order by pg_temp.chance(brand_id, 'brand name'), brand_id
  limit (select pg_temp.share_of(count(*) / 10) from gem.brand)
);
