-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: surrogate_key_is_unique
-- No surrogate key stands twice.
select
    'brand_key=' || coalesce(cast(brand_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_brand
group by brand_key
having count(*) > 1;

-- check: natural_key_is_unique
-- No key of the source stands twice.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' brand_id=' || coalesce(cast(brand_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_brand
group by source_id, brand_id
having count(*) > 1;

-- check: unknown_member_stands_once
-- Facts whose key is unknown refer to -1.
select 'brand_key=-1 stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_brand
where brand_key = -1
having count(*) <> 1;

-- check: every_observed_key_is_there
-- What the load remembers of the source stands in the dimension.
select distinct
    'source_id=' || coalesce(cast(observed.source_id as varchar), 'null')
    || ' brand_id=' || coalesce(cast(observed.brand_id as varchar), 'null') as example
from ops.dim_brand_version as observed
left join mart.dim_brand as present
    on present.source_id = observed.source_id
    and present.brand_id = observed.brand_id
where present.brand_key is null;
