-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: surrogate_key_is_unique
-- No surrogate key stands twice.
select
    'policy_parameter_key=' || coalesce(cast(policy_parameter_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_policy_parameter
group by policy_parameter_key
having count(*) > 1;

-- check: natural_key_is_unique
-- No key of the source stands twice.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' param_code=' || coalesce(cast(param_code as varchar), 'null')
    || ' valid_from=' || coalesce(cast(valid_from as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_policy_parameter
group by source_id, param_code, valid_from
having count(*) > 1;

-- check: unknown_member_stands_once
-- Facts whose key is unknown refer to -1.
select 'policy_parameter_key=-1 stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_policy_parameter
where policy_parameter_key = -1
having count(*) <> 1;

-- check: every_observed_key_is_there
-- What the load remembers of the source stands in the dimension.
select distinct
    'source_id=' || coalesce(cast(observed.source_id as varchar), 'null')
    || ' param_code=' || coalesce(cast(observed.param_code as varchar), 'null') as example
from ops.dim_policy_parameter_version as observed
left join mart.dim_policy_parameter as present
    on present.source_id = observed.source_id
    and present.param_code = observed.param_code
where present.policy_parameter_key is null;

-- check: versions_are_contiguous
-- From the beginning of time to its end each instant has one version of a key.
with version as (
    select
        source_id,
        param_code,
        valid_from,
        valid_to,
        lag(valid_to) over (partition by source_id, param_code order by valid_from) as valid_to_before,
        lead(valid_from) over (partition by source_id, param_code order by valid_from) as next_from
    from mart.dim_policy_parameter
)
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' param_code=' || coalesce(cast(param_code as varchar), 'null')
    || ' valid_to_before=' || coalesce(cast(valid_to_before as varchar), 'null')
    || ' valid_from=' || coalesce(cast(valid_from as varchar), 'null')
    || ' valid_to=' || coalesce(cast(valid_to as varchar), 'null')
    || ' next_from=' || coalesce(cast(next_from as varchar), 'null') as example
from version
where valid_from <> coalesce(valid_to_before, cast('1900-01-01 00:00:00' as timestamp))
    or valid_to <> coalesce(next_from, cast('9999-12-31 00:00:00' as timestamp));

-- check: one_version_is_current
-- Of each key one version is current: the one that is valid to the end of time.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' param_code=' || coalesce(cast(param_code as varchar), 'null') as example
from mart.dim_policy_parameter
group by source_id, param_code
having sum(case when is_current then 1 else 0 end) <> 1
    or max(case when is_current then valid_to end) <> cast('9999-12-31 00:00:00' as timestamp);
