-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: surrogate_key_is_unique
-- No surrogate key stands twice.
select
    'consignee_key=' || coalesce(cast(consignee_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_consignee
group by consignee_key
having count(*) > 1;

-- check: natural_key_is_unique
-- No key of the source stands twice.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' consignee_id=' || coalesce(cast(consignee_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_consignee
group by source_id, consignee_id
having count(*) > 1;

-- check: unknown_member_stands_once
-- Facts whose key is unknown refer to -1.
select 'consignee_key=-1 stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_consignee
where consignee_key = -1
having count(*) <> 1;

-- check: every_observed_key_is_there
-- What the load remembers of the source stands in the dimension.
select distinct
    'source_id=' || coalesce(cast(observed.source_id as varchar), 'null')
    || ' consignee_id=' || coalesce(cast(observed.consignee_id as varchar), 'null') as example
from ops.dim_consignee_version as observed
left join mart.dim_consignee as present
    on present.source_id = observed.source_id
    and present.consignee_id = observed.consignee_id
where present.consignee_key is null;
