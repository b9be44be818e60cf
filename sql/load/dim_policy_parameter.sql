-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_policy_parameter (
    source_id varchar(32),
    param_code varchar(64),
    num_value numeric(20,4),
    text_value varchar(1024),
    authority_ref varchar(512),
    observed_at timestamp,
    segment_from timestamp,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_policy_parameter (
    source_id varchar(32),
    param_code varchar(64),
    num_value numeric(20,4),
    text_value varchar(1024),
    authority_ref varchar(512),
    observed_at timestamp,
    segment_from timestamp
);

-- step: count_incoming
select
    count(*)
from incoming_dim_policy_parameter;

-- step: keep_incoming
insert into stage_dim_policy_parameter (
    source_id,
    param_code,
    num_value,
    text_value,
    authority_ref,
    observed_at,
    segment_from,
    batch_seq,
    attempt
)
select
    source_id,
    param_code,
    num_value,
    text_value,
    authority_ref,
    observed_at,
    segment_from,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_policy_parameter;

drop table incoming_dim_policy_parameter;

analyze stage_dim_policy_parameter;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'param_code=' || coalesce(cast(param_code as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(segment_from as varchar), 'null') as example
    from stage_dim_policy_parameter
    group by source_id, param_code, segment_from, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_policy_parameter.source_id as varchar), 'null') || ' ' || 'param_code=' || coalesce(cast(stage_dim_policy_parameter.param_code as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(stage_dim_policy_parameter.segment_from as varchar), 'null')) as example
from stage_dim_policy_parameter
left join stage_root
    on stage_root.source_id = stage_dim_policy_parameter.source_id
    and stage_root.batch_seq = stage_dim_policy_parameter.batch_seq
    and stage_root.attempt = stage_dim_policy_parameter.attempt
    and stage_root.aggregate = 'policy_parameter'
    and stage_root.root_id = 0
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: observe
create temp table unseen_dim_policy_parameter as
with staged as (
    select
        source_id,
        param_code,
        num_value,
        text_value,
        authority_ref,
        observed_at,
        segment_from,
        batch_seq,
        attempt,
        max(attempt) over (partition by source_id, param_code, batch_seq) as newest_attempt
    from stage_dim_policy_parameter
)
select
    staged.source_id,
    staged.param_code,
    staged.num_value,
    staged.text_value,
    staged.authority_ref,
    staged.observed_at,
    staged.segment_from,
    staged.batch_seq,
    staged.attempt,
    md5(
        coalesce(to_char(staged.segment_from, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
        coalesce(cast(staged.num_value as varchar), '-') || ',' ||
        coalesce(cast(length(staged.text_value) as varchar) || ':' || staged.text_value, '-') || ',' ||
        coalesce(cast(length(staged.authority_ref) as varchar) || ':' || staged.authority_ref, '-')
    ) as segment_hash
from staged
left join ops.dim_policy_parameter_version as known
    on known.source_id = staged.source_id
    and known.param_code = staged.param_code
    and known.batch_seq = staged.batch_seq
    and known.attempt >= staged.attempt
where staged.attempt = staged.newest_attempt
    and known.batch_seq is null;

create temp table hashed_dim_policy_parameter as
select
    source_id,
    param_code,
    batch_seq,
    max(observed_at) as observed_at,
    md5(listagg(segment_hash, ',') within group (order by segment_from)) as observation_hash
from unseen_dim_policy_parameter
group by source_id, param_code, batch_seq;

create temp table fresh_dim_policy_parameter as
select
    unseen.source_id,
    unseen.param_code,
    unseen.batch_seq,
    unseen.attempt,
    hashed.observed_at,
    log.snapshot_at,
    unseen.segment_from,
    hashed.observation_hash,
    unseen.num_value,
    unseen.text_value,
    unseen.authority_ref
from unseen_dim_policy_parameter as unseen
join hashed_dim_policy_parameter as hashed
    on hashed.source_id = unseen.source_id
    and hashed.param_code = unseen.param_code
    and hashed.batch_seq = unseen.batch_seq
join ops.load_log as log
    on log.source_id = unseen.source_id
    and log.batch_seq = unseen.batch_seq
    and log.attempt = unseen.attempt;

create temp table replaced_dim_policy_parameter as
select distinct
    fresh.source_id,
    fresh.param_code
from fresh_dim_policy_parameter as fresh
join ops.dim_policy_parameter_version as known
    on known.source_id = fresh.source_id
    and known.param_code = fresh.param_code
    and known.batch_seq = fresh.batch_seq;

delete from ops.dim_policy_parameter_version
using fresh_dim_policy_parameter
where dim_policy_parameter_version.source_id = fresh_dim_policy_parameter.source_id
    and dim_policy_parameter_version.param_code = fresh_dim_policy_parameter.param_code
    and dim_policy_parameter_version.batch_seq = fresh_dim_policy_parameter.batch_seq;

insert into ops.dim_policy_parameter_version (
    source_id,
    param_code,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    num_value,
    text_value,
    authority_ref
)
select
    source_id,
    param_code,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    num_value,
    text_value,
    authority_ref
from fresh_dim_policy_parameter;

-- step: analyze_memory
analyze ops.dim_policy_parameter_version;

-- step: touch
create temp table timeline_dim_policy_parameter as
with observation as (
    select distinct
        known.source_id,
        known.param_code,
        known.batch_seq,
        known.observed_at,
        known.snapshot_at,
        known.observation_hash
    from ops.dim_policy_parameter_version as known
    join (select distinct source_id, param_code from fresh_dim_policy_parameter) as seen
        on seen.source_id = known.source_id
        and seen.param_code = known.param_code
),
step as (
    select
        source_id,
        param_code,
        batch_seq,
        observed_at,
        snapshot_at,
        observation_hash,
        max(observed_at) over (partition by source_id, param_code order by batch_seq rows between unbounded preceding and 1 preceding) as newest_before,
        lag(observation_hash) over (partition by source_id, param_code order by batch_seq) as hash_before,
        lead(batch_seq) over (partition by source_id, param_code order by batch_seq) as seq_after
    from observation
)
select
    source_id,
    param_code,
    batch_seq,
    observation_hash,
    hash_before,
    seq_after,
    observed_at > newest_before as tells_newer,
    max(
        case
            when observation_hash <> hash_before and observed_at <= newest_before then snapshot_at
            else observed_at
        end
    ) over (partition by source_id, param_code order by batch_seq rows unbounded preceding) as takes_over_at
from step;

create temp table touched_dim_policy_parameter as
select
    timeline.source_id,
    timeline.param_code
from timeline_dim_policy_parameter as timeline
join fresh_dim_policy_parameter as fresh
    on fresh.source_id = timeline.source_id
    and fresh.param_code = timeline.param_code
    and fresh.batch_seq = timeline.batch_seq
where timeline.hash_before is null
    or timeline.hash_before <> timeline.observation_hash
    or (timeline.seq_after is not null and timeline.tells_newer)
union
select
    source_id,
    param_code
from replaced_dim_policy_parameter;

-- step: publish
create temp table change_dim_policy_parameter as
select
    timeline.source_id,
    timeline.param_code,
    timeline.batch_seq,
    timeline.hash_before,
    timeline.takes_over_at,
    max(timeline.batch_seq) over (partition by timeline.source_id, timeline.param_code) as newest_seq
from timeline_dim_policy_parameter as timeline
join touched_dim_policy_parameter as touched
    on touched.source_id = timeline.source_id
    and touched.param_code = timeline.param_code
where timeline.hash_before is null or timeline.hash_before <> timeline.observation_hash;

create temp table observed_dim_policy_parameter as
select
    known.source_id,
    known.param_code,
    known.batch_seq,
    known.segment_from,
    known.num_value,
    known.text_value,
    known.authority_ref,
    change.newest_seq,
    row_number() over (
        partition by known.source_id, known.param_code, known.batch_seq
        order by known.segment_from
    ) as segment_no
from ops.dim_policy_parameter_version as known
join change_dim_policy_parameter as change
    on change.source_id = known.source_id
    and change.param_code = known.param_code
    and change.batch_seq = known.batch_seq;

create temp table rebuilt_dim_policy_parameter as
with boundary as (
    select
        source_id,
        param_code,
        newest_seq,
        case
            when hash_before is null then cast('1900-01-01 00:00:00' as timestamp)
            else takes_over_at
        end as valid_from,
        batch_seq as base_seq,
        cast(null as timestamp) as segment_from
    from change_dim_policy_parameter
    union all
    select
        source_id,
        param_code,
        newest_seq,
        segment_from as valid_from,
        cast(null as bigint) as base_seq,
        segment_from
    from observed_dim_policy_parameter
    where batch_seq = newest_seq
),
instant as (
    select
        source_id,
        param_code,
        newest_seq,
        valid_from,
        max(base_seq) as base_seq,
        max(segment_from) as segment_from
    from boundary
    group by source_id, param_code, newest_seq, valid_from
),
governed as (
    select
        source_id,
        param_code,
        newest_seq,
        valid_from,
        max(base_seq) over (partition by source_id, param_code order by valid_from rows unbounded preceding) as base_seq,
        max(segment_from) over (partition by source_id, param_code order by valid_from rows unbounded preceding) as segment_from
    from instant
),
described as (
    select
        governed.source_id,
        governed.param_code,
        governed.valid_from,
        governed.newest_seq as version_seq,
        segment.num_value,
        segment.text_value,
        segment.authority_ref
    from governed
    join observed_dim_policy_parameter as base
        on base.source_id = governed.source_id
        and base.param_code = governed.param_code
        and base.batch_seq = governed.base_seq
        and base.segment_no = 1
    left join observed_dim_policy_parameter as segment
        on segment.source_id = governed.source_id
        and segment.param_code = governed.param_code
        and segment.batch_seq = governed.newest_seq
        and segment.segment_from = governed.segment_from
),
hashed as (
    select
        source_id,
        param_code,
        num_value,
        text_value,
        authority_ref,
        valid_from,
        version_seq,
        md5(
            coalesce(cast(described.num_value as varchar), '-') || ',' ||
            coalesce(cast(length(described.text_value) as varchar) || ':' || described.text_value, '-') || ',' ||
            coalesce(cast(length(described.authority_ref) as varchar) || ':' || described.authority_ref, '-')
        ) as row_hash
    from described
),
compared as (
    select
        source_id,
        param_code,
        num_value,
        text_value,
        authority_ref,
        valid_from,
        version_seq,
        row_hash,
        lag(row_hash) over (partition by source_id, param_code order by valid_from) as hash_before
    from hashed
),
version as (
    select
        source_id,
        param_code,
        num_value,
        text_value,
        authority_ref,
        valid_from,
        version_seq,
        row_hash,
        lead(valid_from) over (partition by source_id, param_code order by valid_from) as next_from
    from compared
    where hash_before is null or hash_before <> row_hash
)
select
    mod(strtol(substring(md5(version.source_id || '|' || version.param_code || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(version.source_id || '|' || version.param_code || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 9, 8), 16) as policy_parameter_key,
    version.source_id,
    version.param_code,
    version.num_value,
    version.text_value,
    version.authority_ref,
    version.valid_from,
    coalesce(version.next_from, cast('9999-12-31 00:00:00' as timestamp)) as valid_to,
    version.next_from is null as is_current,
    version.row_hash,
    version.source_id || '-' || lpad(cast(version.version_seq as varchar), 10, '0') as batch_id,
    version.version_seq as source_version
from version;

create temp table vanished_dim_policy_parameter as
select
    present.policy_parameter_key,
    present.source_id,
    present.param_code,
    present.valid_from
from mart.dim_policy_parameter as present
join touched_dim_policy_parameter as touched
    on touched.source_id = present.source_id
    and touched.param_code = present.param_code
left join rebuilt_dim_policy_parameter as rebuilt
    on rebuilt.policy_parameter_key = present.policy_parameter_key
where rebuilt.policy_parameter_key is null;

create temp table changed_dim_policy_parameter as
select
    rebuilt.policy_parameter_key,
    rebuilt.source_id,
    rebuilt.param_code,
    rebuilt.num_value,
    rebuilt.text_value,
    rebuilt.authority_ref,
    rebuilt.valid_from,
    rebuilt.valid_to,
    rebuilt.is_current,
    rebuilt.row_hash,
    rebuilt.batch_id,
    rebuilt.source_version,
    present.policy_parameter_key is null as is_new,
    present.valid_to as valid_to_before
from rebuilt_dim_policy_parameter as rebuilt
left join mart.dim_policy_parameter as present
    on present.policy_parameter_key = rebuilt.policy_parameter_key
where present.policy_parameter_key is null
    or present.row_hash <> rebuilt.row_hash
    or present.valid_to <> rebuilt.valid_to
    or present.source_version <> rebuilt.source_version;

create temp table stale_dim_policy_parameter as
with stale as (
    select
        policy_parameter_key as old_key,
        source_id,
        param_code,
        valid_from as changed_from,
        true as is_moved
    from vanished_dim_policy_parameter
    union all
    select
        policy_parameter_key,
        source_id,
        param_code,
        valid_to,
        true
    from changed_dim_policy_parameter
    where valid_to < valid_to_before
    union all
    select
        cast(-1 as bigint),
        source_id,
        param_code,
        valid_from,
        true
    from changed_dim_policy_parameter
    where is_new
        and valid_from = cast('1900-01-01 00:00:00' as timestamp)
)
select
    old_key,
    source_id,
    param_code,
    is_moved,
    cast(to_char(dateadd(minute, 330, changed_from), 'YYYYMMDD') as integer) as changed_from_date_key
from stale;

delete from mart.dim_policy_parameter
using vanished_dim_policy_parameter
where dim_policy_parameter.policy_parameter_key = vanished_dim_policy_parameter.policy_parameter_key;

merge into mart.dim_policy_parameter
using changed_dim_policy_parameter
    on dim_policy_parameter.policy_parameter_key = changed_dim_policy_parameter.policy_parameter_key
when matched then update set
    source_id = changed_dim_policy_parameter.source_id,
    param_code = changed_dim_policy_parameter.param_code,
    num_value = changed_dim_policy_parameter.num_value,
    text_value = changed_dim_policy_parameter.text_value,
    authority_ref = changed_dim_policy_parameter.authority_ref,
    valid_from = changed_dim_policy_parameter.valid_from,
    valid_to = changed_dim_policy_parameter.valid_to,
    is_current = changed_dim_policy_parameter.is_current,
    row_hash = changed_dim_policy_parameter.row_hash,
    batch_id = changed_dim_policy_parameter.batch_id,
    source_version = changed_dim_policy_parameter.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    policy_parameter_key,
    source_id,
    param_code,
    num_value,
    text_value,
    authority_ref,
    valid_from,
    valid_to,
    is_current,
    row_hash,
    batch_id,
    source_version,
    dw_updated_at,
    dw_inserted_at
)
values (
    changed_dim_policy_parameter.policy_parameter_key,
    changed_dim_policy_parameter.source_id,
    changed_dim_policy_parameter.param_code,
    changed_dim_policy_parameter.num_value,
    changed_dim_policy_parameter.text_value,
    changed_dim_policy_parameter.authority_ref,
    changed_dim_policy_parameter.valid_from,
    changed_dim_policy_parameter.valid_to,
    changed_dim_policy_parameter.is_current,
    changed_dim_policy_parameter.row_hash,
    changed_dim_policy_parameter.batch_id,
    changed_dim_policy_parameter.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_policy_parameter;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'policy_parameter_key=' || coalesce(cast(present.policy_parameter_key as varchar), 'null') as example
    from mart.dim_policy_parameter as present
    join rebuilt_dim_policy_parameter as written
        on written.policy_parameter_key = present.policy_parameter_key
    group by present.policy_parameter_key
    having count(*) > 1
) as twice
having count(*) > 0;

with version as (
    select
        present.source_id,
        present.param_code,
        present.valid_from,
        present.valid_to,
        present.is_current,
        lag(present.valid_to) over (partition by present.source_id, present.param_code order by present.valid_from) as valid_to_before,
        lead(present.valid_from) over (partition by present.source_id, present.param_code order by present.valid_from) as next_from
    from mart.dim_policy_parameter as present
    join touched_dim_policy_parameter as touched
        on touched.source_id = present.source_id
        and touched.param_code = present.param_code
)
select 'the versions leave a gap, overlap or have no single current one' as problem, min('source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'param_code=' || coalesce(cast(param_code as varchar), 'null')) as example
from version
where valid_from <> coalesce(valid_to_before, cast('1900-01-01 00:00:00' as timestamp))
    or valid_to <> coalesce(next_from, cast('9999-12-31 00:00:00' as timestamp))
    or is_current <> (next_from is null)
having count(*) > 0;
