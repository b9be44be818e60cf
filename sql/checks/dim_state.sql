-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: surrogate_key_is_unique
-- No surrogate key stands twice.
select
    'state_key=' || coalesce(cast(state_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_state
group by state_key
having count(*) > 1;

-- check: natural_key_is_unique
-- No key of the source stands twice.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' state_code=' || coalesce(cast(state_code as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_state
group by source_id, state_code
having count(*) > 1;

-- check: unknown_member_stands_once
-- Facts whose key is unknown refer to -1.
select 'state_key=-1 stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_state
where state_key = -1
having count(*) <> 1;

-- check: every_observed_key_is_there
-- What the load remembers of the source stands in the dimension.
select distinct
    'source_id=' || coalesce(cast(observed.source_id as varchar), 'null')
    || ' state_code=' || coalesce(cast(observed.state_code as varchar), 'null') as example
from ops.dim_state_version as observed
left join mart.dim_state as present
    on present.source_id = observed.source_id
    and present.state_code = observed.state_code
where present.state_key is null;
