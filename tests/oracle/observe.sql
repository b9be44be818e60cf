-- Notes what the source shows now as one more round. A row is as old as the newest of the rows that say what it is: an
-- office changes with its ministry.
insert into oracle.seen_buyer
with recursive path as (
  select org_id, org_id as at_id, parent_org_id, level, updated_at, 0 as hop
  from gem.buyer_organisation
  union all
  select path.org_id, above.org_id, above.parent_org_id, above.level, above.updated_at, hop + 1
  from path
  join gem.buyer_organisation as above on above.org_id = path.parent_org_id
  where hop < 10
),
placed as (
  select
    org_id,
    (array_agg(at_id order by hop) filter (where level = 'MINISTRY'))[1] as ministry_id,
    max(updated_at) as observed_at
  from path
  group by org_id
)
select
  (select coalesce(max(round), 0) + 1 from oracle.seen_buyer),
  org_id,
  govt_tier,
  state_code,
  is_ppp_mse_bound,
  ministry_id,
  observed_at
from placed
join gem.buyer_organisation using (org_id);

insert into oracle.seen_category
with recursive path as (
  select category_id, parent_category_id, updated_at, 0 as hop
  from gem.category
  union all
  select path.category_id, above.parent_category_id, above.updated_at, hop + 1
  from path
  join gem.category as above on above.category_id = path.parent_category_id
  where hop < 10
)
select
  (select coalesce(max(round), 0) + 1 from oracle.seen_category),
  category_id,
  kind,
  hsn_sac,
  max(path.updated_at)
from path
join gem.category using (category_id)
group by category_id, kind, hsn_sac;

insert into oracle.seen_seller
select
  (select coalesce(max(round), 0) + 1 from oracle.seen_seller), seller_id, status, registered_on, registered_state_code
from gem.seller;

-- Where a seller is gone, its classes are gone with it and the last ones seen hold; the round is that of the sellers.
insert into oracle.seen_classification
select (select max(round) from oracle.seen_seller), *
from gem.seller_classification;

insert into oracle.seen_consignee
select (select coalesce(max(round), 0) + 1 from oracle.seen_consignee), consignee_id, state_code
from gem.consignee_location;
