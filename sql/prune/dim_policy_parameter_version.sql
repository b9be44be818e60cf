-- Generated from gem.contracts by `gem contracts generate`; do not edit.

create temp table repeated_dim_policy_parameter as
with seen as (
    select distinct
        known.source_id,
        known.param_code,
        moved_mark.batch_seq as mark
    from ops.dim_policy_parameter_version as known
    join moved_mark
        on moved_mark.source_id = known.source_id
    where known.batch_seq > moved_mark.seq_before
        and known.batch_seq <= moved_mark.batch_seq
),
observation as (
    select distinct
        known.source_id,
        known.param_code,
        known.batch_seq,
        known.observed_at,
        known.observation_hash
    from ops.dim_policy_parameter_version as known
    join seen
        on seen.source_id = known.source_id
        and seen.param_code = known.param_code
    where known.batch_seq <= seen.mark
),
step as (
    select
        source_id,
        param_code,
        batch_seq,
        observation_hash,
        max(observed_at) over (partition by source_id, param_code order by batch_seq rows unbounded preceding) as newest_change,
        lag(observation_hash) over (partition by source_id, param_code order by batch_seq) as hash_before
    from observation
),
run as (
    select
        source_id,
        param_code,
        batch_seq,
        newest_change,
        sum(case when hash_before = observation_hash then 0 else 1 end)
            over (partition by source_id, param_code order by batch_seq rows unbounded preceding) as run_no
    from step
),
ranked as (
    select
        source_id,
        param_code,
        batch_seq,
        row_number() over (partition by source_id, param_code, run_no order by batch_seq) as place,
        row_number() over (
            partition by source_id, param_code, run_no
            order by newest_change desc, batch_seq
        ) as latest_place
    from run
)
select
    source_id,
    param_code,
    batch_seq
from ranked
where place > 1
    and latest_place > 1;

delete from ops.dim_policy_parameter_version
using repeated_dim_policy_parameter
where repeated_dim_policy_parameter.source_id = dim_policy_parameter_version.source_id
    and repeated_dim_policy_parameter.param_code = dim_policy_parameter_version.param_code
    and repeated_dim_policy_parameter.batch_seq = dim_policy_parameter_version.batch_seq;

drop table repeated_dim_policy_parameter;
