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
-- Offices below which nothing stands and that have bought nothing.
delete from gem.buyer_organisation
where org_id in (
  select org_id
  from gem.buyer_organisation as office
  where updated_at < %(since)s
    and not exists (select from gem.buyer_organisation as below where below.parent_org_id = office.org_id)
    and not exists (select from gem.contract where contract.org_id = office.org_id)
    and not exists (select from gem.bid where bid.org_id = office.org_id)
  order by pg_temp.chance(org_id, 'deleted'), org_id
  limit (select pg_temp.share_of(count(*) / 100) from gem.buyer_organisation)
);

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
