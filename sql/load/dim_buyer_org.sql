-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_buyer_org (
    source_id varchar(32),
    org_id bigint,
    parent_org_id bigint,
    org_name varchar(1024),
    level varchar(32),
    org_type varchar(32),
    govt_tier varchar(32),
    state_code varchar(2),
    is_ppp_mse_bound boolean,
    ministry_id bigint,
    ministry_name varchar(1024),
    department_id bigint,
    department_name varchar(1024),
    organisation_id bigint,
    organisation_name varchar(1024),
    office_id bigint,
    office_name varchar(1024),
    observed_at timestamp,
    segment_from timestamp,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_buyer_org (
    source_id varchar(32),
    org_id bigint,
    parent_org_id bigint,
    org_name varchar(1024),
    level varchar(32),
    org_type varchar(32),
    govt_tier varchar(32),
    state_code varchar(2),
    is_ppp_mse_bound boolean,
    ministry_id bigint,
    ministry_name varchar(1024),
    department_id bigint,
    department_name varchar(1024),
    organisation_id bigint,
    organisation_name varchar(1024),
    office_id bigint,
    office_name varchar(1024),
    observed_at timestamp,
    segment_from timestamp
);

-- step: count_incoming
select
    count(*)
from incoming_dim_buyer_org;

-- step: keep_incoming
insert into stage_dim_buyer_org (
    source_id,
    org_id,
    parent_org_id,
    org_name,
    level,
    org_type,
    govt_tier,
    state_code,
    is_ppp_mse_bound,
    ministry_id,
    ministry_name,
    department_id,
    department_name,
    organisation_id,
    organisation_name,
    office_id,
    office_name,
    observed_at,
    segment_from,
    batch_seq,
    attempt
)
select
    source_id,
    org_id,
    parent_org_id,
    org_name,
    level,
    org_type,
    govt_tier,
    state_code,
    is_ppp_mse_bound,
    ministry_id,
    ministry_name,
    department_id,
    department_name,
    organisation_id,
    organisation_name,
    office_id,
    office_name,
    observed_at,
    segment_from,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_buyer_org;

drop table incoming_dim_buyer_org;

analyze stage_dim_buyer_org;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'org_id=' || coalesce(cast(org_id as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(segment_from as varchar), 'null') as example
    from stage_dim_buyer_org
    group by source_id, org_id, segment_from, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_buyer_org.source_id as varchar), 'null') || ' ' || 'org_id=' || coalesce(cast(stage_dim_buyer_org.org_id as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(stage_dim_buyer_org.segment_from as varchar), 'null')) as example
from stage_dim_buyer_org
left join stage_root
    on stage_root.source_id = stage_dim_buyer_org.source_id
    and stage_root.batch_seq = stage_dim_buyer_org.batch_seq
    and stage_root.attempt = stage_dim_buyer_org.attempt
    and stage_root.aggregate = 'buyer_organisation'
    and stage_root.root_id = 0
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: observe
create temp table unseen_dim_buyer_org as
with staged as (
    select
        source_id,
        org_id,
        parent_org_id,
        org_name,
        level,
        org_type,
        govt_tier,
        state_code,
        is_ppp_mse_bound,
        ministry_id,
        ministry_name,
        department_id,
        department_name,
        organisation_id,
        organisation_name,
        office_id,
        office_name,
        observed_at,
        segment_from,
        batch_seq,
        attempt,
        max(attempt) over (partition by source_id, org_id, batch_seq) as newest_attempt
    from stage_dim_buyer_org
)
select
    staged.source_id,
    staged.org_id,
    staged.parent_org_id,
    staged.org_name,
    staged.level,
    staged.org_type,
    staged.govt_tier,
    staged.state_code,
    staged.is_ppp_mse_bound,
    staged.ministry_id,
    staged.ministry_name,
    staged.department_id,
    staged.department_name,
    staged.organisation_id,
    staged.organisation_name,
    staged.office_id,
    staged.office_name,
    staged.observed_at,
    staged.segment_from,
    staged.batch_seq,
    staged.attempt,
    md5(
        coalesce(to_char(staged.segment_from, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
        coalesce(cast(staged.parent_org_id as varchar), '-') || ',' ||
        coalesce(cast(length(staged.org_name) as varchar) || ':' || staged.org_name, '-') || ',' ||
        coalesce(cast(length(staged.level) as varchar) || ':' || staged.level, '-') || ',' ||
        coalesce(cast(length(staged.org_type) as varchar) || ':' || staged.org_type, '-') || ',' ||
        coalesce(cast(length(staged.govt_tier) as varchar) || ':' || staged.govt_tier, '-') || ',' ||
        coalesce(cast(length(staged.state_code) as varchar) || ':' || staged.state_code, '-') || ',' ||
        case when staged.is_ppp_mse_bound then 't' when not staged.is_ppp_mse_bound then 'f' else '-' end || ',' ||
        coalesce(cast(staged.ministry_id as varchar), '-') || ',' ||
        coalesce(cast(length(staged.ministry_name) as varchar) || ':' || staged.ministry_name, '-') || ',' ||
        coalesce(cast(staged.department_id as varchar), '-') || ',' ||
        coalesce(cast(length(staged.department_name) as varchar) || ':' || staged.department_name, '-') || ',' ||
        coalesce(cast(staged.organisation_id as varchar), '-') || ',' ||
        coalesce(cast(length(staged.organisation_name) as varchar) || ':' || staged.organisation_name, '-') || ',' ||
        coalesce(cast(staged.office_id as varchar), '-') || ',' ||
        coalesce(cast(length(staged.office_name) as varchar) || ':' || staged.office_name, '-')
    ) as segment_hash
from staged
left join ops.dim_buyer_org_version as known
    on known.source_id = staged.source_id
    and known.org_id = staged.org_id
    and known.batch_seq = staged.batch_seq
    and known.attempt >= staged.attempt
where staged.attempt = staged.newest_attempt
    and known.batch_seq is null;

create temp table hashed_dim_buyer_org as
select
    source_id,
    org_id,
    batch_seq,
    max(observed_at) as observed_at,
    md5(listagg(segment_hash, ',') within group (order by segment_from)) as observation_hash
from unseen_dim_buyer_org
group by source_id, org_id, batch_seq;

create temp table fresh_dim_buyer_org as
select
    unseen.source_id,
    unseen.org_id,
    unseen.batch_seq,
    unseen.attempt,
    hashed.observed_at,
    log.snapshot_at,
    unseen.segment_from,
    hashed.observation_hash,
    unseen.parent_org_id,
    unseen.org_name,
    unseen.level,
    unseen.org_type,
    unseen.govt_tier,
    unseen.state_code,
    unseen.is_ppp_mse_bound,
    unseen.ministry_id,
    unseen.ministry_name,
    unseen.department_id,
    unseen.department_name,
    unseen.organisation_id,
    unseen.organisation_name,
    unseen.office_id,
    unseen.office_name
from unseen_dim_buyer_org as unseen
join hashed_dim_buyer_org as hashed
    on hashed.source_id = unseen.source_id
    and hashed.org_id = unseen.org_id
    and hashed.batch_seq = unseen.batch_seq
join ops.load_log as log
    on log.source_id = unseen.source_id
    and log.batch_seq = unseen.batch_seq
    and log.attempt = unseen.attempt;

create temp table replaced_dim_buyer_org as
select distinct
    fresh.source_id,
    fresh.org_id
from fresh_dim_buyer_org as fresh
join ops.dim_buyer_org_version as known
    on known.source_id = fresh.source_id
    and known.org_id = fresh.org_id
    and known.batch_seq = fresh.batch_seq;

delete from ops.dim_buyer_org_version
using fresh_dim_buyer_org
where dim_buyer_org_version.source_id = fresh_dim_buyer_org.source_id
    and dim_buyer_org_version.org_id = fresh_dim_buyer_org.org_id
    and dim_buyer_org_version.batch_seq = fresh_dim_buyer_org.batch_seq;

insert into ops.dim_buyer_org_version (
    source_id,
    org_id,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    parent_org_id,
    org_name,
    level,
    org_type,
    govt_tier,
    state_code,
    is_ppp_mse_bound,
    ministry_id,
    ministry_name,
    department_id,
    department_name,
    organisation_id,
    organisation_name,
    office_id,
    office_name
)
select
    source_id,
    org_id,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    parent_org_id,
    org_name,
    level,
    org_type,
    govt_tier,
    state_code,
    is_ppp_mse_bound,
    ministry_id,
    ministry_name,
    department_id,
    department_name,
    organisation_id,
    organisation_name,
    office_id,
    office_name
from fresh_dim_buyer_org;

-- step: analyze_memory
analyze ops.dim_buyer_org_version;

-- step: touch
create temp table timeline_dim_buyer_org as
with observation as (
    select distinct
        known.source_id,
        known.org_id,
        known.batch_seq,
        known.observed_at,
        known.snapshot_at,
        known.observation_hash
    from ops.dim_buyer_org_version as known
    join (select distinct source_id, org_id from fresh_dim_buyer_org) as seen
        on seen.source_id = known.source_id
        and seen.org_id = known.org_id
),
step as (
    select
        source_id,
        org_id,
        batch_seq,
        observed_at,
        snapshot_at,
        observation_hash,
        max(observed_at) over (partition by source_id, org_id order by batch_seq rows between unbounded preceding and 1 preceding) as newest_before,
        lag(observation_hash) over (partition by source_id, org_id order by batch_seq) as hash_before,
        lead(batch_seq) over (partition by source_id, org_id order by batch_seq) as seq_after
    from observation
)
select
    source_id,
    org_id,
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
    ) over (partition by source_id, org_id order by batch_seq rows unbounded preceding) as takes_over_at
from step;

create temp table touched_dim_buyer_org as
select
    timeline.source_id,
    timeline.org_id
from timeline_dim_buyer_org as timeline
join fresh_dim_buyer_org as fresh
    on fresh.source_id = timeline.source_id
    and fresh.org_id = timeline.org_id
    and fresh.batch_seq = timeline.batch_seq
where timeline.hash_before is null
    or timeline.hash_before <> timeline.observation_hash
    or (timeline.seq_after is not null and timeline.tells_newer)
union
select
    source_id,
    org_id
from replaced_dim_buyer_org;

-- step: publish
create temp table change_dim_buyer_org as
select
    timeline.source_id,
    timeline.org_id,
    timeline.batch_seq,
    timeline.hash_before,
    timeline.takes_over_at,
    max(timeline.batch_seq) over (partition by timeline.source_id, timeline.org_id) as newest_seq
from timeline_dim_buyer_org as timeline
join touched_dim_buyer_org as touched
    on touched.source_id = timeline.source_id
    and touched.org_id = timeline.org_id
where timeline.hash_before is null or timeline.hash_before <> timeline.observation_hash;

create temp table observed_dim_buyer_org as
select
    known.source_id,
    known.org_id,
    known.batch_seq,
    known.segment_from,
    known.parent_org_id,
    known.org_name,
    known.level,
    known.org_type,
    known.govt_tier,
    known.state_code,
    known.is_ppp_mse_bound,
    known.ministry_id,
    known.ministry_name,
    known.department_id,
    known.department_name,
    known.organisation_id,
    known.organisation_name,
    known.office_id,
    known.office_name,
    change.newest_seq,
    row_number() over (
        partition by known.source_id, known.org_id, known.batch_seq
        order by known.segment_from
    ) as segment_no
from ops.dim_buyer_org_version as known
join change_dim_buyer_org as change
    on change.source_id = known.source_id
    and change.org_id = known.org_id
    and change.batch_seq = known.batch_seq;

create temp table rebuilt_dim_buyer_org as
with boundary as (
    select
        source_id,
        org_id,
        newest_seq,
        case
            when hash_before is null then cast('1900-01-01 00:00:00' as timestamp)
            else takes_over_at
        end as valid_from,
        batch_seq as base_seq,
        cast(null as timestamp) as segment_from
    from change_dim_buyer_org
    union all
    select
        source_id,
        org_id,
        newest_seq,
        segment_from as valid_from,
        cast(null as bigint) as base_seq,
        segment_from
    from observed_dim_buyer_org
    where batch_seq = newest_seq
),
instant as (
    select
        source_id,
        org_id,
        newest_seq,
        valid_from,
        max(base_seq) as base_seq,
        max(segment_from) as segment_from
    from boundary
    group by source_id, org_id, newest_seq, valid_from
),
governed as (
    select
        source_id,
        org_id,
        newest_seq,
        valid_from,
        max(base_seq) over (partition by source_id, org_id order by valid_from rows unbounded preceding) as base_seq,
        max(segment_from) over (partition by source_id, org_id order by valid_from rows unbounded preceding) as segment_from
    from instant
),
described as (
    select
        governed.source_id,
        governed.org_id,
        governed.valid_from,
        governed.base_seq as version_seq,
        base.parent_org_id,
        base.org_name,
        base.level,
        base.org_type,
        base.govt_tier,
        base.state_code,
        base.is_ppp_mse_bound,
        base.ministry_id,
        base.ministry_name,
        base.department_id,
        base.department_name,
        base.organisation_id,
        base.organisation_name,
        base.office_id,
        base.office_name
    from governed
    join observed_dim_buyer_org as base
        on base.source_id = governed.source_id
        and base.org_id = governed.org_id
        and base.batch_seq = governed.base_seq
        and base.segment_no = 1
    left join observed_dim_buyer_org as segment
        on segment.source_id = governed.source_id
        and segment.org_id = governed.org_id
        and segment.batch_seq = governed.newest_seq
        and segment.segment_from = governed.segment_from
),
hashed as (
    select
        source_id,
        org_id,
        parent_org_id,
        org_name,
        level,
        org_type,
        govt_tier,
        state_code,
        is_ppp_mse_bound,
        ministry_id,
        ministry_name,
        department_id,
        department_name,
        organisation_id,
        organisation_name,
        office_id,
        office_name,
        valid_from,
        version_seq,
        md5(
            coalesce(cast(described.parent_org_id as varchar), '-') || ',' ||
            coalesce(cast(length(described.org_name) as varchar) || ':' || described.org_name, '-') || ',' ||
            coalesce(cast(length(described.level) as varchar) || ':' || described.level, '-') || ',' ||
            coalesce(cast(length(described.org_type) as varchar) || ':' || described.org_type, '-') || ',' ||
            coalesce(cast(length(described.govt_tier) as varchar) || ':' || described.govt_tier, '-') || ',' ||
            coalesce(cast(length(described.state_code) as varchar) || ':' || described.state_code, '-') || ',' ||
            case when described.is_ppp_mse_bound then 't' when not described.is_ppp_mse_bound then 'f' else '-' end || ',' ||
            coalesce(cast(described.ministry_id as varchar), '-') || ',' ||
            coalesce(cast(length(described.ministry_name) as varchar) || ':' || described.ministry_name, '-') || ',' ||
            coalesce(cast(described.department_id as varchar), '-') || ',' ||
            coalesce(cast(length(described.department_name) as varchar) || ':' || described.department_name, '-') || ',' ||
            coalesce(cast(described.organisation_id as varchar), '-') || ',' ||
            coalesce(cast(length(described.organisation_name) as varchar) || ':' || described.organisation_name, '-') || ',' ||
            coalesce(cast(described.office_id as varchar), '-') || ',' ||
            coalesce(cast(length(described.office_name) as varchar) || ':' || described.office_name, '-')
        ) as row_hash
    from described
),
compared as (
    select
        source_id,
        org_id,
        parent_org_id,
        org_name,
        level,
        org_type,
        govt_tier,
        state_code,
        is_ppp_mse_bound,
        ministry_id,
        ministry_name,
        department_id,
        department_name,
        organisation_id,
        organisation_name,
        office_id,
        office_name,
        valid_from,
        version_seq,
        row_hash,
        lag(row_hash) over (partition by source_id, org_id order by valid_from) as hash_before
    from hashed
),
version as (
    select
        source_id,
        org_id,
        parent_org_id,
        org_name,
        level,
        org_type,
        govt_tier,
        state_code,
        is_ppp_mse_bound,
        ministry_id,
        ministry_name,
        department_id,
        department_name,
        organisation_id,
        organisation_name,
        office_id,
        office_name,
        valid_from,
        version_seq,
        row_hash,
        lead(valid_from) over (partition by source_id, org_id order by valid_from) as next_from
    from compared
    where hash_before is null or hash_before <> row_hash
)
select
    mod(strtol(substring(md5(version.source_id || '|' || cast(version.org_id as varchar) || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(version.source_id || '|' || cast(version.org_id as varchar) || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 9, 8), 16) as buyer_org_key,
    version.source_id,
    version.org_id,
    version.parent_org_id,
    version.org_name,
    version.level,
    version.org_type,
    version.govt_tier,
    version.state_code,
    version.is_ppp_mse_bound,
    version.ministry_id,
    version.ministry_name,
    version.department_id,
    version.department_name,
    version.organisation_id,
    version.organisation_name,
    version.office_id,
    version.office_name,
    version.valid_from,
    coalesce(version.next_from, cast('9999-12-31 00:00:00' as timestamp)) as valid_to,
    version.next_from is null as is_current,
    version.row_hash,
    version.source_id || '-' || lpad(cast(version.version_seq as varchar), 10, '0') as batch_id,
    version.version_seq as source_version
from version;

create temp table vanished_dim_buyer_org as
select
    present.buyer_org_key,
    present.source_id,
    present.org_id,
    present.valid_from
from mart.dim_buyer_org as present
join touched_dim_buyer_org as touched
    on touched.source_id = present.source_id
    and touched.org_id = present.org_id
left join rebuilt_dim_buyer_org as rebuilt
    on rebuilt.buyer_org_key = present.buyer_org_key
where rebuilt.buyer_org_key is null;

create temp table changed_dim_buyer_org as
select
    rebuilt.buyer_org_key,
    rebuilt.source_id,
    rebuilt.org_id,
    rebuilt.parent_org_id,
    rebuilt.org_name,
    rebuilt.level,
    rebuilt.org_type,
    rebuilt.govt_tier,
    rebuilt.state_code,
    rebuilt.is_ppp_mse_bound,
    rebuilt.ministry_id,
    rebuilt.ministry_name,
    rebuilt.department_id,
    rebuilt.department_name,
    rebuilt.organisation_id,
    rebuilt.organisation_name,
    rebuilt.office_id,
    rebuilt.office_name,
    rebuilt.valid_from,
    rebuilt.valid_to,
    rebuilt.is_current,
    rebuilt.row_hash,
    rebuilt.batch_id,
    rebuilt.source_version,
    present.buyer_org_key is null as is_new,
    present.valid_to as valid_to_before,
    present.buyer_org_key is not null and (
        not coalesce(present.state_code = rebuilt.state_code, present.state_code is null and rebuilt.state_code is null)
        or not coalesce(present.ministry_id = rebuilt.ministry_id, present.ministry_id is null and rebuilt.ministry_id is null)
        or not coalesce(present.ministry_name = rebuilt.ministry_name, present.ministry_name is null and rebuilt.ministry_name is null)
    ) as tells_else
from rebuilt_dim_buyer_org as rebuilt
left join mart.dim_buyer_org as present
    on present.buyer_org_key = rebuilt.buyer_org_key
where present.buyer_org_key is null
    or present.row_hash <> rebuilt.row_hash
    or present.valid_to <> rebuilt.valid_to
    or present.source_version <> rebuilt.source_version;

create temp table stale_dim_buyer_org as
with stale as (
    select
        buyer_org_key as old_key,
        source_id,
        org_id,
        valid_from as changed_from,
        true as is_moved
    from vanished_dim_buyer_org
    union all
    select
        buyer_org_key,
        source_id,
        org_id,
        valid_to,
        true
    from changed_dim_buyer_org
    where valid_to < valid_to_before
    union all
    select
        cast(-1 as bigint),
        source_id,
        org_id,
        valid_from,
        true
    from changed_dim_buyer_org
    where is_new
        and valid_from = cast('1900-01-01 00:00:00' as timestamp)
    union all
    select
        buyer_org_key,
        source_id,
        org_id,
        valid_from,
        false
    from changed_dim_buyer_org
    where tells_else
)
select
    old_key,
    source_id,
    org_id,
    is_moved,
    cast(to_char(dateadd(minute, 330, changed_from), 'YYYYMMDD') as integer) as changed_from_date_key
from stale;

delete from mart.dim_buyer_org
using vanished_dim_buyer_org
where dim_buyer_org.buyer_org_key = vanished_dim_buyer_org.buyer_org_key;

merge into mart.dim_buyer_org
using changed_dim_buyer_org
    on dim_buyer_org.buyer_org_key = changed_dim_buyer_org.buyer_org_key
when matched then update set
    source_id = changed_dim_buyer_org.source_id,
    org_id = changed_dim_buyer_org.org_id,
    parent_org_id = changed_dim_buyer_org.parent_org_id,
    org_name = changed_dim_buyer_org.org_name,
    level = changed_dim_buyer_org.level,
    org_type = changed_dim_buyer_org.org_type,
    govt_tier = changed_dim_buyer_org.govt_tier,
    state_code = changed_dim_buyer_org.state_code,
    is_ppp_mse_bound = changed_dim_buyer_org.is_ppp_mse_bound,
    ministry_id = changed_dim_buyer_org.ministry_id,
    ministry_name = changed_dim_buyer_org.ministry_name,
    department_id = changed_dim_buyer_org.department_id,
    department_name = changed_dim_buyer_org.department_name,
    organisation_id = changed_dim_buyer_org.organisation_id,
    organisation_name = changed_dim_buyer_org.organisation_name,
    office_id = changed_dim_buyer_org.office_id,
    office_name = changed_dim_buyer_org.office_name,
    valid_from = changed_dim_buyer_org.valid_from,
    valid_to = changed_dim_buyer_org.valid_to,
    is_current = changed_dim_buyer_org.is_current,
    row_hash = changed_dim_buyer_org.row_hash,
    batch_id = changed_dim_buyer_org.batch_id,
    source_version = changed_dim_buyer_org.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    buyer_org_key,
    source_id,
    org_id,
    parent_org_id,
    org_name,
    level,
    org_type,
    govt_tier,
    state_code,
    is_ppp_mse_bound,
    ministry_id,
    ministry_name,
    department_id,
    department_name,
    organisation_id,
    organisation_name,
    office_id,
    office_name,
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
    changed_dim_buyer_org.buyer_org_key,
    changed_dim_buyer_org.source_id,
    changed_dim_buyer_org.org_id,
    changed_dim_buyer_org.parent_org_id,
    changed_dim_buyer_org.org_name,
    changed_dim_buyer_org.level,
    changed_dim_buyer_org.org_type,
    changed_dim_buyer_org.govt_tier,
    changed_dim_buyer_org.state_code,
    changed_dim_buyer_org.is_ppp_mse_bound,
    changed_dim_buyer_org.ministry_id,
    changed_dim_buyer_org.ministry_name,
    changed_dim_buyer_org.department_id,
    changed_dim_buyer_org.department_name,
    changed_dim_buyer_org.organisation_id,
    changed_dim_buyer_org.organisation_name,
    changed_dim_buyer_org.office_id,
    changed_dim_buyer_org.office_name,
    changed_dim_buyer_org.valid_from,
    changed_dim_buyer_org.valid_to,
    changed_dim_buyer_org.is_current,
    changed_dim_buyer_org.row_hash,
    changed_dim_buyer_org.batch_id,
    changed_dim_buyer_org.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_buyer_org;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') as example
    from mart.dim_buyer_org as present
    join rebuilt_dim_buyer_org as written
        on written.buyer_org_key = present.buyer_org_key
    group by present.buyer_org_key
    having count(*) > 1
) as twice
having count(*) > 0;

with version as (
    select
        present.source_id,
        present.org_id,
        present.valid_from,
        present.valid_to,
        present.is_current,
        lag(present.valid_to) over (partition by present.source_id, present.org_id order by present.valid_from) as valid_to_before,
        lead(present.valid_from) over (partition by present.source_id, present.org_id order by present.valid_from) as next_from
    from mart.dim_buyer_org as present
    join touched_dim_buyer_org as touched
        on touched.source_id = present.source_id
        and touched.org_id = present.org_id
)
select 'the versions leave a gap, overlap or have no single current one' as problem, min('source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'org_id=' || coalesce(cast(org_id as varchar), 'null')) as example
from version
where valid_from <> coalesce(valid_to_before, cast('1900-01-01 00:00:00' as timestamp))
    or valid_to <> coalesce(next_from, cast('9999-12-31 00:00:00' as timestamp))
    or is_current <> (next_from is null)
having count(*) > 0;
