-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: surrogate_key_is_unique
-- No surrogate key stands twice.
select
    'buyer_user_key=' || coalesce(cast(buyer_user_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_buyer_user
group by buyer_user_key
having count(*) > 1;

-- check: natural_key_is_unique
-- No key of the source stands twice.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' user_id=' || coalesce(cast(user_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_buyer_user
group by source_id, user_id
having count(*) > 1;

-- check: unknown_member_stands_once
-- Facts whose key is unknown refer to -1.
select 'buyer_user_key=-1 stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_buyer_user
where buyer_user_key = -1
having count(*) <> 1;

-- check: every_observed_key_is_there
-- What the load remembers of the source stands in the dimension.
select distinct
    'source_id=' || coalesce(cast(observed.source_id as varchar), 'null')
    || ' user_id=' || coalesce(cast(observed.user_id as varchar), 'null') as example
from ops.dim_buyer_user_version as observed
left join mart.dim_buyer_user as present
    on present.source_id = observed.source_id
    and present.user_id = observed.user_id
where present.buyer_user_key is null;
