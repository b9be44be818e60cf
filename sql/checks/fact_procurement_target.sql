-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one target of one bound organisation in one financial year.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' org_id=' || coalesce(cast(org_id as varchar), 'null')
    || ' year_begins_date_key=' || coalesce(cast(year_begins_date_key as varchar), 'null')
    || ' target_code=' || coalesce(cast(target_code as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.fact_procurement_target
group by source_id, org_id, year_begins_date_key, target_code
having count(*) > 1;

-- check: buyer_org_key_has_its_member
-- Every buyer_org_key stands in dim_buyer_org.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' org_id=' || coalesce(cast(fact.org_id as varchar), 'null')
    || ' year_begins_date_key=' || coalesce(cast(fact.year_begins_date_key as varchar), 'null')
    || ' target_code=' || coalesce(cast(fact.target_code as varchar), 'null')
    || ' buyer_org_key=' || coalesce(cast(fact.buyer_org_key as varchar), 'null') as example
from mart.fact_procurement_target as fact
left join mart.dim_buyer_org as member
    on member.buyer_org_key = fact.buyer_org_key
where member.buyer_org_key is null;

-- check: buyer_org_key_is_of_its_event
-- Every buyer_org_key is the version that was valid at year_begins_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' org_id=' || coalesce(cast(fact.org_id as varchar), 'null')
    || ' year_begins_date_key=' || coalesce(cast(fact.year_begins_date_key as varchar), 'null')
    || ' target_code=' || coalesce(cast(fact.target_code as varchar), 'null')
    || ' year_begins_at=' || coalesce(cast(fact.year_begins_at as varchar), 'null')
    || ' buyer_org_key=' || coalesce(cast(fact.buyer_org_key as varchar), 'null') as example
from mart.fact_procurement_target as fact
left join mart.dim_buyer_org as member
    on member.source_id = fact.source_id
    and member.org_id = fact.org_id
    and member.valid_from <= fact.year_begins_at
    and member.valid_to > fact.year_begins_at
where fact.buyer_org_key <> member.buyer_org_key
    or (member.buyer_org_key is null and fact.buyer_org_key >= 0);

-- check: year_begins_date_key_has_its_member
-- Every year_begins_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' org_id=' || coalesce(cast(fact.org_id as varchar), 'null')
    || ' year_begins_date_key=' || coalesce(cast(fact.year_begins_date_key as varchar), 'null')
    || ' target_code=' || coalesce(cast(fact.target_code as varchar), 'null')
    || ' year_begins_date_key=' || coalesce(cast(fact.year_begins_date_key as varchar), 'null') as example
from mart.fact_procurement_target as fact
left join mart.dim_date as member
    on member.date_key = fact.year_begins_date_key
where member.date_key is null;
